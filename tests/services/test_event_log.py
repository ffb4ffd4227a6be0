"""The log of changes: read on in order, pruned without losing what undo needs."""

import threading
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediaweb.extensions import db
from mediaweb.models import Event
from mediaweb.models.types import utc_now
from mediaweb.services import event_log, media_service
from mediaweb.services.undo import Undone, undo
from tests.services.test_trash import ADMIN, store
from tests.services.test_undo import change

OLD = timedelta(days=31)


def ids(session: Session) -> list[int]:
    session.rollback()
    return list(session.scalars(select(Event.id).order_by(Event.id)))


def make_old(session: Session, *event_ids: int) -> None:
    session.execute(update(Event).where(Event.id.in_(event_ids)).values(created_at=utc_now() - OLD))
    session.commit()


def is_complete(session: Session, since: int) -> bool:
    return event_log.is_complete_since(session.connection(), since)


def test_it_is_read_on_in_order_and_in_parts(session: Session) -> None:
    media_id = store(session)
    first = ids(session)[0]
    changes = [change(session, media_id, ADMIN, description=str(number)) for number in range(5)]
    connection = session.connection()
    assert [event.id for event in event_log.read_after(connection, first, 3)] == changes[:3]
    assert [event.id for event in event_log.read_after(connection, changes[2], 100)] == changes[3:]
    assert event_log.read_after(connection, changes[-1], 100) == []
    assert event_log.newest_id(connection) == changes[-1]


def test_what_is_old_goes_but_what_undo_needs(session: Session) -> None:
    media_id, doomed_id = store(session), store(session)
    created, doomed = ids(session)
    old = [change(session, media_id, ADMIN, description=str(number)) for number in range(3)]
    media_service.delete(session, doomed_id)
    deleted = ids(session)[-1]
    make_old(session, created, doomed, *old, deleted)
    new = change(session, media_id, ADMIN, description="new")
    assert event_log.prune(session) == 5
    assert ids(session) == [old[-1], new]
    assert undo(session, [new], ADMIN) == Undone(1, 0, 0, "a.png")
    assert media_service.get(session, media_id).description == "2"
    assert event_log.prune(session) == 0


def test_the_newest_event_stays_however_old(session: Session) -> None:
    media_service.delete(session, store(session))
    make_old(session, *ids(session))
    event_log.prune(session)
    assert len(ids(session)) == 1


def test_it_is_known_whether_anything_is_missing(session: Session) -> None:
    assert is_complete(session, 0)
    media_id = store(session)
    [created] = ids(session)
    assert is_complete(session, created - 1)
    assert is_complete(session, created)
    assert not is_complete(session, created + 1)
    second = change(session, media_id, ADMIN, description="old")
    make_old(session, created, second)
    third = change(session, media_id, ADMIN, description="new")
    event_log.prune(session)
    assert ids(session) == [second, third]
    assert not is_complete(session, created - 1)
    assert not is_complete(session, created)
    assert is_complete(session, third)


def test_a_quiet_library_tells_who_was_away_that_nothing_happened(session: Session) -> None:
    store(session)
    [created] = ids(session)
    make_old(session, created)
    event_log.prune(session)
    assert is_complete(session, created)


def test_events_become_visible_in_the_order_of_their_ids(app: Flask, session: Session) -> None:
    """Whoever reads on while many write sees every event, though each looks only behind the last one."""
    writers, each = 6, 15
    seen: list[int] = []
    is_over = threading.Event()

    def read_on() -> None:
        with app.app_context(), db.engine.connect() as connection:
            while True:
                was_over = is_over.is_set()
                last = seen[-1] if seen else 0
                seen.extend(event.id for event in event_log.read_after(connection, last, 1000))
                connection.rollback()
                if was_over:
                    return

    def write() -> None:
        with app.app_context():
            media_id = store(db.session())
            for number in range(each - 1):
                change(db.session(), media_id, ADMIN, description=str(number))
            db.session.remove()

    reader = threading.Thread(target=read_on)
    reader.start()
    run_together([write] * writers)
    is_over.set()
    reader.join()
    assert seen == ids(session)
    assert len(seen) == writers * each


def run_together(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
