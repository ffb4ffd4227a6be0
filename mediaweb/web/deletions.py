"""`/gallery/<id>/delete`: a page that asks, and deletes a media for whoever may change it."""

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.services import access
from mediaweb.services.media import media_service
from mediaweb.web.next_pages import next_address

blueprint = Blueprint("deletions", __name__, url_prefix="/gallery/<int:media_id>/delete")


@blueprint.get("")
@open_to(Callers.VIEWERS)
def new(media_id: int) -> str:
    """Ask whether to delete it."""
    actor = current_actor()
    media = media_service.get(db.session(), media_id, actor)
    access.check_can_change(actor, media)
    next_ = next_address(url_for("gallery.index"))
    return render_template("gallery/delete.html", media=media, next=next_)


@blueprint.post("")
@open_to(Callers.VIEWERS)
def create(media_id: int) -> Response:
    """Delete it and go back to the list; a script that asks for JSON is told so instead."""
    actor = current_actor()
    media = media_service.get(db.session(), media_id, actor)
    media_service.delete(db.session(), media_id, actor)
    message = f"{media.filename} is deleted."
    if request.accept_mimetypes.best == "application/json":
        return jsonify(message=message)
    flash(message)
    return make_response(redirect(next_address(url_for("gallery.index")), 303))
