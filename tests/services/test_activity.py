"""The log of activity: in pages that later events don't shift, read from an index whatever is looked for."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from mediaweb.errors import AuthenticationRequired, Forbidden
from mediaweb.models import Event, EventType, Role, Subject
from mediaweb.services import media_service
from mediaweb.services.access import ANONYMOUS, SYSTEM, Actor
from mediaweb.services.activity import Activity, ActivityFilter, By, read_activity
from mediaweb.services.incoming import MediaChanges
from tests.api.calls import PNG

ADMIN = Actor(user_id=1, role=Role.ADMIN)
ALL = ActivityFilter()
NOW = datetime(2026, 5, 1, tzinfo=UTC)
#: Every way to look, and the index that each database is to take for it; None: the order of the log itself.
LOOKS: dict[str, tuple[ActivityFilter, str | None]] = {
    "all": (ALL, None),
    "media": (ActivityFilter(Subject.MEDIA), None),
    "people": (ActivityFilter(Subject.USER), "ix_event_account"),
    "tokens": (ActivityFilter(Subject.TOKEN), "ix_event_account"),
    "by a person": (ActivityFilter(by=By(5)), "ix_event_actor"),
    "by nobody known": (ActivityFilter(by=By()), "ix_event_actor"),
    "by the system": (ActivityFilter(by=By(is_system=True)), "ix_event_actor"),
    "media by a person": (ActivityFilter(Subject.MEDIA, by=By(5)), "ix_event_actor"),
    "tokens by a person": (ActivityFilter(Subject.TOKEN, by=By(5)), "ix_event_account"),
    "one media": (ActivityFilter(Subject.MEDIA, 7), "ix_event_subject"),
    "one media by a person": (ActivityFilter(Subject.MEDIA, 7, By(5)), "ix_event_subject"),
    "one person": (ActivityFilter(Subject.USER, 7), "ix_event_subject"),
}


def write_log(session: Session, count: int) -> None:
    """Write a long log: nearly all of it about media, a few people doing most. Commits."""
    rows: list[dict[str, Any]] = [
        {
            "type": EventType.UPDATED,
            "model": Subject.MEDIA if number % 100 else (Subject.USER, Subject.TOKEN)[number % 200 // 100],
            "subject_id": number // 4 + 1,
            "actor_id": number % 7 or None,
            "is_by_system": number % 14 == 0,
            "created_at": NOW,
            "data": '{"filename": "a.jpg", "name": "Anna"}',
        }
        for number in range(count)
    ]
    session.execute(insert(Event), rows)
    session.commit()


def upload(session: Session, actor: Actor = ADMIN) -> int:
    media = media_service.upload_file(session, io.BytesIO(PNG), "a.png", is_public=True, actor=actor)
    return int(media.id)


def ids_of(activity: Activity) -> list[int]:
    return [entry.id for entry in activity.entries]


def test_pages_follow_one_another_without_gap_or_overlap(session: Session) -> None:
    write_log(session, 25)
    first = read_activity(session, ALL, ADMIN, 10)
    second = read_activity(session, ALL, ADMIN, 10, before_id=first.entries[-1].id)
    third = read_activity(session, ALL, ADMIN, 10, before_id=second.entries[-1].id)
    assert ids_of(first) + ids_of(second) + ids_of(third) == list(range(25, 0, -1))
    assert [(page.has_newer, page.has_older) for page in (first, second, third)] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    assert ids_of(read_activity(session, ALL, ADMIN, 10, after_id=third.entries[0].id)) == ids_of(second)


def test_a_page_just_after_one_is_the_newest_where_it_would_not_be_full(session: Session) -> None:
    write_log(session, 15)
    page = read_activity(session, ALL, ADMIN, 10, after_id=12)
    assert (ids_of(page), page.has_newer, page.has_older) == (list(range(15, 5, -1)), False, True)


def test_later_events_do_not_shift_a_page(session: Session) -> None:
    write_log(session, 15)
    before = ids_of(read_activity(session, ALL, ADMIN, 5, before_id=11))
    write_log(session, 5)
    assert ids_of(read_activity(session, ALL, ADMIN, 5, before_id=11)) == before


def test_a_deleted_media_is_named_as_it_was_last(session: Session) -> None:
    media_id = upload(session)
    media_service.update(session, media_id, MediaChanges(filename="quay.png"), ADMIN)
    media_service.delete(session, media_id, ADMIN)
    activity = read_activity(session, ALL, ADMIN, 10)
    assert [entry.fields["filename"] for entry in activity.entries] == ["quay.png", "quay.png", "a.png"]
    assert activity.media_ids == frozenset()


def test_actors_are_people_nobody_known_and_the_system(session: Session) -> None:
    for actor in (ADMIN, ANONYMOUS, SYSTEM):
        upload(session, actor)
    activity = read_activity(session, ALL, ADMIN, 10)
    assert [(entry.actor_id, entry.is_by_system) for entry in activity.entries] == [
        (None, True),
        (None, False),
        (1, False),
    ]
    assert activity.names == {1: "Admin"}
    for by, media_id in ((By(1), 1), (By(), 2), (By(is_system=True), 3)):
        [entry] = read_activity(session, ActivityFilter(by=by), ADMIN, 10).entries
        assert entry.subject_id == media_id


@pytest.mark.parametrize("look", LOOKS)
def test_a_filter_finds_what_it_says(session: Session, look: str) -> None:
    write_log(session, 1400)
    wanted, _ = LOOKS[look]
    entries = read_activity(session, wanted, ADMIN, 1000).entries
    assert entries or wanted.subject_id
    for entry in entries:
        assert wanted.kind in (None, entry.subject)
        assert wanted.subject_id in (None, entry.subject_id)
        if wanted.by is not None:
            assert (entry.actor_id, entry.is_by_system) == (wanted.by.user_id, wanted.by.is_system)


@pytest.mark.parametrize(
    ("actor", "refusal"), [(Actor(2, Role.MEMBER), Forbidden), (ANONYMOUS, AuthenticationRequired)]
)
def test_only_admins_read_it(session: Session, actor: Actor, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read_activity(session, ALL, actor, 10)


def explain(session: Session, wanted: ActivityFilter) -> list[str]:
    """Read a page in the middle of the log; return how the database goes about each statement."""
    statements: list[tuple[str, Any]] = []

    def remember(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if "FROM event" in statement:
            statements.append((statement, values))

    engine = session.get_bind()
    sqlalchemy_event.listen(engine, "before_cursor_execute", remember)
    try:
        read_activity(session, wanted, ADMIN, 50, before_id=15_000)
        read_activity(session, wanted, ADMIN, 50, after_id=15_000)
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", remember)
    prefix = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    connection = session.connection()
    return [
        "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{prefix} {statement}", values))
        for statement, values in statements
    ]


@pytest.fixture
def long_log(session: Session) -> Session:
    write_log(session, 30_000)
    if session.get_bind().dialect.name == "postgresql":  # which plans by statistics
        session.execute(text("ANALYZE event"))
        session.commit()
    return session


def test_every_page_is_read_from_an_index(long_log: Session) -> None:
    is_sqlite = long_log.get_bind().dialect.name == "sqlite"
    for look, (wanted, index) in LOOKS.items():
        for plan in explain(long_log, wanted):
            assert "Seq Scan" not in plan, (look, plan)
            assert "TEMP B-TREE" not in plan, (look, plan)
            if is_sqlite and "CORRELATED" not in plan:  # which reads the events that were found
                assert (index or "PRIMARY KEY") in plan, (look, plan)
