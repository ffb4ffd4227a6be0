"""Files recorded together."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mediaweb.extensions import db
from mediaweb.models import Event, Media
from mediaweb.models.types import utc_now
from mediaweb.services import registration
from mediaweb.services.access import SYSTEM
from mediaweb.services.registration import StoredFile, register
from mediaweb.storage.keys import make_key


def describe_file(**changes: Any) -> dict[str, Any]:
    """Return the values of a row."""
    now = utc_now()
    return {
        "filename": "a.jpg",
        "storage_path": make_key("a.jpg", now),
        "file_size": 3,
        "mime_type": "image/jpeg",
        "file_type": "image",
        "description": None,
        "alt_text": None,
        "user_id": None,
        "storage_backend": "local",
        "is_public": True,
        "created_at": now,
        "updated_at": now,
        "checksum": f"sha256:{'0' * 64}",
        "preview_state": "none",
    } | changes


@pytest.fixture
def open_session(app: Flask) -> Iterator[Callable[[], Session]]:
    """Make sessions of their own, as concurrent requests have."""
    with app.app_context(), ExitStack() as stack:
        yield lambda: stack.enter_context(Session(db.engine))


def count(session: Session, model: type[Media] | type[Event]) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_group_is_recorded_with_an_event_each_in_order(open_session: Callable[[], Session]) -> None:
    values = [describe_file(filename=f"{number}.jpg") for number in range(5)]
    files = [StoredFile(open_session(), each, SYSTEM) for each in values]
    rows = registration._register_group(files)
    assert [row.filename for row in rows] == [f"{number}.jpg" for number in range(5)]  # type: ignore[union-attr]
    session = open_session()
    events = session.scalars(select(Event.subject_id).order_by(Event.id)).all()
    assert events == [row.id for row in rows]  # type: ignore[union-attr]


def test_one_that_the_database_refuses_does_not_fail_the_others(open_session: Callable[[], Session]) -> None:
    values = [describe_file(), describe_file(user_id=999), describe_file()]
    outcomes = registration._register_group([StoredFile(open_session(), each, SYSTEM) for each in values])
    assert isinstance(outcomes[1], IntegrityError)
    session = open_session()
    assert (count(session, Media), count(session, Event)) == (2, 2)


def test_a_group_whose_commit_got_no_answer_is_not_recorded_twice(
    open_session: Callable[[], Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = [open_session(), open_session()]
    commit = sessions[0].commit

    def commit_without_an_answer() -> None:
        commit()
        raise IntegrityError("COMMIT", None, Exception("the connection broke"))

    monkeypatch.setattr(sessions[0], "commit", commit_without_an_answer)
    files = [StoredFile(each, describe_file(), SYSTEM) for each in sessions]
    rows = registration._register_group(files)
    session = open_session()
    assert [row.id for row in rows] == session.scalars(select(Media.id).order_by(Media.id)).all()  # type: ignore[union-attr]
    assert count(session, Event) == 2


def test_a_refused_file_is_removed_again(app: Flask, open_session: Callable[[], Session]) -> None:
    from mediaweb.extensions import storage

    values = describe_file(user_id=999)
    storage.save(values["storage_path"], [b"abc"])
    with pytest.raises(IntegrityError):
        register(open_session(), values, SYSTEM)
    assert list(storage.keys()) == []
