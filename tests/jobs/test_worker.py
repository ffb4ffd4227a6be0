"""`mediaweb worker`, killed and stopped, on SQLite and PostgreSQL, with a queue in a file and in Redis."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from flask import Flask

from mediaweb.extensions import db, storage
from mediaweb.models import Media
from tests.api.calls import upload
from tests.conftest import skip_or_fail
from tests.files import make_jpeg, make_png
from tests.jobs.workers import is_done, kill, states, wait_until, working

REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


#: For what has nothing to do with the database.
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def upload_pictures(app: Flask, count: int) -> None:
    client = app.test_client()
    for number in range(count):
        upload(client, make_jpeg(400, 300, (number, 90, 90)), f"{number}.jpg")


def previews(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(storage.keys("previews/"))


@only_sqlite
def test_killed_in_the_middle_of_100_jobs_it_loses_nothing(app: Flask) -> None:
    upload_pictures(app, 100)
    with working(app) as worker:
        wait_until(lambda: states(app).count("ready") >= 30, "30 previews are ready")
        kill(worker)
    assert states(app).count("pending") > 0
    with working(app):
        wait_until(lambda: is_done(app), "all is done")
    assert states(app) == ["ready"] * 100
    assert len(previews(app)) == len(set(previews(app))) == 100 * 2
    with app.app_context():
        assert len(list(storage.keys())) == 100 * 3
        assert list((Path(app.extensions["mediaweb_settings"].instance_path) / "decoding").iterdir()) == []


@only_sqlite
def test_stopped_it_finishes_what_it_is_at_and_leaves_the_rest(app: Flask) -> None:
    upload_pictures(app, 20)
    with working(app) as worker:
        wait_until(lambda: "ready" in states(app), "a preview is ready")
        worker.terminate()
        assert worker.wait(60) == 0
    with app.app_context():
        media = db.session.query(Media).all()
        assert [one.id for one in media if one.preview_begun_at is not None] == []
        assert {one.preview_attempts for one in media} == {0}


def test_a_queue_that_is_lost_is_made_up_for(app: Flask) -> None:
    upload(app.test_client(), make_png(400, 300))
    settings = app.extensions["mediaweb_settings"]
    app.extensions["mediaweb_queue"].close()
    for path in settings.instance_path.glob("queue.sqlite3*"):
        path.unlink()
    with working(app):
        wait_until(lambda: is_done(app), "all is done")
    assert states(app) == ["ready"]


@only_sqlite
def test_two_workers_share_the_work(app: Flask) -> None:
    upload_pictures(app, 12)
    with working(app, 1), working(app, 1):
        wait_until(lambda: is_done(app), "all is done")
    assert states(app) == ["ready"] * 12
    assert len(previews(app)) == 12 * 2


@only_sqlite
def test_jobs_go_through_redis(make_app: Callable[..., Flask]) -> None:
    server = redis.Redis.from_url(REDIS_URL)
    try:
        server.flushdb()
    except redis.ConnectionError as error:
        skip_or_fail(f"no Redis at TEST_REDIS_URL ({REDIS_URL}): {error}")
    app = make_app(redis_url=REDIS_URL)
    with working(app, REDIS_URL=REDIS_URL):
        upload_pictures(app, 4)
        wait_until(lambda: is_done(app), "all is done")
    assert states(app) == ["ready"] * 4
    assert not list(app.extensions["mediaweb_settings"].instance_path.glob("queue.sqlite3*"))
    server.flushdb()
    server.close()


@only_sqlite
def test_an_upload_needs_no_queue(make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture) -> None:
    app = make_app(redis_url="redis://127.0.0.1:1/0")
    assert upload(app.test_client(), make_png(40, 30))["preview_state"] == "pending"
    assert "the queue can't be reached: media 1 gets its previews later" in caplog.text
