"""`/`: the tiles that one looks for. `/gallery/<id>`: one of them, to see and to edit."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.models.media import TILE_COLUMNS
from mediaweb.services import access
from mediaweb.services.filters import QueryFilter
from mediaweb.services.media import media_service
from mediaweb.services.queries import count_up_to
from mediaweb.services.windows import Cursor, select_window
from mediaweb.web.filter_words import describe_filters
from mediaweb.web.grid import cursor_at, group_rows
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

PAGE_SIZE = 60
#: From here on, a search tells that it found more than so many.
MOST_COUNTED = 1000

blueprint = Blueprint("gallery", __name__)


@blueprint.get("/")
@open_to(Callers.VIEWERS)
def index() -> Response:
    """Draw a window on what the visitor looks for; for a script, only the part that it asks for."""
    query = MediaQuery.read(request.args)
    wanted = to_filter(query, PAGE_SIZE)
    actor = current_actor()
    window = select_window(db.session(), wanted, actor, TILE_COLUMNS, **_read_place(query, wanted))
    count = None
    if query.has_filters and not _is_further_part():
        count = count_up_to(db.session(), wanted, actor, MOST_COUNTED + 1)
    page = render_template(
        _choose_part(),
        suffix=list_suffix(query),
        query=query,
        window=window,
        groups=group_rows(window.data, query),
        count=count,
        most_counted=MOST_COUNTED,
        address=request.full_path.rstrip("?"),
        **describe_filters(query, actor),
    )
    return _vary(page)


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
        changed = media_service.update(db.session(), media_id, read_changes(form, media), actor)
    except InvalidInput as error:
        form.take(error)
        return draw_form(form, media, error.status)
    if actor.is_anonymous and not changed.is_public:
        return _lead_away(
            f"{changed.filename} is saved. It is private now: only its owner and admins see it."
        )
    if is_for_script():
        return make_response(draw_part(media_service.get_page(db.session(), media_id, actor)))
    flash(f"{changed.filename} is saved.")
    return make_response(redirect(url_for("gallery.show", media_id=media_id, **list_arguments()), 303))


def _lead_away(message: str) -> Response:
    """Say why there is nothing to show any more."""
    if is_for_script():
        return make_response(render_template("gallery/_gone.html", message=message))
    flash(message)
    return make_response(redirect(url_for("gallery.index", **list_arguments()), 303))


def _vary(page: str | Response) -> Response:
    """Keep what was drawn for a script apart from the page of the same address."""
    response = make_response(page)
    response.vary.add("HX-Request")
    return response


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
    return is_for_script() and ("after" in request.args or "before" in request.args)


def _choose_part() -> str:
    if _is_further_part():
        return "gallery/_further.html"
    return "gallery/_results.html" if is_for_script() else "gallery/index.html"
