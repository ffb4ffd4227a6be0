"""`/undo`: take back what one has just done, by the button of a notice."""

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for

from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.http.responses import json_response
from mediaweb.services.undo import Undone, undo
from mediaweb.web.next_pages import next_address
from mediaweb.web.notices import read_ids

blueprint = Blueprint("undo", __name__, url_prefix="/undo")


@blueprint.post("")
@open_to(Callers.VIEWERS)
def create() -> Response:
    """Take back what the events changed that were sent; say so on the page that one was on, or in JSON."""
    undone = undo(db.session(), read_ids(request.form.get("events", "")), current_actor())
    message = describe_undone(undone)
    if _wants_json():
        return json_response({"message": message})
    flash(message)
    return make_response(redirect(next_address(url_for("gallery.index")), 303))


def describe_undone(undone: Undone) -> str:
    """Say what is as it was before: `“boat.jpg” is back.`"""
    done = undone.changed + undone.restored
    if not done:
        return "Nothing is undone: it was changed again since, or is gone."
    if done > 1 or undone.filename is None:
        are_back = (
            f"{done:,} media are back" if undone.restored else f"The change of {done:,} media is undone"
        )
    elif undone.restored:
        are_back = f"“{undone.filename}” is back"
    else:
        are_back = f"The change of “{undone.filename}” is undone"
    if not undone.left:
        return f"{are_back}."
    if done == 1 and undone.changed == undone.left == 1:
        return f"{are_back}, but for what was changed again since."
    return f"{are_back}, but for {undone.left:,} that changed again since."


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted.quality("application/json") > accepted.quality("text/html")
