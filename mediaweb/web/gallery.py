"""`/`: the tiles, newest first. `/gallery/<id>`: one of them, to see and to edit."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db
from mediaweb.http.callers import base_url, current_actor
from mediaweb.http.delivery import can_show_inline
from mediaweb.http.guard import Callers, open_to
from mediaweb.models.media import TILE_COLUMNS
from mediaweb.services import access
from mediaweb.services.accounts import find_name
from mediaweb.services.filters import MediaField, OrderDirection, QueryFilter
from mediaweb.services.first_lines import read_first_lines
from mediaweb.services.media import media_service
from mediaweb.services.media_facts import read_facts
from mediaweb.services.representations import MediaRow
from mediaweb.web.bidi import isolate
from mediaweb.web.media_form import MediaForm, form_values, read_changes, shown_values
from mediaweb.web.stage import choose_stage

PAGE_SIZE = 60

blueprint = Blueprint("gallery", __name__)


@blueprint.get("/")
@open_to(Callers.VIEWERS)
def index() -> str:
    """Draw one page of what the visitor may see."""
    number = max(1, request.args.get("page", 1, type=int))
    query = QueryFilter.model_construct(
        conditions=(),
        order_by=MediaField.CREATED_AT,
        order_direction=OrderDirection.DESC,
        limit=PAGE_SIZE,
        offset=(min(number, 10**9) - 1) * PAGE_SIZE,
    )
    actor = current_actor()
    page = media_service.filter_paginated(db.session(), query, actor, TILE_COLUMNS)
    return render_template(
        "gallery/index.html",
        page=page,
        number=number,
        page_count=-(-page.total // PAGE_SIZE),
    )


@blueprint.get("/gallery/<int:media_id>")
@open_to(Callers.VIEWERS)
def show(media_id: int) -> str:
    """Draw one media with what is known of it."""
    actor = current_actor()
    media = media_service.get_page(db.session(), media_id, actor)
    return render_template("gallery/show.html", **_describe(media))


@blueprint.get("/gallery/<int:media_id>/edit")
@open_to(Callers.VIEWERS)
def edit(media_id: int) -> Response:
    """Draw the form for who may change the media."""
    actor = current_actor()
    media = media_service.get(db.session(), media_id, actor)
    access.check_can_change(actor, media)
    return _draw_form(MediaForm(data=form_values(media)), media, 200)


@blueprint.post("/gallery/<int:media_id>/edit")
@open_to(Callers.VIEWERS)
def update(media_id: int) -> Response:
    """Save what was changed and show the media."""
    actor = current_actor()
    media = media_service.get(db.session(), media_id, actor)
    access.check_can_change(actor, media)
    form = MediaForm()
    try:
        changed = media_service.update(db.session(), media_id, read_changes(form, media), actor)
    except InvalidInput as error:
        form.take(error)
        return _draw_form(form, media, error.status)
    if actor.is_anonymous and not changed.is_public:
        flash(f"{isolate(changed.filename)} is saved. It is private now: only its owner and admins see it.")
        return make_response(redirect(url_for("gallery.index"), 303))
    flash(f"{isolate(changed.filename)} is saved.")
    return make_response(redirect(url_for("gallery.show", media_id=media_id), 303))


def _describe(media: MediaRow) -> dict[str, Any]:
    """Return what the page of a media shows, as far as the visitor may know."""
    actor = current_actor()
    known = read_facts(media, actor)
    lines = read_first_lines(media)
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
    }


def _draw_form(form: MediaForm, media: MediaRow, status: int) -> Response:
    page = render_template("gallery/edit.html", form=form, media=media, shown=shown_values(media))
    return make_response(page, status)
