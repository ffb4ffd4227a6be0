"""`/gallery/<id>/delete`: moves a media into the trash; where there is none, a page asks first."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from mediaweb.extensions import db, settings
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.http.responses import json_response
from mediaweb.services import access
from mediaweb.services.media import media_service
from mediaweb.services.trash import trash
from mediaweb.web.bidi import isolate
from mediaweb.web.next_pages import next_address
from mediaweb.web.notices import notify, write_ids

blueprint = Blueprint("deletions", __name__, url_prefix="/gallery/<int:media_id>/delete")


@blueprint.get("")
@open_to(Callers.VIEWERS)
def new(media_id: int) -> Response:
    """Ask whether to delete it for good; what can be undone is not asked."""
    actor = current_actor()
    media = media_service.get(db.session(), media_id, actor)
    access.check_can_change(actor, media)
    if settings.trash_days:
        return make_response(redirect(url_for("gallery.show", media_id=media_id), 303))
    next_ = next_address(url_for("gallery.index"))
    return make_response(render_template("gallery/delete.html", media=media, next=next_))


@blueprint.post("")
@open_to(Callers.VIEWERS)
def create(media_id: int) -> Response:
    """Delete it and go back to the list; a script that asks for JSON is told so instead."""
    actor = current_actor()
    media = media_service.get(db.session(), media_id, actor)
    event_id = trash(db.session(), media_id, actor)
    name = isolate(media.filename)
    message = f"“{name}” is in the trash." if settings.trash_days else f"{name} is deleted."
    undo = [event_id] if settings.trash_days else []
    if request.accept_mimetypes.best == "application/json":
        return json_response({"message": message, "undo": url_for("undo.create"), "events": write_ids(undo)})
    notify(message, undo)
    return make_response(redirect(next_address(url_for("gallery.index")), 303))
