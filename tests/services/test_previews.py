"""Who does the work on a file's previews, what the row says of it, what is left when something fails."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediaweb.errors import Forbidden, StorageUnavailable
from mediaweb.extensions import db, storage
from mediaweb.models import Event, Media, Role
from mediaweb.models.types import utc_now
from mediaweb.previews.decoder import Decoder, DecoderLost
from mediaweb.previews.orders import Made, Order, Step
from mediaweb.services import preview_queue, previews
from mediaweb.services.access import SYSTEM, Actor
from mediaweb.services.preview_queue import CLAIM, mark_for_rebuild, measure_workload, resume, retry
from tests.api.calls import assert_problem, upload
from tests.files import make_image, make_jpeg, make_png
from tests.previewing import make_all, make_first

MEMBER = Actor(user_id=5, role=Role.MEMBER)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def decode(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Order], Made]], None]:
    """Put something else in the decoder's place."""
    return lambda function: monkeypatch.setattr(Decoder, "decode", lambda _self, order: function(order))


def row(session: Session, media_id: int = 1) -> Media:
    media = session.get(Media, media_id, populate_existing=True)
    assert media is not None
    session.rollback()
    return media


def stored(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(storage.keys())


def lose(_order: Order) -> Made:
    raise DecoderLost


def test_previews_go_with_their_media(app: Flask, client: FlaskClient) -> None:
    media_id = upload(client, make_jpeg(900, 600))["id"]
    assert make_all(app, media_id)
    assert len(stored(app)) == 4
    assert client.delete(f"/media/{media_id}").status_code == 204
    assert stored(app) == []


def test_a_media_that_is_deleted_meanwhile_leaves_nothing(
    app: Flask, client: FlaskClient, decoder: Decoder, decode: Callable[[Callable[[Order], Made]], None]
) -> None:
    media_id = upload(client, make_png(100, 80))["id"]
    really_decode = Decoder.decode

    def delete_and_decode(order: Order) -> Made:
        made = really_decode(decoder, order)
        assert client.delete(f"/media/{media_id}").status_code == 204
        return made

    decode(delete_and_decode)
    make_first(app, media_id)
    assert stored(app) == []


def test_made_again_they_take_each_others_place(app: Flask, client: FlaskClient, session: Session) -> None:
    media_id = upload(client, make_png(700, 500))["id"]
    assert make_all(app, media_id)
    before = stored(app)
    assert list(mark_for_rebuild(session, is_all=True)) == [[media_id]]
    assert row(session).preview_state == "ready"
    assert make_all(app, media_id)
    assert stored(app) == before


def test_what_ends_its_decoder_twice_is_given_up(
    app: Flask, client: FlaskClient, session: Session, decode: Callable[[Callable[[Order], Made]], None]
) -> None:
    media_id = upload(client, make_png())["id"]
    decode(lose)
    for attempts in (1, 2):
        make_first(app, media_id)
        assert (row(session).preview_state, row(session).preview_attempts) == ("pending", attempts)
    make_first(app, media_id)
    media = row(session)
    assert (media.preview_state, media.preview_todo) == ("failed", None)
    assert media.preview_failure == "Making previews of this file ended the worker more than once."
    assert resume(session) == 0


def test_a_worker_that_died_holds_its_claim_for_a_while(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    media_id = upload(client, make_png())["id"]
    media = row(session)
    media.preview_begun_at, media.preview_attempts = utc_now() - CLAIM + timedelta(seconds=20), 1
    session.commit()
    make_first(app, media_id)
    assert row(session).preview_state == "pending"
    media = row(session)
    media.preview_begun_at = utc_now() - CLAIM - timedelta(seconds=1)
    session.commit()
    make_first(app, media_id)
    assert row(session).preview_state == "ready"


def test_a_store_that_fails_costs_no_attempt(
    app: Flask, client: FlaskClient, session: Session, decode: Callable[[Callable[[Order], Made]], None]
) -> None:
    media_id = upload(client, make_png())["id"]

    def fail(_order: Order) -> Made:
        raise StorageUnavailable

    decode(fail)
    with pytest.raises(StorageUnavailable):
        make_first(app, media_id)
    media = row(session)
    assert (media.preview_state, media.preview_attempts, media.preview_begun_at) == ("pending", 0, None)


def test_a_file_that_is_missing_says_so(app: Flask, client: FlaskClient, session: Session) -> None:
    media = upload(client, make_png())
    with app.app_context():
        storage.delete(media["storage_path"])
    assert not make_all(app, media["id"])
    assert row(session).preview_failure == "The file is missing from the storage."


def test_the_rest_may_fail_and_what_there_is_stays(
    app: Flask, client: FlaskClient, session: Session, decode: Callable[[Callable[[Order], Made]], None]
) -> None:
    media_id = upload(client, make_jpeg(3000, 2000))["id"]
    make_first(app, media_id)
    decode(lambda _order: Made(failure="Decoding this file takes too long."))
    assert make_all(app, media_id)
    media = row(session)
    assert (media.preview_state, media.preview_todo) == ("ready", None)
    for size in (320, 640, 2048):
        assert client.get(f"/media/{media_id}/thumbnail?size={size}").status_code == 200


def test_facts_are_in_the_row_and_known_to_filters(app: Flask, client: FlaskClient) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Canon", "Canon EOS R5", 6
    photo = exif.get_ifd(0x8769)
    photo[0x9003], photo[0x9011], photo[0xA434] = "2026:08:01 14:30:00", "+02:00", "RF 50mm F1.2"
    media_id = upload(client, make_image("JPEG", 400, 300, exif=exif))["id"]
    upload(client, make_png(30, 20))
    assert make_all(app, media_id)
    media = client.get(f"/media/{media_id}").get_json()
    assert (media["width"], media["height"], media["camera"]) == (300, 400, "Canon EOS R5")
    assert (media["lens"], media["taken_at"]) == ("RF 50mm F1.2", "2026-08-01T12:30:00Z")
    conditions: list[tuple[str, str, Any]] = [
        ("width", "gte", 300),
        ("taken_at", "lt", "2026-08-02T00:00:00Z"),
        ("camera", "icontains", "eos"),
        ("lens", "startswith", "RF"),
        ("preview_state", "eq", "ready"),
    ]
    for field, operator, value in conditions:
        query = {"conditions": [{"field": field, "operator": operator, "value": value}]}
        found = client.post("/media/filter", json=query).get_json()
        assert [one["id"] for one in found] == [media_id], field


def test_each_step_has_one_event_with_what_it_changed(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    media_id = upload(client, make_jpeg(3000, 2000))["id"]
    assert make_all(app, media_id)
    events = session.scalars(select(Event).order_by(Event.id)).all()
    assert [(event.type, event.changed, event.is_by_system) for event in events[1:]] == [
        ("updated", "height,preview_state,thumbnails,width", True),
        ("updated", "thumbnails", True),
    ]
    assert row(session).updated_at == row(session).created_at


def test_failures_can_be_retried_by_admins(app: Flask, client: FlaskClient, session: Session) -> None:
    ids = [upload(client, make_jpeg(50, 50)[:100], f"{n}.jpg")["id"] for n in range(3)]
    for media_id in ids:
        make_all(app, media_id)
    assert measure_workload(session, SYSTEM).failed == 3
    assert [one.id for one in preview_queue.list_failed(session, SYSTEM, 10)] == ids[::-1]
    assert retry(session, SYSTEM, ids[:1]) == 1
    assert (row(session).preview_state, row(session).preview_failure) == ("pending", None)
    assert retry(session, SYSTEM) == 2
    assert measure_workload(session, SYSTEM) == preview_queue.Workload(first=3, rest=0, failed=0)


def test_members_see_and_retry_nothing(session: Session) -> None:
    with pytest.raises(Forbidden):
        measure_workload(session, MEMBER)
    with pytest.raises(Forbidden):
        preview_queue.list_failed(session, MEMBER, 10)
    with pytest.raises(Forbidden):
        retry(session, MEMBER)


def test_an_empty_queue_is_filled_from_the_rows(app: Flask, client: FlaskClient, session: Session) -> None:
    upload(client, make_png())
    queue = app.extensions["mediaweb_queue"]
    assert (queue.count(), resume(session)) == (1, 0)
    queue.huey.flush()
    assert (resume(session), queue.count()) == (1, 1)


def test_absurd_times_of_a_photo_are_unknown(app: Flask, client: FlaskClient, session: Session) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "0001:01:01 00:00:00"
    media_id = upload(client, make_image("JPEG", 40, 30, exif=exif))["id"]
    assert make_all(app, media_id)
    assert row(session).taken_at is None
    assert row(session).created_at > datetime(2026, 1, 1, tzinfo=UTC)


@only_sqlite
def test_a_step_that_is_done_is_not_done_again(
    app: Flask, client: FlaskClient, decode: Callable[[Callable[[Order], Made]], None]
) -> None:
    media_id = upload(client, make_png())["id"]
    assert make_all(app, media_id)
    decode(lose)
    with app.app_context():
        for step in (Step.FIRST, Step.REST):
            previews.make_previews(db.session(), media_id, step)
    assert_problem(client.get("/media/99/thumbnail"), 404, "media_not_found")
