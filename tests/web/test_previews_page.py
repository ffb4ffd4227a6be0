"""Admin → Previews: how much there is to do, what failed, and having it tried again."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from mediaweb.extensions import db, queue
from mediaweb.models import Media, PreviewState
from mediaweb.previews.orders import Step
from mediaweb.services.previews import make_previews
from mediaweb.web.previews import PAGE_SIZE
from tests import files
from tests.api.calls import upload
from tests.people import ADMIN_ID, sign_in_as
from tests.services.library import add_media
from tests.web.pages import read_page, send

REASON = "The picture can't be decoded."


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return sign_in_as(app.test_client(), app, ADMIN_ID)


def add_failed(app: Flask, count: int) -> list[int]:
    rows = [
        {"filename": f"broken {number}.jpg", "preview_state": "failed", "preview_failure": REASON}
        for number in range(count)
    ]
    with app.app_context():
        return add_media(db.session(), rows)


def states(app: Flask) -> list[str]:
    with app.app_context():
        return [media.preview_state for media in db.session.query(Media).order_by(Media.id)]


def test_it_says_how_much_there_is_to_do(app: Flask, client: FlaskClient, admin: FlaskClient) -> None:
    for number in range(3):
        upload(client, files.make_png(), filename=f"{number}.png")
    with app.app_context():
        db.session.execute(
            update(Media).where(Media.id == 1).values(preview_todo=Step.REST, preview_state="ready")
        )
        db.session.commit()
    page = read_page(admin, "/admin/previews")
    for words in ("Wait for their first preview2", "Wait for larger ones1", "Jobs in the queue3", "Failed0"):
        assert words in page
    assert "Nothing has failed." in page
    assert "no worker is running" in page


def test_it_lists_what_failed_with_the_reason(app: Flask, admin: FlaskClient) -> None:
    add_failed(app, PAGE_SIZE + 1)
    first, second = (read_page(admin, f"/admin/previews?page={number}") for number in (1, 2))
    assert first.count(REASON) == PAGE_SIZE
    assert "broken 0.jpg" not in first
    assert second.count(REASON) == 1
    assert "broken 0.jpg" in second
    assert "There is no page 9 any more." in read_page(admin, "/admin/previews?page=9")


def test_one_is_tried_again(app: Flask, admin: FlaskClient) -> None:
    _, second = add_failed(app, 2)
    answer = send(admin, app, "/admin/previews", id=str(second), next="/admin/previews?page=1")
    assert (answer.status_code, answer.location) == (303, "/admin/previews?page=1")
    assert states(app) == [PreviewState.FAILED, PreviewState.PENDING]
    assert "Its preview is tried again." in read_page(admin, "/admin/previews")
    with app.app_context():
        assert queue.count() == 1


def test_all_are_tried_again(app: Flask, admin: FlaskClient) -> None:
    add_failed(app, 3)
    send(admin, app, "/admin/previews", id="all")
    assert states(app) == [PreviewState.PENDING] * 3
    assert "3 previews are tried again." in read_page(admin, "/admin/previews")


@pytest.mark.parametrize("sent", [{}, {"id": "0"}, {"id": "x"}, {"id": "9" * 40}, {"id": "-1"}])
def test_what_makes_no_sense_tries_nothing(app: Flask, admin: FlaskClient, sent: dict[str, str]) -> None:
    add_failed(app, 1)
    assert send(admin, app, "/admin/previews", **sent).status_code == 303
    assert states(app) == [PreviewState.FAILED]
    assert "Nothing was left to try again." in read_page(admin, "/admin/previews")


def test_a_queue_that_is_away_is_said_calmly(app: Flask, admin: FlaskClient, tmp_path: object) -> None:
    add_failed(app, 1)
    app.extensions["mediaweb_queue"].close()
    app.extensions["mediaweb_queue"].__dict__.pop("huey", None)
    path = app.extensions["mediaweb_settings"].instance_path / "queue.sqlite3"
    path.unlink(missing_ok=True)
    path.mkdir()
    page = read_page(admin, "/admin/previews")
    assert "The queue can’t be reached right now. Nothing is lost" in page
    assert "broken 0.jpg" in page


def test_activity_tells_of_previews(app: Flask, client: FlaskClient, admin: FlaskClient) -> None:
    good = upload(client, files.make_jpeg(1600, 1200), filename="good.jpg")["id"]
    bad = upload(client, files.make_png(300, 200)[:60], filename="bad.png")["id"]
    with app.app_context():
        for media_id, step in ((good, Step.FIRST), (good, Step.REST), (bad, Step.FIRST)):
            make_previews(db.session(), media_id, step)
    send(admin, app, "/admin/previews", id=str(bad))
    page = read_page(admin, "/admin/activity")
    for sentence in (
        "The system made previews of good.jpg",
        "The system made larger previews of good.jpg",
        "The system could not make a preview of bad.png",
        "Admin had the previews of bad.png made anew",
    ):
        assert sentence in page
