"""The conditions that the state of a list amounts to, in the filter language that the API speaks, too."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from mediaweb.models import FileType
from mediaweb.models.types import MAX_ID
from mediaweb.services.filter_groups import parse_group
from mediaweb.services.filters import (
    Condition,
    ConditionGroup,
    FilterOperator,
    GroupOperator,
    MediaField,
    Members,
    OrderDirection,
    QueryFilter,
)
from mediaweb.web.media_query import DIMENSIONS, NOBODY, ORDERS, SIZES, TIMES, VISIBILITIES, MediaQuery


def to_filter(query: MediaQuery, limit: int, offset: int = 0) -> QueryFilter:
    """Return what to ask the library."""
    number = _find_number(query)
    # Every part was checked when the address was read.
    return QueryFilter.model_construct(
        conditions=tuple(condition for add in _CONDITIONS for condition in add(query)),
        order_by=ORDERS[query.sort],
        order_direction=OrderDirection(query.order),
        search=query.q if number is None else "",
        limit=limit,
        offset=offset,
    )


def _is(field: MediaField, operator: FilterOperator, value: Any = None) -> Condition:
    return Condition(field=field, operator=operator, value=value)


def _any_of(*conditions: Condition) -> ConditionGroup:
    return ConditionGroup(conditions=conditions, operator=GroupOperator.OR)


def _find_number(query: MediaQuery) -> int | None:
    """Return the number that is searched for as `#42`."""
    digits = query.q.removeprefix("#")
    is_number = query.q.startswith("#") and digits.isascii() and digits.isdigit() and len(digits) < 20
    return int(digits) if is_number and int(digits) <= MAX_ID else None


def _search_number(query: MediaQuery) -> Members:
    number = _find_number(query)
    return () if number is None else (_is(MediaField.ID, FilterOperator.EQ, number),)


def _choose_type(query: MediaQuery) -> Members:
    return (_is(MediaField.FILE_TYPE, FilterOperator.EQ, query.type),) if query.type else ()


def _choose_visibility(query: MediaQuery) -> Members:
    if not query.visibility:
        return ()
    return (_is(MediaField.IS_PUBLIC, FilterOperator.EQ, VISIBILITIES[query.visibility]),)


def _choose_owner(query: MediaQuery) -> Members:
    if query.owner == NOBODY:
        return (_is(MediaField.USER_ID, FilterOperator.IS_NULL),)
    return (_is(MediaField.USER_ID, FilterOperator.EQ, int(query.owner)),) if query.owner else ()


def _choose_tags(query: MediaQuery) -> Members:
    """Whoever chooses several tags looks for what has all of them."""
    return tuple(_is(MediaField.TAGS, FilterOperator.IN, [name]) for name in query.tag)


def _miss_alt_text(query: MediaQuery) -> Members:
    """Only pictures need alt text: nothing else is drawn where it would stand."""
    if not query.alt:
        return ()
    is_missing = _any_of(
        _is(MediaField.ALT_TEXT, FilterOperator.IS_NULL), _is(MediaField.ALT_TEXT, FilterOperator.EQ, "")
    )
    return _is(MediaField.FILE_TYPE, FilterOperator.EQ, FileType.IMAGE), is_missing


def _choose_days(query: MediaQuery) -> Members:
    """Days begin and end as on the server's own clock, like those of the gallery."""
    field = TIMES.get(query.sort, MediaField.CREATED_AT)
    found = []
    if query.from_:
        found.append(_is(field, FilterOperator.GTE, start_of(query.from_, 0)))
    if query.to:
        found.append(_is(field, FilterOperator.LT, start_of(query.to, 1)))
    return tuple(found)


def start_of(day: str, days_later: int) -> str:
    """Return when a day begins, or one some days later, in UTC."""
    try:
        start = datetime.fromisoformat(day) + timedelta(days=days_later)
        return start.astimezone(UTC).isoformat()
    except (OverflowError, ValueError, OSError):  # the calendar ends here
        return f"{day}T00:00:00+00:00"


def _choose_size(query: MediaQuery) -> Members:
    if not query.size:
        return ()
    _, least, limit = SIZES[query.size]
    return (
        _is(MediaField.FILE_SIZE, FilterOperator.GTE, least),
        _is(MediaField.FILE_SIZE, FilterOperator.LT, limit),
    )


def _choose_dimensions(query: MediaQuery) -> Members:
    if not query.dimensions:
        return ()
    least = DIMENSIONS[query.dimensions][1]
    sides = (MediaField.WIDTH, MediaField.HEIGHT)
    return (_any_of(*(_is(side, FilterOperator.GTE, least) for side in sides)),)


def _choose_camera(query: MediaQuery) -> Members:
    return (_is(MediaField.CAMERA, FilterOperator.EQ, query.camera),) if query.camera else ()


def _choose_more(query: MediaQuery) -> Members:
    group = parse_group(query.filter) if query.filter else None
    return () if group is None else (group,)


_CONDITIONS: tuple[Callable[[MediaQuery], Members], ...] = (
    _search_number,
    _choose_type,
    _choose_visibility,
    _choose_owner,
    _choose_tags,
    _miss_alt_text,
    _choose_days,
    _choose_size,
    _choose_dimensions,
    _choose_camera,
    _choose_more,
)
