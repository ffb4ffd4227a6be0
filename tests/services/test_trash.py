"""The trash: who moves what into it and out of it, and that nothing is lost or left on the way."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mediaweb.errors import AuthenticationRequired, Forbidden, InsufficientScope, InvalidInput, MediaNotFound
from mediaweb.extensions import db, storage
from mediaweb.models import Event, Media, MediaTag, Role, TrashedMedia, User
from mediaweb.models.types import utc_now
from mediaweb.previews.orders import Made, Order
from mediaweb.services import media_service, trash
from mediaweb.services.access import ANONYMOUS, SYSTEM, Actor
from mediaweb.services.account_removal import MediaFate, count_belongings, remove_user
from mediaweb.services.bulk import Outcome
from mediaweb.services.filters import QueryFilter
from mediaweb.settings import Settings
from tests.api.calls import PNG, stored_files, upload
from tests.files import make_jpeg
from tests.people import add_person
from tests.previewing import make_all, make_first
from tests.services.library import add_media, add_user
from tests.services.test_concurrency import at_once

ADMIN = Actor(user_id=1, role=Role.ADMIN)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def bea(session: Session) -> Actor:
    return Actor(add_user(session), Role.MEMBER)


def store(session: Session, **details: object) -> int:
    return int(media_service.upload_file(session, io.BytesIO(PNG), "a.png", **details).id)  # type: ignore[arg-type]


def library(session: Session) -> list[int]:
    session.rollback()
    return list(session.scalars(select(Media.id).order_by(Media.id)))


def in_trash(session: Session) -> list[int]:
    session.rollback()
    return list(session.scalars(select(TrashedMedia.id).order_by(TrashedMedia.id)))


def told(session: Session) -> list[tuple[object, ...]]:
    """Return what the log tells of media after their upload."""
    fields = (Event.type, Event.subject_id, Event.actor_id, Event.was_public, Event.changed)
    rows = session.execute(select(*fields).where(Event.model == "media").order_by(Event.id))
    return [tuple(row) for row in rows if (row.type, row.changed) != ("created", None)]


def test_a_media_comes_back_as_it_was(session: Session, bea: Actor) -> None:
    media_id = store(session, user_id=bea.user_id, tags=["Boats", "Sea"], description="A harbour")
    before = media_service.get_page(session, media_id)
    trash.trash(session, media_id, bea)
    assert (library(session), in_trash(session)) == ([], [media_id])
    assert list(session.scalars(select(MediaTag))) == []
    assert list(storage.keys()) == [before.storage_path]
    trash.restore(session, media_id, bea)
    after = media_service.get_page(session, media_id)
    differing = {name for name in before._fields if getattr(before, name) != getattr(after, name)}
    assert differing == {"privacy_generation"}
    assert told(session) == [
        ("deleted", media_id, bea.user_id, False, "trashed_at"),
        ("created", media_id, bea.user_id, None, "trashed_at"),
    ]
    for found in (
        QueryFilter.model_validate({"search": "harb"}),
        QueryFilter.model_validate({"conditions": [{"field": "tags", "operator": "in", "value": ["sea"]}]}),
    ):
        assert [row.id for row in media_service.filter(session, found)] == [media_id]


def test_tags_are_spelled_as_others_spell_them_by_now(session: Session) -> None:
    media_id = store(session, tags=["boats"])
    trash.trash(session, media_id, SYSTEM)
    store(session, tags=["Boats"])
    assert trash.restore(session, media_id, SYSTEM).tags == ("Boats",)


def test_who_may_change_it_moves_it_and_finds_it(session: Session, bea: Actor) -> None:
    stranger = Actor(add_user(session, "Sam"), Role.MEMBER)
    mine, public = store(session, user_id=bea.user_id), store(session, is_public=True)
    for actor, media_id, refusal in (
        (stranger, mine, Forbidden),
        (stranger, public, Forbidden),
        (ANONYMOUS, mine, AuthenticationRequired),
        (Actor(bea.user_id, Role.MEMBER, can_write=False), mine, InsufficientScope),
        (bea, 99_999, MediaNotFound),
        (bea, 2**63, MediaNotFound),
    ):
        with pytest.raises(refusal):
            trash.trash(session, media_id, actor)
    trash.trash_many(session, [mine, public], ADMIN)
    everybody = (ADMIN, bea, stranger, ANONYMOUS)
    reach = {ADMIN: [public, mine], bea: [mine], stranger: [], ANONYMOUS: [public]}
    for actor in everybody:
        assert [row.id for row in trash.list_trash(session, actor, 10)] == reach[actor]
        assert trash.count_trash(session, actor) == len(reach[actor])
    for actor in (stranger, ANONYMOUS):
        with pytest.raises(MediaNotFound):
            trash.restore(session, mine, actor)
        assert trash.delete_for_good(session, [mine], actor) == Outcome(0, 0, 1)
    with pytest.raises(InsufficientScope):
        trash.restore(session, mine, Actor(bea.user_id, Role.MEMBER, can_write=False))
    assert trash.restore(session, mine, bea).id == mine
    assert trash.restore(session, public, ANONYMOUS).id == public


def test_many_move_as_far_as_the_actor_may(session: Session, bea: Actor) -> None:
    rows = [{"user_id": owner} for owner in (bea.user_id, 1, bea.user_id)]
    ids = add_media(session, rows)
    outcome = trash.trash_many(session, [*ids, 99_999, -1], bea)
    assert outcome == Outcome(changed=2, unchanged=0, gone=2, refused=1)
    assert (in_trash(session), len(outcome.event_ids)) == ([ids[0], ids[2]], 2)
    assert trash.restore_many(session, ids, bea) == Outcome(changed=2, unchanged=0, gone=1)
    assert library(session) == ids
    with pytest.raises(InvalidInput, match="Select"):
        trash.trash_many(session, [], bea)


@only_sqlite
def test_a_thousand_are_moved_in_few_statements(session: Session) -> None:
    ids = add_media(session, ({"tags": ("One", "Two")} for _ in range(1000)))
    assert trash.trash_many(session, ids, ADMIN).changed == 1000
    assert trash.restore_many(session, ids, ADMIN).changed == 1000
    assert trash.trash_many(session, ids, ADMIN).changed == 1000
    assert trash.empty(session, ADMIN) == 1000
    assert (library(session), in_trash(session)) == ([], [])


def test_what_is_deleted_for_good_takes_its_bytes_along(session: Session, bea: Actor) -> None:
    kept, lost = store(session, user_id=bea.user_id), store(session, user_id=bea.user_id)
    trash.trash_many(session, [kept, lost], bea)
    assert trash.delete_for_good(session, [lost, 99_999], bea) == Outcome(1, 0, 1)
    assert in_trash(session) == [kept]
    assert len(list(storage.keys())) == 1
    # That is for the record of admins; those who saw the media have heard of its end before.
    assert told(session)[-1] == ("deleted", lost, bea.user_id, False, None)


def test_a_member_empties_their_own_and_an_admin_all(session: Session, bea: Actor) -> None:
    ids = [store(session, user_id=owner) for owner in (bea.user_id, 1, bea.user_id, 1)]
    trash.trash_many(session, ids, ADMIN)
    before = utc_now() - timedelta(minutes=1)
    assert trash.empty(session, bea, before) == 0
    assert trash.empty(session, bea) == 2
    assert in_trash(session) == [ids[1], ids[3]]
    assert trash.empty(session, ADMIN) == 2
    assert list(storage.keys()) == []


def test_after_its_days_it_is_purged(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trash, "BATCH_SIZE", 2)
    ids = [store(session) for _ in range(4)]
    trash.trash_many(session, ids, ADMIN)
    long_ago = utc_now() - timedelta(days=30)
    session.execute(update(TrashedMedia).where(TrashedMedia.id.in_(ids[:3])).values(trashed_at=long_ago))
    session.commit()
    assert trash.purge(session) == 3
    assert (in_trash(session), len(list(storage.keys()))) == ([ids[3]], 1)
    assert told(session)[-1][:3] == ("deleted", ids[2], None)
    assert trash.purge(session) == 0


def test_killed_between_row_and_bytes_it_leaves_a_file_and_no_row_without_one(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_key: str) -> None:
        raise KeyboardInterrupt

    media_id = store(session)
    trash.trash(session, media_id, SYSTEM)
    with monkeypatch.context() as patched:
        patched.setattr(storage._get_current_object(), "delete", stop)  # type: ignore[attr-defined]
        with pytest.raises(KeyboardInterrupt):
            trash.empty(session, SYSTEM)
    assert in_trash(session) == []


def restore_one(media_id: int) -> Callable[[], object]:
    return lambda: trash.restore(db.session(), media_id, SYSTEM)


def delete_one(media_id: int) -> Callable[[], object]:
    def delete() -> None:
        if not trash.delete_for_good(db.session(), [media_id], SYSTEM).changed:
            raise MediaNotFound

    return delete


def test_of_restoring_and_deleting_at_once_one_wins(app: Flask, session: Session) -> None:
    for _ in range(5):
        media_id = store(session)
        trash.trash(session, media_id, SYSTEM)
        session.rollback()
        ends = at_once(app, restore_one(media_id), delete_one(media_id))
        assert ends == ["MediaNotFound", "done"]
        assert in_trash(session) == []
        is_back = library(session) == [media_id]
        assert len(stored_files(app)) == is_back
        if is_back:
            media_service.delete(session, media_id)


@only_sqlite
def test_previews_that_were_not_ready_are_made_after_all(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    media_id = upload(client, make_jpeg(3000, 2000))["id"]
    make_first(app, media_id)
    trash.trash(session, media_id, SYSTEM)
    restored = trash.restore(session, media_id, SYSTEM)
    assert (restored.preview_state, restored.preview_todo, restored.preview_width) == (
        "pending",
        "first",
        None,
    )
    session.rollback()
    assert make_all(app, media_id)
    ready = media_service.get(session, media_id)
    trash.trash(session, media_id, SYSTEM)
    again = trash.restore(session, media_id, SYSTEM)
    assert again[:-5] == ready[:-5]
    assert again.preview_todo is None


@only_sqlite
def test_a_worker_that_finishes_a_media_in_the_trash_leaves_what_there_is(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = upload(client, make_jpeg(3000, 2000))["id"]
    make_first(app, media_id)
    before = len(stored_files(app))

    def trash_it(_order: Order) -> Made:
        with app.app_context():
            trash.trash(db.session(), media_id, SYSTEM)
        return Made(failure="no matter")

    decoder = app.extensions["mediaweb_decoder"]
    with monkeypatch.context() as patched:
        patched.setattr(type(decoder), "decode", lambda _self, order: trash_it(order))
        make_all(app, media_id)
    assert len(stored_files(app)) == before
    assert trash.empty(session, SYSTEM) == 1
    assert stored_files(app) == []


@only_sqlite
def test_without_a_trash_deleting_is_final(app: Flask, session: Session) -> None:
    app.extensions["mediaweb_settings"] = Settings(
        **(app.extensions["mediaweb_settings"].model_dump() | {"trash_days": 0})
    )
    ids = [store(session) for _ in range(3)]
    trash.trash(session, ids[0], SYSTEM)
    assert trash.trash_many(session, ids, SYSTEM) == Outcome(2, 0, 1)
    assert (library(session), in_trash(session), list(storage.keys())) == ([], [], [])
    assert [event[-1] for event in told(session)] == [None] * 3


@pytest.mark.parametrize("fate", MediaFate)
def test_what_somebody_leaves_in_the_trash_goes_the_way_of_their_media(
    app: Flask, session: Session, fate: MediaFate
) -> None:
    bea_id, heir_id = add_person(app, "Bea"), add_person(app, "Jo")
    kept, *trashed = [store(session, user_id=bea_id) for _ in range(3)]
    trash.trash_many(session, trashed, ADMIN)
    found = count_belongings(session, bea_id)
    assert (found.media_count, found.trashed_count, found.private_count) == (3, 2, 3)
    assert found.size_bytes == 3 * len(PNG)
    assert remove_user(session, bea_id, ADMIN, fate, heir_id) == 3
    assert session.get(User, bea_id) is None
    owners = set(session.scalars(select(TrashedMedia.user_id)))
    assert owners == {MediaFate.GIVE: {heir_id}, MediaFate.LEAVE: {None}, MediaFate.DELETE: set()}[fate]
    assert len(stored_files(app)) == (0 if fate is MediaFate.DELETE else 3)
    assert session.scalar(select(func.count()).select_from(TrashedMedia)) == 2 * (
        fate is not MediaFate.DELETE
    )
    assert kept not in in_trash(session)
