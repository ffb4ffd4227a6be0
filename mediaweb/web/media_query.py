"""What the address of the table of media asks for: filters, order and page, and the query they amount to."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from mediaweb.models import FileType
from mediaweb.models.types import MAX_ID
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

PAGE_SIZE = 50
MAX_SEARCH_LENGTH = 200
NOBODY = "nobody"
SEARCHED = (MediaField.FILENAME, MediaField.DESCRIPTION, MediaField.ALT_TEXT)
ORDERS = {
    "name": MediaField.FILENAME,
    "size": MediaField.FILE_SIZE,
    "uploaded": MediaField.CREATED_AT,
    "changed": MediaField.UPDATED_AT,
}
#: Names and how people read them; from so many bytes, to fewer than so many.
SIZES: dict[str, tuple[str, int, int]] = {
    "tiny": ("Up to 100 kB", 0, 100_000),
    "small": ("100 kB to 1 MB", 100_000, 1_000_000),
    "medium": ("1 to 10 MB", 1_000_000, 10_000_000),
    "large": ("10 to 100 MB", 10_000_000, 100_000_000),
    "huge": ("100 MB and more", 100_000_000, MAX_ID),
}
VISIBILITIES = {"public": True, "private": False}


@dataclass(frozen=True, slots=True)
class MediaQuery:
    """One state of the table. Every field is a part of its address; "" says nothing."""

    q: str = ""
    type: str = ""
    visibility: str = ""
    owner: str = ""
    alt: str = ""
    from_: str = ""
    to: str = ""
    size: str = ""
    sort: str = "uploaded"
    order: str = "desc"
    page: int = 1

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> Self:
        """Read an address. What makes no sense counts as not said, and the page shows it so."""
        query = cls(
            q=" ".join(arguments.get("q", "").replace("\x00", " ").split())[:MAX_SEARCH_LENGTH],
            type=_one_of(arguments, "type", FileType),
            visibility=_one_of(arguments, "visibility", VISIBILITIES),
            owner=_read_owner(arguments.get("owner", "")),
            alt=_one_of(arguments, "alt", ("missing",)),
            from_=_read_day(arguments.get("from", "")),
            to=_read_day(arguments.get("to", "")),
            size=_one_of(arguments, "size", SIZES),
            sort=_one_of(arguments, "sort", ORDERS) or "uploaded",
            page=min(max(1, arguments.get("page", 1, type=int)), 10**9),
        )
        return replace(
            query, order=_one_of(arguments, "order", OrderDirection) or _first_direction(query.sort)
        )

    @property
    def has_filters(self) -> bool:
        """Tell whether anything but the order narrows the list."""
        return bool(self.q) or self.has_choices

    @property
    def has_choices(self) -> bool:
        """Tell whether any filter beside the search is set."""
        return any((self.type, self.visibility, self.owner, self.alt, self.from_, self.to, self.size))

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """Return the parts of the address of this state, or of one that differs in some fields."""
        changed = replace(self, **changes)
        plain = MediaQuery(order=_first_direction(changed.sort))
        return {
            field.name.rstrip("_"): value
            for field in fields(self)
            if (value := getattr(changed, field.name)) != getattr(plain, field.name)
        }

    def sorted_by(self, column: str) -> dict[str, Any]:
        """Return the parts of the address to sort by a column, or the other way where it is sorted so."""
        order = _first_direction(column)
        if column == self.sort:
            order = "asc" if self.order == "desc" else "desc"
        return self.arguments(sort=column, order=order, page=1)

    def to_filter(self) -> QueryFilter:
        """Return what to ask the library."""
        return QueryFilter(
            conditions=tuple(condition for add in _CONDITIONS for condition in add(self)),
            order_by=ORDERS[self.sort],
            order_direction=OrderDirection(self.order),
            limit=PAGE_SIZE,
            offset=(self.page - 1) * PAGE_SIZE,
        )


def _first_direction(sort: str) -> str:
    """Names begin with A; of sizes and times the large and new ones are looked for."""
    return "asc" if sort == "name" else "desc"


def _one_of(arguments: MultiDict[str, str], name: str, choices: Any) -> str:
    value = arguments.get(name, "")
    return value if value in tuple(choices) else ""


def _read_owner(value: str) -> str:
    is_id = value.isascii() and value.isdigit() and len(value) < 20 and 0 < int(value) <= MAX_ID
    return value if is_id or value == NOBODY else ""


def _read_day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return ""


def _is(field: MediaField, operator: FilterOperator, value: Any = None) -> Condition:
    return Condition(field=field, operator=operator, value=value)


def _any_of(*conditions: Condition) -> ConditionGroup:
    return ConditionGroup(conditions=conditions, operator=GroupOperator.OR)


def _search(query: MediaQuery) -> Members:
    if not query.q:
        return ()
    found = [_is(field, FilterOperator.ICONTAINS, query.q) for field in SEARCHED]
    if query.q.isascii() and query.q.isdigit() and int(query.q) <= MAX_ID:
        found.append(_is(MediaField.ID, FilterOperator.EQ, int(query.q)))
    return (_any_of(*found),)


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
    found = []
    if query.from_:
        found.append(_is(MediaField.CREATED_AT, FilterOperator.GTE, _start_of(query.from_, 0)))
    if query.to:
        found.append(_is(MediaField.CREATED_AT, FilterOperator.LT, _start_of(query.to, 1)))
    return tuple(found)


def _start_of(day: str, days_later: int) -> str:
    try:
        start = datetime.fromisoformat(day) + timedelta(days=days_later)
        return start.astimezone().isoformat()
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


_CONDITIONS: tuple[Callable[[MediaQuery], Members], ...] = (
    _search,
    _choose_type,
    _choose_visibility,
    _choose_owner,
    _miss_alt_text,
    _choose_days,
    _choose_size,
)
