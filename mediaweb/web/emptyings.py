"""`/trash/empty`: a page that asks, and deletes for good all that somebody could restore."""

from datetime import datetime

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.models.types import utc_now
from mediaweb.services import trash

blueprint = Blueprint("emptyings", __name__, url_prefix="/trash/empty")


@blueprint.get("")
@open_to(Callers.VIEWERS)
def new() -> str:
    """Ask whether to delete all of it, and say how much that is."""
    total = trash.count_trash(db.session(), current_actor())
    return render_template("emptyings/new.html", total=total, until=utc_now().isoformat())


@blueprint.post("")
@open_to(Callers.VIEWERS)
def create() -> Response:
    """Delete it; what came into the trash since the page asked stays."""
    count = trash.empty(db.session(), current_actor(), _read_moment(request.form.get("until", "")))
    flash(f"{count:,} media deleted for good." if count else "The trash was empty already.")
    return make_response(redirect(url_for("trash.index"), 303))


def _read_moment(text: str) -> datetime | None:
    """Return the moment that a form brought along; None for what is none, which is now."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
