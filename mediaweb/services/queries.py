"""Pages and counts of the media that an actor may see, as SQL statements that are built once and reused.

Building a statement takes longer than running it. Its shape is the conditions, the order and the sight;
the part of the result that is wanted is a parameter.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Column, ColumnElement, Select, Text, bindparam, cast, func, select
from sqlalchemy.orm import Session, scoped_session

from mediaweb.extensions import db
from mediaweb.models.engine import data_version
from mediaweb.models.media import MEDIA, MEDIA_COLUMNS
from mediaweb.models.types import MAX_ID
from mediaweb.services import access
from mediaweb.services.access import Actor
from mediaweb.services.filter_sql import build_clause, build_order
from mediaweb.services.filters import GroupOperator, MediaField, Members, OrderDirection, QueryFilter
from mediaweb.services.memory import RememberedUntilCommit
from mediaweb.services.representations import MediaRow
from mediaweb.services.search import build_search, is_rare

CACHED_STATEMENTS = 128
#: From here on, a page is looked for from the nearer end.
DEEP_OFFSET = 1000
REMEMBERED_ROWS = 10_000

Columns = tuple[Column[Any], ...]

_BY_ID = select(*MEDIA_COLUMNS).where(MEDIA.c.id == bindparam("media_id"))
_SNAPSHOT = select(cast(func.pg_current_snapshot(), Text))


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a statement is built from, but for what may be a parameter."""

    conditions: Members
    operator: GroupOperator
    search: str
    is_search_rare: bool
    order_by: MediaField | None
    order_direction: OrderDirection
    actor: Actor
    dialect: str


def find(session: Session | scoped_session[Any], media_id: int) -> MediaRow | None:
    """Return a media by its id, whoever may see it.

    A browser asks for the same file again and again, in parts: the row is remembered, and such a request
    needs no session.
    """
    if not 0 < media_id <= MAX_ID:  # no database could hold it
        return None
    return _known_rows.get(
        media_id, lambda id_: session.connection().execute(_BY_ID, {"media_id": id_}).one_or_none()
    )


def find_more(session: Session, media_id: int, columns: Columns) -> MediaRow | None:
    """Return these columns of a media, whoever may see it."""
    if not 0 < media_id <= MAX_ID:
        return None
    query: Select[Any] = select(*columns).where(MEDIA.c.id == media_id)
    return session.execute(query).one_or_none()


def find_by_checksum(session: Session, checksum: str, actor: Actor) -> int | None:
    """Return the id of the first media with this content, of those the actor may see."""
    query = (
        select(MEDIA.c.id)
        .where(MEDIA.c.checksum == checksum, access.visible_media(actor, is_by_creation=False))
        .order_by(MEDIA.c.id)
        .limit(1)
    )
    return session.scalar(query)


def select_page(
    session: Session, query: QueryFilter, actor: Actor, columns: Columns = MEDIA_COLUMNS
) -> Sequence[MediaRow]:
    """Return the rows that the query asks for. Raises `AuthenticationRequired`."""
    shape = _shape(session, query, actor)
    if query.offset < DEEP_OFFSET:
        return _run(session, _page_statement(shape, columns), query.limit, query.offset)
    # Skipping costs as much as reading: a page nearer to the end is read from there, backwards.
    total = count(session, query, actor)
    limit = min(query.limit, total - query.offset)
    if limit <= 0:
        return []
    offset_from_end = total - query.offset - limit
    if query.offset <= offset_from_end:
        return _run(session, _page_statement(shape, columns), limit, query.offset)
    return _run(session, _page_statement(shape, columns, backwards=True), limit, offset_from_end)[::-1]


def select_matching(
    session: Session, query: QueryFilter, actor: Actor, columns: Columns = MEDIA_COLUMNS
) -> Select[Any]:
    """Return the statement for all rows that match, in no order. Raises `AuthenticationRequired`."""
    return _matching_statement(_shape(session, query, actor), columns)


def count_up_to(session: Session, query: QueryFilter, actor: Actor, most: int) -> int:
    """Return how many rows match, or `most` if there are more: that costs less than counting them all."""
    some = select_matching(session, query, actor, (MEDIA.c.id,)).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def count(session: Session, query: QueryFilter, actor: Actor) -> int:
    """Return how many rows match in all. Raises `AuthenticationRequired`.

    Counting reads every match, so a total is remembered until the library changes.
    """
    shape = _shape(session, query, actor)
    state = _library_state(session, shape.dialect)
    totals = _totals.setdefault(session.get_bind(), {})
    known = totals.get(shape)
    if known is not None and known[0] == state:
        return known[1]
    total = session.scalar(_count_statement(shape)) or 0
    if len(totals) >= CACHED_STATEMENTS:
        totals.clear()
    totals[shape] = (state, total)
    return total


def _library_state(session: Session, dialect: str) -> Hashable:
    """Return a value that differs whenever a committed change became visible."""
    if dialect == "sqlite":
        return data_version(db.engine)
    return session.scalar(_SNAPSHOT)


def _run(session: Session, statement: Select[Any], limit: int, offset: int) -> Sequence[MediaRow]:
    return session.execute(statement, {"limit": limit, "offset": offset}).all()


def _shape(session: Session, query: QueryFilter, actor: Actor) -> _Shape:
    access.check_may_look(actor)
    return _Shape(
        query.conditions,
        query.operator,
        query.search,
        bool(query.search) and is_rare(session, query.search),
        query.order_by,
        query.order_direction,
        actor,
        session.get_bind().dialect.name,
    )


@lru_cache(CACHED_STATEMENTS)
def _page_statement(shape: _Shape, columns: Columns, backwards: bool = False) -> Select[Any]:
    return (
        _matching_statement(shape, columns)
        .order_by(*build_order(shape.order_by, shape.order_direction, backwards))
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


@lru_cache(CACHED_STATEMENTS)
def _matching_statement(shape: _Shape, columns: Columns) -> Select[Any]:
    return select(*columns).where(*_clauses(shape))


@lru_cache(CACHED_STATEMENTS)
def _count_statement(shape: _Shape) -> Select[int]:
    return select(func.count()).select_from(MEDIA).where(*_clauses(shape))


_known_rows: RememberedUntilCommit[int, MediaRow | None] = RememberedUntilCommit(REMEMBERED_ROWS)
#: For each database, the last known totals and the state of the library in which they were true.
_totals: WeakKeyDictionary[Any, dict[_Shape, tuple[Hashable, int]]] = WeakKeyDictionary()


def _clauses(shape: _Shape) -> tuple[ColumnElement[bool], ...]:
    # What is rare is looked up by its ids, not searched for in an index.
    is_by_creation = shape.order_by in (None, MediaField.CREATED_AT) and not shape.is_search_rare
    clauses = (
        access.visible_media(shape.actor, is_by_creation),
        build_clause(shape.conditions, shape.operator, shape.dialect),
    )
    return (
        (*clauses, build_search(shape.search, shape.dialect, shape.is_search_rare))
        if shape.search
        else clauses
    )
