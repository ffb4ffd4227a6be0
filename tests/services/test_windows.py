"""Windows on a list: a walk through them meets every row once, in order, there and back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mediaweb.models.media import MEDIA_COLUMNS
from mediaweb.services import QueryFilter, media_service
from mediaweb.services.access import SYSTEM
from mediaweb.services.filters import MediaField, OrderDirection
from mediaweb.services.windows import Cursor, Window, select_window
from tests.services.library import START, add_media

#: Unset, equal and different values, in no order.
TAKEN = [None, START, START, None, START + timedelta(1), START - timedelta(1), START, None, START]
ORDERS = (MediaField.CREATED_AT, MediaField.TAKEN_AT, MediaField.FILENAME, MediaField.FILE_SIZE)


def fill(session: Session) -> list[int]:
    return add_media(
        session,
        (
            {"taken_at": taken, "filename": "ÄaA"[number % 3], "file_size": 1 + number // 4}
            for number, taken in enumerate(TAKEN)
        ),
    )


def look(session: Session, query: QueryFilter, **place: Cursor | None) -> Window:
    return select_window(session, query, SYSTEM, MEDIA_COLUMNS, **place)


@pytest.mark.parametrize("direction", OrderDirection)
def test_a_walk_meets_every_row_once_there_and_back(session: Session, direction: OrderDirection) -> None:
    fill(session)
    for order_by in ORDERS:
        query = QueryFilter(order_by=order_by, order_direction=direction, limit=2)
        everything = [row.id for row in media_service.filter(session, query.model_copy(update={"limit": 99}))]
        there, window = [], look(session, query)
        assert window.before is None
        while True:
            there += [row.id for row in window.data]
            if window.after is None:
                break
            # As the address brings it along.
            window = look(session, query, after=Cursor.decode(window.after.encode(), order_by))
        assert there == everything, order_by
        back = [row.id for row in window.data]
        while window.before is not None:
            window = look(session, query, before=Cursor.decode(window.before.encode(), order_by))
            back = [row.id for row in window.data] + back
        assert back == everything, order_by


def test_a_walk_goes_on_where_the_row_it_stood_on_is_gone(session: Session) -> None:
    ids = fill(session)
    query = QueryFilter(order_by=MediaField.CREATED_AT, limit=3)
    window = look(session, query)
    media_service.delete(session, ids[2])
    add_media(session, [{"created_at": START - timedelta(1)}])
    assert [row.id for row in look(session, query, after=window.after).data] == ids[3:6]
    assert [row.id for row in look(session, query, before=window.after).data][1:] == ids[:2]


def test_what_is_no_cursor_of_the_order_is_none() -> None:
    moment = Cursor(datetime(2026, 1, 1, tzinfo=UTC), 7)
    assert Cursor.decode(moment.encode(), MediaField.CREATED_AT) == moment
    assert Cursor.decode(moment.encode(), MediaField.FILE_SIZE) is None
    unset = Cursor(None, 7).encode()
    assert Cursor.decode(unset, MediaField.TAKEN_AT) == Cursor(None, 7)
    assert Cursor.decode(unset, MediaField.CREATED_AT) is None
    for value in ("", "é", "a", "bnVsbA", Cursor(2**63, 1).encode(), Cursor(1, -1).encode()):
        assert Cursor.decode(value, MediaField.FILE_SIZE) is None, value
    assert Cursor.decode(Cursor("\x00", 1).encode(), MediaField.FILENAME) is None
