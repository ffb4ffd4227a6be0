"""What the address of a list of media asks for, in the gallery and in the table: search, filters, order."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Self

import orjson
from werkzeug.datastructures import MultiDict

from mediaweb.models import FileType
from mediaweb.models.types import MAX_ID
from mediaweb.services.filter_groups import parse_group
from mediaweb.services.filters import MAX_SEARCH_LENGTH, MediaField, OrderDirection
from mediaweb.services.tag_names import unique_names

NOBODY = "nobody"
ORDERS = {
    "uploaded": MediaField.CREATED_AT,
    "taken": MediaField.TAKEN_AT,
    "name": MediaField.FILENAME,
    "size": MediaField.FILE_SIZE,
    "changed": MediaField.UPDATED_AT,
}
#: Which time groups the media by day, in the orders that time makes.
TIMES = {"uploaded": MediaField.CREATED_AT, "taken": MediaField.TAKEN_AT}
#: Names and how people read them; from so many bytes, to fewer than so many.
SIZES: dict[str, tuple[str, int, int]] = {
    "tiny": ("Up to 100 kB", 0, 100_000),
    "small": ("100 kB to 1 MB", 100_000, 1_000_000),
    "medium": ("1 to 10 MB", 1_000_000, 10_000_000),
    "large": ("10 to 100 MB", 10_000_000, 100_000_000),
    "huge": ("100 MB and more", 100_000_000, MAX_ID),
}
#: Names, how people read them, and the pixels that the width or the height has at least.
DIMENSIONS: dict[str, tuple[str, int]] = {
    "1000": ("1,000 px and more", 1000),
    "2000": ("2,000 px and more", 2000),
    "4000": ("4,000 px and more", 4000),
}
VISIBILITIES = {"public": True, "private": False}
MAX_CAMERA_LENGTH = 200
MAX_FILTER_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class MediaQuery:
    """One state of a list. Every field is a part of its address; "" says nothing.

    `filter` is a group of the filter language as JSON, for what the other fields can't say.
    """

    q: str = ""
    type: str = ""
    visibility: str = ""
    owner: str = ""
    tag: tuple[str, ...] = ()
    alt: str = ""
    from_: str = ""
    to: str = ""
    size: str = ""
    dimensions: str = ""
    camera: str = ""
    filter: str = ""
    sort: str = "uploaded"
    order: str = "desc"
    page: int = 1

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> Self:
        """Read an address. What makes no sense counts as not said, and the page shows it so."""
        query = cls(
            q=_read_text(arguments.get("q", ""), MAX_SEARCH_LENGTH),
            type=_one_of(arguments, "type", FileType),
            visibility=_one_of(arguments, "visibility", VISIBILITIES),
            owner=_read_owner(arguments.get("owner", "")),
            tag=_read_tags(arguments.getlist("tag")),
            alt=_one_of(arguments, "alt", ("missing",)),
            from_=_read_day(arguments.get("from", "")),
            to=_read_day(arguments.get("to", "")),
            size=_one_of(arguments, "size", SIZES),
            dimensions=_one_of(arguments, "dimensions", DIMENSIONS),
            camera=_read_text(arguments.get("camera", ""), MAX_CAMERA_LENGTH),
            filter=_read_filter(arguments.get("filter", "")),
            sort=_one_of(arguments, "sort", ORDERS) or "uploaded",
            page=min(max(1, arguments.get("page", 1, type=int)), 10**9),
        )
        return replace(
            query, order=_one_of(arguments, "order", OrderDirection) or first_direction(query.sort)
        )

    @property
    def has_filters(self) -> bool:
        """Tell whether anything but the order narrows the list."""
        return bool(self.q) or self.has_choices

    @property
    def has_choices(self) -> bool:
        """Tell whether any filter beside the search is set."""
        return self.choice_count > 0

    @property
    def choice_count(self) -> int:
        """Tell how many filters beside the search are set, each tag for itself."""
        others = (self.type, self.visibility, self.owner, self.alt, self.from_, self.to)
        more = (self.size, self.dimensions, self.camera, self.filter)
        return len(self.tag) + sum(map(bool, (*others, *more)))

    @property
    def without_filter(self) -> Self:
        """Return this state without its group of conditions."""
        return replace(self, filter="")

    def without_choices(self) -> dict[str, Any]:
        """Return the parts of the address without any filter beside the search."""
        return MediaQuery(q=self.q, sort=self.sort, order=self.order).arguments()

    def arguments(self, **changes: Any) -> dict[str, Any]:
        """Return the parts of the address of this state, or of one that differs in some fields."""
        changed = replace(self, **changes)
        plain = MediaQuery(order=first_direction(changed.sort))
        return {
            field.name.rstrip("_"): value
            for field in fields(self)
            if (value := getattr(changed, field.name)) != getattr(plain, field.name)
        }

    def sorted_by(self, column: str) -> dict[str, Any]:
        """Return the parts of the address to sort by a column, or the other way where it is sorted so."""
        order = first_direction(column)
        if column == self.sort:
            order = "asc" if self.order == "desc" else "desc"
        return self.arguments(sort=column, order=order, page=1)

    def ordered_by_time(self) -> Self:
        """Return this state, or the same in the order of uploads where no time orders it."""
        return self if self.sort in TIMES else replace(self, sort="uploaded", order="desc")


def first_direction(sort: str) -> str:
    """Names begin with A; of sizes and times the large and new ones are looked for."""
    return "asc" if sort == "name" else "desc"


def _read_text(value: str, max_length: int) -> str:
    return " ".join(value.replace("\x00", " ").split())[:max_length]


def _one_of(arguments: MultiDict[str, str], name: str, choices: Any) -> str:
    value = arguments.get(name, "")
    return value if value in tuple(choices) else ""


def _read_owner(value: str) -> str:
    is_id = value.isascii() and value.isdigit() and len(value) < 20 and 0 < int(value) <= MAX_ID
    return value if is_id or value == NOBODY else ""


def _read_tags(values: list[str]) -> tuple[str, ...]:
    try:
        return unique_names(tuple(name for value in values for name in value.split(",") if name.strip()))
    except ValueError:
        return ()


def _read_day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return ""


def _read_filter(value: str) -> str:
    """Return a group of conditions as short as JSON writes it; "" for what is none."""
    if not value or len(value) > MAX_FILTER_LENGTH:
        return ""
    group = parse_group(value)
    return "" if group is None else orjson.dumps(orjson.loads(value)).decode()
