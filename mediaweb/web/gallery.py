"""`/`: the tiles that one looks for. `/gallery/<id>`: one of them, to see and to edit."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.models.media import TILE_COLUMNS
from mediaweb.services import access, bulk
from mediaweb.services.access import Actor
from mediaweb.services.filters import QueryFilter
from mediaweb.services.media import media_service
from mediaweb.services.queries import count_up_to
from mediaweb.services.windows import Cursor, Window, select_first_and_count, select_window
from mediaweb.web.bidi import isolate
from mediaweb.web.filter_choices import list_choices
from mediaweb.web.filter_problems import find_problems
from mediaweb.web.filter_words import describe_filters
from mediaweb.web.grid import cursor_at, group_rows
from mediaweb.web.live import describe_connection
from mediaweb.web.media_conditions import to_filter
from mediaweb.web.media_form import read_changes
from mediaweb.web.media_page import (
    draw_form,
    draw_page,
    draw_part,
    is_for_script,
    list_arguments,
    list_suffix,
    make_form,
)
from mediaweb.web.media_query import MediaQuery
from mediaweb.web.notices import notify, notify_saved

PAGE_SIZE = 60
#: So many tiles fill the top of most windows.
FIRST_SEEN = 8
#: From here on, a search tells that it found more than so many.
MOST_COUNTED = 1000
#: Who may change nothing downloads by an address, which has room for so many ids.
MOST_IN_ADDRESS = 300
#: The whole page, what changes when one searches, and what comes before or behind the tiles.
WHOLE, FOUND, FURTHER = "gallery/index.html", "gallery/_found.html", "gallery/_further.html"
_NOTHING = Window((), None, None)

blueprint = Blueprint("gallery", __name__)


@blueprint.get("/")
@open_to(Callers.VIEWERS)
def index() -> Response:
    """Draw a window on what the visitor looks for; for a script, only the part that it asks for."""
    query = MediaQuery.read(request.args)
    live = None if _is_further_part() else describe_connection(query)
    wanted = to_filter(query, PAGE_SIZE)
    actor = current_actor()
    problems = find_problems(request.args.get("filter", ""))
    window, count = (_NOTHING, None) if problems else _look(query, wanted, actor)
    part = _choose_part()
    page = render_template(
        part,
        suffix=list_suffix(query),
        live=live,
        query=query,
        problems=problems,
        window=window,
        groups=group_rows(window.data, query),
        first_seen={row.id for row in window.data[:FIRST_SEEN]} if part == WHOLE else (),
        most_counted=MOST_COUNTED,
        most_selected=bulk.MAX_MEDIA if access.can_upload(actor) else MOST_IN_ADDRESS,
        address=request.full_path.rstrip("?"),
        count=count,
        **_describe_list(query, window, actor, part),
    )
    return _vary(make_response(page, 422 if problems else 200))


@blueprint.get("/gallery/<int:media_id>")
@open_to(Callers.VIEWERS)
def show(media_id: int) -> Response:
    """Draw one media with what is known of it, and the way to its neighbours in the list."""
    media = media_service.get_page(db.session(), media_id, current_actor())
    return _vary(draw_part(media) if is_for_script() else draw_page(media))


@blueprint.get("/gallery/<int:media_id>/edit")
@open_to(Callers.VIEWERS)
def edit(media_id: int) -> Response:
    """Draw the form for who may change the media."""
    actor = current_actor()
    media = media_service.get(db.session(), media_id, actor)
    access.check_can_change(actor, media)
    return _vary(draw_form(make_form(actor, media), media, 200))


@blueprint.post("/gallery/<int:media_id>/edit")
@open_to(Callers.VIEWERS)
def update(media_id: int) -> Response:
    """Save what was changed and show the media."""
    actor = current_actor()
    media = media_service.get(db.session(), media_id, actor)
    access.check_can_change(actor, media)
    form = make_form(actor)
    try:
        change = media_service.change(db.session(), media_id, read_changes(form, media), actor)
    except InvalidInput as error:
        form.take(error)
        return draw_form(form, media, error.status)
    if actor.is_anonymous and not change.media.is_public:
        name = isolate(change.media.filename)
        return _lead_away(f"{name} is saved. It is private now: only its owner and admins see it.")
    if is_for_script():
        page = media_service.get_page(db.session(), media_id, actor)
        return make_response(draw_part(page, change.event_id))
    notify_saved(change)
    return make_response(redirect(url_for("gallery.show", media_id=media_id, **list_arguments()), 303))


def _lead_away(message: str) -> Response:
    """Say why there is nothing to show any more."""
    if is_for_script():
        return make_response(render_template("gallery/_gone.html", message=message))
    notify(message)
    return make_response(redirect(url_for("gallery.index", **list_arguments()), 303))


def _vary(page: str | Response) -> Response:
    """Keep what was drawn for a script apart from the page of the same address."""
    response = make_response(page)
    response.vary.add("HX-Request")
    return response


def _look(query: MediaQuery, wanted: QueryFilter, actor: Actor) -> tuple[Window, int | None]:
    """Return the window that the address asks for, and where the list begins, how many there are."""
    place = _read_place(query, wanted)
    if query.has_filters and not any(place.values()):
        return select_first_and_count(db.session(), wanted, actor, TILE_COLUMNS, MOST_COUNTED + 1)
    return select_window(db.session(), wanted, actor, TILE_COLUMNS, **place), None


def _describe_list(query: MediaQuery, window: Window, actor: Actor, part: str) -> dict[str, Any]:
    """Return what is said around the tiles, where more is drawn than them."""
    if part == FURTHER:
        return {}
    said = describe_filters(query, actor)
    said["elsewhere"] = 0
    if query.q and query.has_choices and not window.data:
        plain = to_filter(MediaQuery(q=query.q), PAGE_SIZE)
        said["elsewhere"] = count_up_to(db.session(), plain, actor, MOST_COUNTED + 1)
    if part == WHOLE:
        said["choices"] = list_choices(actor)
    return said


def _read_place(query: MediaQuery, wanted: QueryFilter) -> dict[str, Cursor | None]:
    """Return where the window begins or ends; what makes no sense counts as not said."""
    assert wanted.order_by is not None
    places = {
        name: Cursor.decode(request.args.get(name, ""), wanted.order_by) for name in ("after", "before")
    }
    if not any(places.values()):
        places["after"] = cursor_at(request.args.get("at", ""), query)
    return places


def _is_further_part() -> bool:
    """Tell whether a script asks for what comes before or behind the tiles that it has."""
    wants_all = request.headers.get("HX-Target", "").endswith("gallery")
    is_further = "after" in request.args or "before" in request.args
    return is_for_script() and is_further and not wants_all


def _choose_part() -> str:
    if _is_further_part():
        return FURTHER
    return FOUND if is_for_script() else WHOLE
