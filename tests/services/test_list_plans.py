"""Lists are read from an index in order: no sorting, no reading of the whole table."""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from mediaweb.models import Role
from mediaweb.services import Condition, FilterOperator, QueryFilter, media_service, search
from mediaweb.services.access import ANONYMOUS, Actor
from mediaweb.services.filters import MediaField, OrderDirection
from tests.services.library import add_media, add_user

#: SQLite's planner explains itself. PostgreSQL plans by statistics, of which a test's library has none.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ACTORS = {"anonymous": ANONYMOUS, "member": Actor(2, Role.MEMBER), "admin": Actor(1, Role.ADMIN)}
LISTS: dict[str, tuple[Condition, ...]] = {
    "all": (),
    "user": (Condition(field=MediaField.USER_ID, operator=FilterOperator.EQ, value=1),),
    "type": (Condition(field=MediaField.FILE_TYPE, operator=FilterOperator.EQ, value="image"),),
    "public": (Condition(field=MediaField.IS_PUBLIC, operator=FilterOperator.EQ, value=True),),
}
#: The orders that docs/filters.md calls indexed.
INDEXED = (
    MediaField.ID,
    MediaField.CREATED_AT,
    MediaField.UPDATED_AT,
    MediaField.FILENAME,
    MediaField.FILE_SIZE,
    MediaField.TAKEN_AT,
)


@pytest.fixture
def large_library(session: Session) -> Session:
    """A library that is large enough for the planner to care."""
    add_user(session)
    add_media(session, ({"is_public": number % 3 == 0, "user_id": number % 2 + 1} for number in range(300)))
    return session


def explain(session: Session, query: QueryFilter, actor: Actor) -> list[str]:
    """Run a query and return how SQLite goes about it."""
    statements: list[tuple[str, object]] = []

    def remember(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if "FROM media" in statement:
            statements.append((statement, values))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", remember)
    try:
        media_service.filter(session, query, actor)
    finally:
        event.remove(engine, "before_cursor_execute", remember)
    statement, values = statements[-1]
    cursor = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
    return [row[3] for row in cursor]


def check(plan: list[str], may_scan_rows: bool = False) -> None:
    for step in plan:
        assert "TEMP B-TREE" not in step, plan
        is_indexed = "INDEX" in step or "PRIMARY KEY" in step
        assert is_indexed or may_scan_rows, plan


@pytest.mark.parametrize("actor", ACTORS)
def test_every_documented_list_is_read_from_an_index(large_library: Session, actor: str) -> None:
    for name, conditions in LISTS.items():
        for offset in (0, 200):
            query = QueryFilter(conditions=conditions, offset=offset)
            plan = explain(large_library, query, ACTORS[actor])
            check(plan)
            assert plan, name


@pytest.mark.parametrize("actor", ACTORS)
def test_every_indexed_order_is_read_from_its_index(large_library: Session, actor: str) -> None:
    for field in INDEXED:
        for direction in OrderDirection:
            query = QueryFilter(order_by=field, order_direction=direction)
            # The table itself lies in the order of its ids.
            check(explain(large_library, query, ACTORS[actor]), may_scan_rows=field is MediaField.ID)


def test_the_explanation_would_show_a_sort(large_library: Session) -> None:
    query = QueryFilter(order_by=MediaField.MIME_TYPE)
    with pytest.raises(AssertionError, match="TEMP B-TREE"):
        check(explain(large_library, query, ACTORS["admin"]))


@pytest.mark.parametrize("actor", ACTORS)
def test_searches_and_filters_are_read_in_the_order_of_an_index(
    large_library: Session, actor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MANY", 100)  # so many are not looked up by their ids and sorted
    camera = Condition(field=MediaField.CAMERA, operator=FilterOperator.EQ, value="X100")
    tag = Condition(field=MediaField.TAGS, operator=FilterOperator.IN, value=["sea"])
    for query in (
        QueryFilter(search="fil"),
        QueryFilter(search="file", order_by=MediaField.TAKEN_AT, order_direction=OrderDirection.DESC),
        QueryFilter(conditions=(tag,)),
        QueryFilter(conditions=(camera,)),
    ):
        check(explain(large_library, query, ACTORS[actor]), may_scan_rows=True)
