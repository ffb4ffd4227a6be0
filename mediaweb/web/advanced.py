"""`/filter`: a filter in the whole language, and the call of the API that asks for the same."""

import json
from typing import Any

import orjson
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from mediaweb.http.callers import base_url, current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.services.filters import DEFAULT_LIMIT
from mediaweb.web.filter_builder import describe_language
from mediaweb.web.filter_problems import find_problems
from mediaweb.web.media_conditions import to_filter
from mediaweb.web.media_query import MediaQuery

EMPTY_GROUP = '{"conditions":[],"operator":"and"}'

blueprint = Blueprint("advanced", __name__, url_prefix="/filter")


@blueprint.get("")
@open_to(Callers.VIEWERS)
def show() -> Response:
    """Draw the filter that the address holds, with what is wrong with it; apply it if that is wanted."""
    query = MediaQuery.read(request.args)
    written = request.args.get("filter", "").strip()
    problems = find_problems(written)
    if "apply" in request.args and not problems:
        return make_response(redirect(url_for("gallery.index", **_without_nothing(query).arguments()), 303))
    page = render_template(
        "advanced/show.html",
        query=query,
        written=_lay_out(written or EMPTY_GROUP),
        problems=problems,
        language=describe_language(),
        others=write_body(query.without_filter),
        curl=write_curl(write_body(query), needs_token=not current_actor().is_anonymous),
        address=base_url() + "/media/filter",
        needs_token=not current_actor().is_anonymous,
    )
    return make_response(page, 422 if problems else 200)


def write_body(query: MediaQuery) -> dict[str, Any]:
    """Return what the API is sent for all that the gallery would show: search, filters and order."""
    # Without warnings: a moment is a value that Pydantic would write as it reads it, as text.
    body = to_filter(query, DEFAULT_LIMIT).model_dump(mode="json", exclude_none=True, warnings=False)
    del body["offset"]
    return {name: value for name, value in body.items() if value != ""}


def write_curl(body: dict[str, Any], needs_token: bool) -> str:
    """Return the command that asks for the same. `static/js/filter_builder/output.js` writes it alike."""
    written = json.dumps(body, ensure_ascii=False, indent=2).replace("'", "'\\''")
    lines = [f"curl -X POST {base_url()}/media/filter"]
    if needs_token:
        lines.append('  -H "Authorization: Bearer $MEDIAWEB_TOKEN"')
    lines += ['  -H "Content-Type: application/json"', f"  -d '{written}'"]
    return " \\\n".join(lines)


def _without_nothing(query: MediaQuery) -> MediaQuery:
    """Leave out a group that asks for nothing."""
    is_empty = bool(query.filter) and not json.loads(query.filter)["conditions"]
    return query.without_filter if is_empty else query


def _lay_out(written: str) -> str:
    """Return JSON with a line for each part; what is none stays as it is written."""
    try:
        return orjson.dumps(orjson.loads(written), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return written
