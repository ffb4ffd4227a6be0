"""`/timeline`: the months that have media, each a way into the gallery."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.services.filters import OrderDirection
from mediaweb.services.timeline import MonthCount, count_months
from mediaweb.web.media_conditions import to_filter
from mediaweb.web.media_query import MediaQuery

#: Fewer media, or fewer months, are looked through sooner than jumped through.
LEAST_MEDIA, LEAST_MONTHS = 200, 3

blueprint = Blueprint("timeline", __name__, url_prefix="/timeline")


@dataclass(frozen=True, slots=True)
class Year:
    """The months of a year in the order of the list, and how many media they have together."""

    number: int
    months: list[dict[str, Any]]
    count: int


@blueprint.get("")
@open_to(Callers.VIEWERS)
def index() -> Response:
    """Draw the months of what the gallery shows; for its script, a strip to jump by, if the list is long."""
    query = MediaQuery.read(request.args).ordered_by_time()
    counts = count_months(db.session(), to_filter(query, 1), current_actor())
    total = sum(month.count for month in counts)
    is_strip = "HX-Request" in request.headers
    if is_strip and (total <= LEAST_MEDIA or len(counts) < LEAST_MONTHS):
        response = make_response("", 204)
    else:
        part = "timeline/_strip.html" if is_strip else "timeline/index.html"
        response = make_response(render_template(part, query=query, years=_group(counts, query), total=total))
    response.vary.add("HX-Request")
    return response


def _group(counts: Sequence[MonthCount], query: MediaQuery) -> list[Year]:
    ordered = counts if query.order == OrderDirection.ASC else counts[::-1]
    years = [(number, list(months)) for number, months in groupby(ordered, key=lambda each: each.month.year)]
    return [
        Year(number, [_describe(month, query) for month in months], sum(month.count for month in months))
        for number, months in years
    ]


def _describe(month: MonthCount, query: MediaQuery) -> dict[str, Any]:
    first: date = month.month
    key = f"{first.year:04}-{first.month:02}"
    return {
        "key": key,
        "name": f"{first:%B}",
        "count": month.count,
        "address": dict(query.arguments(page=1), at=key),
    }
