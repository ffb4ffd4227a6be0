"""Many at once: every change has one event, none is lost."""

import json
import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from mediaweb import create_app
from mediaweb.errors import MediaNotFound
from mediaweb.extensions import db
from mediaweb.models import Event, Media
from mediaweb.services import media_service
from mediaweb.services.incoming import MediaChanges
from mediaweb.settings import load_settings
from tests.files import make_png


def at_once(app: Flask, *actions: Callable[[], object]) -> list[str]:
    """Run actions in threads with connections of their own; return how each ended."""
    barrier, outcomes = threading.Barrier(len(actions)), list[str]()

    def act(action: Callable[[], object]) -> None:
        with app.app_context():
            barrier.wait(60)
            try:
                action()
                outcomes.append("done")
            except Exception as error:  # noqa: BLE001 - told to the test
                outcomes.append(type(error).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=act, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def upload(app: Flask, **details: Any) -> int:
    with app.app_context():
        media = media_service.upload_file(db.session(), BytesIO(make_png()), "a.png", **details)
        return int(media.id)


def change(media_id: int, **values: Any) -> Callable[[], object]:
    return lambda: media_service.update(db.session(), media_id, MediaChanges(**values))


def delete(media_id: int) -> Callable[[], object]:
    return lambda: media_service.delete(db.session(), media_id)


def events_of(app: Flask, media_id: int) -> list[Event]:
    with app.app_context():
        statement = select(Event).where(Event.subject_id == media_id).order_by(Event.id)
        return list(db.session.scalars(statement))


def test_of_two_deletions_one_wins(app: Flask) -> None:
    media_id = upload(app)
    assert at_once(app, delete(media_id), delete(media_id)) == ["MediaNotFound", "done"]
    assert [event.type for event in events_of(app, media_id)] == ["created", "deleted"]


def test_of_many_equal_changes_one_is_recorded(app: Flask) -> None:
    media_id = upload(app)
    actions = [change(media_id, description="same") for _ in range(5)]
    assert at_once(app, *actions) == ["done"] * 5
    assert [event.type for event in events_of(app, media_id)] == ["created", "updated"]


def test_changes_of_different_fields_all_hold(app: Flask) -> None:
    for _ in range(5):
        media_id = upload(app, is_public=True)
        changes = [
            change(media_id, is_public=False),
            change(media_id, description="x"),
            change(media_id, alt_text="y"),
        ]
        assert at_once(app, *changes) == ["done"] * 3
        with app.app_context():
            media = db.session.get_one(Media, media_id)
            assert (media.is_public, media.description, media.alt_text) == (False, "x", "y")
        events = events_of(app, media_id)
        assert len(events) == 4
        assert json.loads(events[-1].data or "")["is_public"] is False
        assert_sights_follow_each_other(events)


def assert_sights_follow_each_other(events: list[Event]) -> None:
    for earlier, later in pairwise(events):
        assert (later.was_public, later.previous_owner_id) == (earlier.is_public, earlier.owner_id)


def test_privacy_that_flips_back_and_forth_is_told_step_by_step(app: Flask) -> None:
    media_id = upload(app, is_public=True)
    actions = [change(media_id, is_public=number % 2 == 0) for number in range(8)]
    assert at_once(app, *actions) == ["done"] * 8
    events = events_of(app, media_id)
    assert_sights_follow_each_other(events)
    with app.app_context():
        assert db.session.get_one(Media, media_id).is_public is events[-1].is_public
    assert all(event.is_public is not event.was_public for event in events[1:])


def test_a_change_and_a_deletion_never_leave_a_half(app: Flask) -> None:
    for _ in range(5):
        media_id = upload(app)
        outcomes = at_once(app, change(media_id, description="x"), delete(media_id))
        types = [event.type for event in events_of(app, media_id)]
        assert (outcomes, types) in (
            (["done", "done"], ["created", "updated", "deleted"]),
            (["MediaNotFound", "done"], ["created", "deleted"]),
        )
        with app.app_context(), pytest.raises(MediaNotFound):
            media_service.get(db.session(), media_id)
    assert list(app.extensions["mediaweb_storage"].keys()) == []


PROCESSES, UPLOADS_EACH, THREADS_EACH = 4, 16, 4


def _upload_many(url: str, folder: Path, number: int, barrier: Any, answers: Any) -> None:
    app = create_app(load_settings(database_url=url, instance_path=folder, media_folder=folder / "media"))
    barrier.wait(240)

    def upload_some() -> None:
        for _ in range(UPLOADS_EACH // THREADS_EACH):
            media_service.upload_file(db.session(), BytesIO(make_png()), f"{number}.png")

    answers.put(at_once(app, *[upload_some] * THREADS_EACH))
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_uploads_of_several_processes_all_succeed(app: Flask, database_url: str, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(target=_upload_many, args=(database_url, tmp_path, number, barrier, answers))
        for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    results = [answers.get(timeout=300) for _ in processes]
    for process in processes:
        process.join()
    answers.close()
    assert results == [["done"] * THREADS_EACH] * PROCESSES
    with app.app_context():
        names = Counter(db.session.scalars(select(Media.filename)))
        events = db.session.scalars(select(Event.subject_id)).all()
    assert names == {f"{number}.png": UPLOADS_EACH for number in range(PROCESSES)}
    assert sorted(events) == list(range(1, PROCESSES * UPLOADS_EACH + 1))
