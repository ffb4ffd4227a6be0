"""`/selection/alt-text`: write what pictures show, one after the other."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.models import FileType, Media
from mediaweb.services import access, bulk
from mediaweb.services.media import media_service
from mediaweb.web.media_form import MediaForm, form_values, read_changes, shown_values
from mediaweb.web.selected import go_back, next_page, read_ids, refuse

blueprint = Blueprint("selection_alt_texts", __name__, url_prefix="/selection/alt-text")


@blueprint.get("")
@open_to(Callers.VIEWERS)
def edit() -> Response:
    """Draw one picture large with its alt text; for a script, that part of the page only."""
    try:
        pictures = _find_pictures()
    except InvalidInput as error:
        return refuse(error)
    if not pictures:
        return go_back("None of these are pictures that you may change.", True)
    at = min(max(0, request.args.get("at", 0, type=int)), len(pictures) - 1)
    return _draw(MediaForm(data=form_values(pictures[at])), pictures, at, 200)


@blueprint.post("")
@open_to(Callers.VIEWERS)
def update() -> Response:
    """Save the text unless it was skipped, and lead to the next picture, or back where one was."""
    actor = current_actor()
    step = request.form.get("go", "save")
    if step == "save":
        media = media_service.get(db.session(), request.form.get("media_id", 0, type=int), actor)
        access.check_can_change(actor, media)
        form = MediaForm()
        try:
            media_service.update(db.session(), media.id, read_changes(form, media), actor)
        except InvalidInput as error:
            form.take(error)
            pictures = _find_pictures()
            at = next((at for at, picture in enumerate(pictures) if picture.id == media.id), 0)
            return _draw(form, pictures, at, error.status)
    return _go_on(-1 if step == "back" else 1)


def _go_on(step: int) -> Response:
    ids = read_ids()
    at = max(0, request.form.get("at", 0, type=int) + step)
    if at >= len(ids):
        return go_back("That was the last picture. What you saved is its alt text now.")
    address = url_for("selection_alt_texts.edit", id=ids, at=at, next=next_page())
    return make_response(redirect(address, 303))


def _find_pictures() -> list[Media]:
    """Return the pictures that were meant and that the visitor may change, in that order."""
    found = bulk.find_media(db.session(), read_ids(), current_actor())
    by_id = {media.id: media for media in found if media.file_type == FileType.IMAGE}
    return [by_id[media_id] for media_id in dict.fromkeys(read_ids()) if media_id in by_id]


def _draw(form: MediaForm, pictures: list[Media], at: int, status: int) -> Response:
    media = pictures[at]
    values: dict[str, Any] = {"media": media, "shown": shown_values(media)["alt_text"]}
    is_part = "HX-Request" in request.headers
    page = render_template(
        "selection/_alt_text.html" if is_part else "selection/alt_text.html",
        form=form,
        pictures=pictures,
        at=at,
        next=next_page(),
        **values,
    )
    return make_response(page, status)
