"""How many media there are of each month."""

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, DateTime, FromClause, Text, func, literal, select, type_coerce
from sqlalchemy.orm import Session

from mediaweb.models.media import MEDIA
from mediaweb.models.types import format_for_sqlite
from mediaweb.services import queries
from mediaweb.services.access import Actor
from mediaweb.services.filters import MediaField, QueryFilter
from mediaweb.services.memory import RememberedUntilCommit

#: By each of these, an index lists media in the order of their upload.
INDEXED_FIELDS = {MediaField.FILE_TYPE, MediaField.USER_ID, MediaField.IS_PUBLIC}
#: Before photography nothing was taken; clocks that say so are wrong.
FIRST_MOMENT = datetime(1839, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MonthCount:
    """A month, by its first day, and how many media it has."""

    month: date
    count: int


_known: RememberedUntilCommit[Hashable, Sequence[MonthCount]] = RememberedUntilCommit(100)


def count_months(session: Session, query: QueryFilter, actor: Actor) -> Sequence[MonthCount]:
    """Count what matches by month, of the time that orders the query, oldest first; none has no media.

    Months begin as on the server's own clock. Raises `AuthenticationRequired`.
    """
    queries.select_matching(session, query, actor)  # raises before anything is remembered
    key = (query.conditions, query.operator, query.search, query.order_by, actor)
    return _known.get(key, lambda _: _count(session, query, actor))


def _count(session: Session, query: QueryFilter, actor: Actor) -> Sequence[MonthCount]:
    field = query.order_by or MediaField.CREATED_AT
    column = MEDIA.c[field.value]
    ends = (select(end(column)).scalar_subquery() for end in (func.min, func.max))
    first, last = session.execute(select(*ends)).one()
    if first is None:
        return []
    months = _list_months(first, last)
    starts = [datetime(month.year, month.month, 1).astimezone(UTC) for month in months]
    count_each = _count_ranges if _has_index_of_its_own(query, field) else _count_matches
    counts = count_each(session, query, actor, starts)
    return [MonthCount(month, count) for month, count in zip(months, counts, strict=True) if count]


def _list_months(first: datetime, last: datetime) -> list[date]:
    """Return the first days of the months from one moment to another, and of the one behind."""
    end = min(last, datetime.now(UTC) + timedelta(days=1)).astimezone().date()
    months = [max(first, FIRST_MOMENT).astimezone().date().replace(day=1)]
    while months[-1] <= end:
        months.append((months[-1] + timedelta(days=31)).replace(day=1))
    return months


def _has_index_of_its_own(query: QueryFilter, field: MediaField) -> bool:
    """Tell whether an index leads to what matches in the order of time.

    For anything else, SQLite might read all that matches once for each month.
    """
    if query.search or len(query.conditions) > 1:
        return False
    fields = {getattr(condition, "field", None) for condition in query.conditions}
    return not fields or (field is MediaField.CREATED_AT and fields < INDEXED_FIELDS)


def _count_ranges(
    session: Session, query: QueryFilter, actor: Actor, starts: Sequence[datetime]
) -> Sequence[int]:
    """Count from each start to the next, each a range of an index; behind the last there is nothing."""
    column = MEDIA.c[query.order_by or MediaField.CREATED_AT]
    each = _list_starts(starts, session.get_bind().dialect.name)
    end = func.lead(each.c.value).over(order_by=each.c.value)
    months = select(each.c.value.label("start"), end.label("end")).subquery()
    is_within = (column >= months.c.start, column < months.c.end)
    matching = queries.select_matching(session, query, actor, (MEDIA.c.id,)).where(*is_within)
    count = matching.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery()
    return session.scalars(select(count).select_from(months).order_by(months.c.start)).all()


def _list_starts(starts: Sequence[datetime], dialect: str) -> FromClause:
    """Return the moments as a table of one parameter."""
    if dialect == "sqlite":
        written = json.dumps([format_for_sqlite(start) for start in starts])
        return func.json_each(written).table_valued("value")
    array = literal(list(starts), ARRAY(DateTime(timezone=True)))
    return func.unnest(array).table_valued("value").render_derived()


def _count_matches(
    session: Session, query: QueryFilter, actor: Actor, starts: Sequence[datetime]
) -> Sequence[int]:
    """Read when each match was, and count from each start to the next."""
    column = MEDIA.c[query.order_by or MediaField.CREATED_AT]
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    # As SQLite keeps them: reading as many moments would take longer than finding them.
    moment = type_coerce(column, Text) if is_sqlite else column
    ends: Sequence[Any] = [format_for_sqlite(start) for start in starts] if is_sqlite else starts
    matching = queries.select_matching(session, query, actor, (column,))
    found = matching.with_only_columns(moment).where(column.is_not(None))
    counts = Counter(bisect_right(ends, value) - 1 for value in session.scalars(found))
    return [counts[place] for place in range(len(starts) - 1)] + [0]
