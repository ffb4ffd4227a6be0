"""A search for what many have finds, counts and orders the same, however little of the list is read."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from mediaweb.models import Role
from mediaweb.models.media import MEDIA_COLUMNS
from mediaweb.services import QueryFilter, broad_searches, media_service
from mediaweb.services.access import ANONYMOUS, SYSTEM, Actor
from mediaweb.services.filters import MediaField, OrderDirection
from mediaweb.services.windows import select_first_and_count
from tests.services.library import START, add_media, add_user

ROWS = 60
ORDERS = [
    (None, OrderDirection.ASC),
    (MediaField.CREATED_AT, OrderDirection.ASC),
    (MediaField.CREATED_AT, OrderDirection.DESC),
    (MediaField.FILENAME, OrderDirection.ASC),
]


def fill(session: Session) -> Actor:
    """Add media, not in the order of their creation, of which two in three are of a lake; return a member."""
    user_id = add_user(session)
    add_media(
        session,
        (
            {
                "filename": f"{'sea' if number % 3 == 0 else 'lake'} {number}.jpg",
                "created_at": START + timedelta(minutes=number * 7 % ROWS),
                "is_public": number % 4 != 0,
                "user_id": user_id if number % 8 == 0 else None,
            }
            for number in range(ROWS)
        ),
    )
    return Actor(user_id, Role.MEMBER)


@pytest.mark.parametrize("first", [1, 15, 4000])
@pytest.mark.parametrize(("order_by", "direction"), ORDERS)
def test_it_finds_what_reading_the_whole_list_finds(
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    first: int,
    order_by: MediaField | None,
    direction: OrderDirection,
) -> None:
    monkeypatch.setattr(broad_searches, "FIRST", first)
    for actor in (fill(session), ANONYMOUS, SYSTEM):
        for wanted in ("lake", "l", "lake 1", "sea", "nothing", "!"):
            query = QueryFilter(search=wanted, order_by=order_by, order_direction=direction, limit=5)
            everything = media_service.filter(session, query.model_copy(update={"limit": ROWS * 3}), actor)
            for most in (6, 9, ROWS * 3):
                window, count = select_first_and_count(session, query, actor, MEDIA_COLUMNS, most)
                assert [row.id for row in window.data] == [row.id for row in everything[:5]], wanted
                assert count == min(len(everything), most), wanted
                assert (window.after is not None) == (len(everything) > 5), wanted


def test_a_broad_search_reads_no_more_than_the_first(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(session)
    monkeypatch.setattr(broad_searches, "FIRST", 30)
    query = QueryFilter(search="lake", limit=5)
    found = broad_searches.find_among_first(session, query, SYSTEM, 10)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    assert (found is not None) == is_sqlite
    # Of thirty, some twenty are of a lake: whether there are thirty more, they can't tell.
    assert broad_searches.find_among_first(session, query, SYSTEM, 30) is None
