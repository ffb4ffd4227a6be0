"""How the gallery lays media out: by day where time orders them, each as wide as its shape wants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any

from flask import Flask, request
from markupsafe import Markup

from mediaweb.services.filters import OrderDirection
from mediaweb.services.store_links import signing_window
from mediaweb.services.windows import Cursor
from mediaweb.web.media_query import ORDERS, TIMES, MediaQuery

#: A tile is between half as wide as high and three times as wide; what is beyond that is cut.
MIN_RATIO, MAX_RATIO = 0.5, 3.0
#: Shapes are told apart in steps of 4 %: `static/css/components/shapes.css` has a class for each.
STEP = 1.04
MIN_SHAPE, MAX_SHAPE = -18, 28
#: Drawing the tiles takes most of a page's time, and the same are wanted again and again. 3 kB each.
KEPT_TILES = 4000
#: Of what has no picture.
CARD_SHAPE = 5


@dataclass(frozen=True, slots=True)
class Group:
    """Media of one day, in order. `day` is None for what has no date, and where time does not order."""

    key: str
    day: date | None
    rows: list[Any]


def register_grid(app: Flask) -> None:
    """Give the templates the filter `shape` and `draw_tile`."""
    app.add_template_filter(find_shape, "shape")

    @lru_cache(KEPT_TILES)
    def draw(
        media: Any,
        place: str,
        suffix: str,
        script_root: str,  # noqa: ARG001 - in its links
        window: int,  # noqa: ARG001 - in its links
        is_first_seen: bool,
    ) -> Markup:
        tile = app.jinja_env.get_template("gallery/_tile.html")
        drawn = tile.render(media=media, place=place, suffix=suffix, is_first_seen=is_first_seen)
        return Markup(drawn)  # noqa: S704

    @app.template_global()
    def draw_tile(media: Any, query: MediaQuery, suffix: str, is_first_seen: bool = False) -> Markup:
        """Draw a tile, or return it as it was drawn: to everybody alike, it says what the row does.

        The picture of one that is seen first is loaded at once, not only once the page is laid out.
        """
        place = find_place(media, query)
        return draw(media, place, suffix, request.script_root, signing_window(), is_first_seen)


def group_rows(rows: Iterable[Any], query: MediaQuery) -> list[Group]:
    """Group rows by the day that the list is ordered by, on the server's own clock."""
    field = TIMES.get(query.sort)
    if field is None:
        return [Group("all", None, list(rows))]

    def day_of(row: Any) -> date | None:
        moment: datetime | None = getattr(row, field.value)
        return None if moment is None else moment.astimezone().date()

    days = groupby(rows, key=day_of)
    return [Group("none" if day is None else day.isoformat(), day, list(group)) for day, group in days]


def find_place(media: Any, query: MediaQuery) -> str:
    """Return where a media stands in a list, as a text of ASCII that sorts as the list does; ties by id."""
    value = getattr(media, ORDERS[query.sort].value)
    if value is None:  # unset values come last
        return "" if query.order == OrderDirection.DESC else "~"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")[:26]
    return f"{value:019}" if isinstance(value, int) else value.encode().hex()


def find_shape(media: Any) -> int:
    """Return the step of a tile's width in relation to its height: 0 is a square, less is upright."""
    if not media.preview_width:
        return CARD_SHAPE
    ratio = min(max(media.preview_width / media.preview_height, MIN_RATIO), MAX_RATIO)
    return _SHAPES[round(ratio * 100)]


def cursor_at(month: str, query: MediaQuery) -> Cursor | None:
    """Return where a month begins in a list that time orders; None for what is no month, or no such list."""
    if query.sort not in TIMES:
        return None
    try:
        first = datetime.strptime(month, "%Y-%m")  # noqa: DTZ007 - made local below
        later = (first + timedelta(days=31)).replace(day=1)
        start = first if query.order == OrderDirection.ASC else later
        return Cursor(start.astimezone(), 0)
    except (ValueError, OverflowError, OSError):
        return None


def _nearest_shape(ratio: float) -> int:
    return min(range(MIN_SHAPE, MAX_SHAPE + 1), key=lambda step: abs(STEP**step - ratio))


#: By hundredths of the ratio.
_SHAPES = {
    hundredths: _nearest_shape(hundredths / 100)
    for hundredths in range(round(MIN_RATIO * 100), round(MAX_RATIO * 100) + 1)
}
