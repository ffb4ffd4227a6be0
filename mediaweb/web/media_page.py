"""What the page of a media shows, whole or in the part that a script puts over the gallery."""

from typing import Any

from flask import Response, make_response, render_template, request, url_for

from mediaweb.extensions import db
from mediaweb.http.callers import base_url, current_actor
from mediaweb.models import Media
from mediaweb.services import access
from mediaweb.services.access import Actor
from mediaweb.services.accounts import find_name, list_names
from mediaweb.services.first_lines import read_first_lines
from mediaweb.services.media_facts import read_facts
from mediaweb.services.presentation import can_show_inline
from mediaweb.services.representations import MediaRow
from mediaweb.services.windows import Cursor, find_neighbours
from mediaweb.web.media_conditions import to_filter
from mediaweb.web.media_form import MediaForm, OwnedMediaForm, form_values, offer_owners, shown_values
from mediaweb.web.media_query import MediaQuery
from mediaweb.web.stage import choose_stage


def is_for_script() -> bool:
    """Tell whether a script asks, which wants a part of the page."""
    return "HX-Request" in request.headers


def draw_page(media: MediaRow) -> str:
    """Draw a media with what lies before and after it in the list that it was opened from."""
    query = MediaQuery.read(request.args)
    wanted = to_filter(query, 1)
    before, after = find_neighbours(db.session(), wanted, current_actor(), media)
    return render_template(
        "gallery/show.html",
        before=before,
        after=after,
        back=_address_of_list(query, before),
        **describe(media),
    )


def draw_part(media: MediaRow, event_id: int | None = None) -> str:
    """Draw what a script needs of a media: its stage, panel and tile; after a change also the way back."""
    return render_template("gallery/_part.html", event_id=event_id, **describe(media))


def draw_form(form: MediaForm, media: MediaRow, status: int) -> Response:
    """Draw the form for a media, for a script without the page around it."""
    page = render_template(
        "gallery/_edit.html" if is_for_script() else "gallery/edit.html",
        form=form,
        media=media,
        shown=shown_values(media),
        arguments=list_arguments(),
    )
    return make_response(page, status)


def make_form(actor: Actor, media: Media | MediaRow | None = None) -> MediaForm:
    """Return the form for what the actor may change, with what is known of a media or what was sent."""
    data = None if media is None else form_values(media)
    if not actor.is_admin:
        return MediaForm(data=data)
    form = OwnedMediaForm(data=data)
    offer_owners(form.user_id, list_names(db.session()))
    return form


def list_arguments() -> dict[str, Any]:
    """Return what the address says of the list that a media was opened from."""
    return MediaQuery.read(request.args).arguments(page=1)


def list_suffix(query: MediaQuery) -> str:
    """Return the same as the end of an address, with its question mark; "" for the plain list."""
    _, mark, suffix = url_for("gallery.index", **query.arguments(page=1)).partition("?")
    return mark + suffix


def describe(media: MediaRow) -> dict[str, Any]:
    """Return what the page of a media shows, as far as the visitor may know."""
    actor = current_actor()
    known = read_facts(media, actor)
    lines = read_first_lines(media)
    query = MediaQuery.read(request.args)
    return {
        "media": media,
        "stage": choose_stage(media, known, lines),
        "lines": lines,
        "link": base_url() + url_for("gallery.show", media_id=media.id),
        "can_open": can_show_inline(media),
        "can_change": access.can_change(actor, media),
        "is_own": not actor.is_anonymous and actor.user_id == media.user_id,
        "known": known,
        "owner": find_name(db.session(), media.user_id),
        "arguments": query.arguments(page=1),
        "query": query,
        "suffix": list_suffix(query),
    }


def _address_of_list(query: MediaQuery, before: MediaRow | None) -> str:
    """Return where the list is, from this media on."""
    if before is None:
        return url_for("gallery.index", **query.arguments(page=1))
    order_by = to_filter(query, 1).order_by
    assert order_by is not None
    place = Cursor(getattr(before, order_by.value), before.id).encode()
    return url_for("gallery.index", **query.arguments(page=1), after=place)
