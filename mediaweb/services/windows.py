"""Windows on a list: some rows before or after a known one, at the same cost however deep the list."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import orjson
from sqlalchemy import ColumnElement, Result, and_, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from mediaweb.models.media import MEDIA, MEDIA_COLUMNS
from mediaweb.models.types import MAX_ID
from mediaweb.services import queries
from mediaweb.services.access import Actor
from mediaweb.services.broad_searches import find_among_first
from mediaweb.services.filter_sql import build_order
from mediaweb.services.filters import MediaField, OrderDirection, QueryFilter
from mediaweb.services.representations import MediaRow

MAX_CURSOR_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: a row's value in the field that orders it (None: unset), and its id."""

    value: Any
    media_id: int

    def encode(self) -> str:
        """Return it as a part of an address."""
        return base64.urlsafe_b64encode(orjson.dumps([self.value, self.media_id])).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str, order_by: MediaField) -> Self | None:
        """Return the cursor that a text stands for in a list ordered so; None if it stands for none."""
        try:
            padded = text[:MAX_CURSOR_LENGTH].encode("ascii") + b"=" * (-len(text) % 4)
            value, media_id = orjson.loads(base64.b64decode(padded, b"-_", validate=True))
            cursor = cls(_read_value(value, order_by), media_id)
        except (ValueError, TypeError, OverflowError, binascii.Error):
            return None
        return cursor if type(media_id) is int and 0 <= media_id <= MAX_ID else None


@dataclass(frozen=True, slots=True)
class Window:
    """Rows in the list's order, and where to go on: before the first and after the last (None: no more)."""

    data: Sequence[MediaRow]
    before: Cursor | None
    after: Cursor | None


def select_window(
    session: Session,
    query: QueryFilter,
    actor: Actor,
    columns: queries.Columns = MEDIA_COLUMNS,
    *,
    after: Cursor | None = None,
    before: Cursor | None = None,
) -> Window:
    """Return the rows next to a cursor, or the first ones; the query's `limit` says how many at most.

    Its offset says nothing. Raises `AuthenticationRequired`.
    """
    is_backwards = before is not None
    cursor = before or after
    rows = _select(session, query, actor, columns, cursor, is_backwards)
    has_more = len(rows) > query.limit
    rows = rows[: query.limit]
    if is_backwards:
        rows = rows[::-1]
    order_by = query.order_by or MediaField.CREATED_AT
    first, last = (_cursor_at(rows[place], order_by) if rows else cursor for place in (0, -1))
    if is_backwards:
        return Window(rows, first if has_more else None, last)
    return Window(rows, first if after else None, last if has_more else None)


def select_first_and_count(
    session: Session, query: QueryFilter, actor: Actor, columns: queries.Columns, most: int
) -> tuple[Window, int]:
    """Return the first window, and how many rows match in all, or `most` if there are more.

    Both come from one look at the ids: a search for what many have costs most by finding them.
    """
    ids = find_among_first(session, query, actor, most) if query.search else None
    if ids is None:
        order = build_order(query.order_by, query.order_direction)
        matching = queries.select_matching(session, query, actor, (MEDIA.c.id,))
        ids = session.scalars(matching.order_by(*order).limit(most)).all()
    found: Result[Any] = session.execute(select(*columns).where(MEDIA.c.id.in_(ids[: query.limit])))
    by_id = {row.id: row for row in found}
    rows = [by_id[media_id] for media_id in ids[: query.limit] if media_id in by_id]
    has_more = len(ids) > len(rows) > 0
    order_by = query.order_by or MediaField.CREATED_AT
    return Window(rows, None, _cursor_at(rows[-1], order_by) if has_more else None), len(ids)


def select_among(
    session: Session,
    query: QueryFilter,
    actor: Actor,
    ids: Iterable[int],
    columns: queries.Columns = MEDIA_COLUMNS,
) -> Sequence[MediaRow]:
    """Return those of some media that are in a list, in its order, however many.

    Raises `AuthenticationRequired`.
    """
    order = build_order(query.order_by, query.order_direction)
    statement = queries.select_matching(session, query, actor, columns).where(MEDIA.c.id.in_(sorted(ids)))
    return session.execute(statement.order_by(*order)).all()


def find_neighbours(
    session: Session, query: QueryFilter, actor: Actor, media: MediaRow
) -> tuple[MediaRow | None, MediaRow | None]:
    """Return what comes before and after a media in a list, whether or not it is in the list itself.

    None where nothing comes. Raises `AuthenticationRequired`.
    """
    one = query.model_copy(update={"limit": 1})
    here = _cursor_at(media, query.order_by or MediaField.CREATED_AT)
    before = select_window(session, one, actor, before=here).data
    after = select_window(session, one, actor, after=here).data
    return (before[0] if before else None), (after[0] if after else None)


def _select(
    session: Session,
    query: QueryFilter,
    actor: Actor,
    columns: queries.Columns,
    cursor: Cursor | None,
    is_backwards: bool,
) -> Sequence[MediaRow]:
    statement = queries.select_matching(session, query, actor, columns)
    if cursor is not None:
        statement = statement.where(_lies_behind(cursor, query, is_backwards))
    order = build_order(query.order_by, query.order_direction, is_backwards)
    return session.execute(statement.order_by(*order).limit(query.limit + 1)).all()


def _lies_behind(cursor: Cursor, query: QueryFilter, is_backwards: bool) -> ColumnElement[bool]:
    """Return the condition that a row comes after the cursor, or before it; unset values come last."""
    order_by = query.order_by or MediaField.CREATED_AT
    is_descending = query.order_by is None or query.order_direction is OrderDirection.DESC
    column = MEDIA.c[order_by.value]
    wants_smaller = is_descending is not is_backwards
    if cursor.value is None:
        same = MEDIA.c.id < cursor.media_id if wants_smaller else MEDIA.c.id > cursor.media_id
        unset = and_(column.is_(None), same)
        return or_(unset, column.is_not(None)) if is_backwards else unset
    row = tuple_(column, MEDIA.c.id)
    place = tuple_(literal(cursor.value, column.type), literal(cursor.media_id, MEDIA.c.id.type))
    beyond = row < place if wants_smaller else row > place
    return or_(beyond, column.is_(None)) if column.nullable and not is_backwards else beyond


def _cursor_at(row: MediaRow, order_by: MediaField) -> Cursor:
    return Cursor(getattr(row, order_by.value), row.id)


def _read_value(value: Any, order_by: MediaField) -> Any:
    """Return a cursor's value as its column has it.

    Raises `ValueError`, `TypeError` or `OverflowError`.
    """
    column = MEDIA.c[order_by.value]
    kind = column.type.python_type
    if value is None and column.nullable:
        return None
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return moment.astimezone(UTC)
    if type(value) is not kind:
        raise TypeError(f"{order_by} is no {type(value)}")
    if (kind is int and not -MAX_ID <= value <= MAX_ID) or (kind is str and "\x00" in value):
        raise ValueError(f"no database could hold {order_by} so")
    return value
