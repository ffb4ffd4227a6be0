"""`/account/sessions`: where somebody is signed in."""

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for

from mediaweb.extensions import db
from mediaweb.http.callers import get_person
from mediaweb.http.guard import Callers, open_to
from mediaweb.services.browser_sessions import end_other_sessions, end_session

blueprint = Blueprint("browser_sessions", __name__, url_prefix="/account/sessions")


@blueprint.post("/end")
@open_to(Callers.PEOPLE)
def destroy() -> Response:
    """End the session that the form names, or all others if it names none."""
    person = get_person()
    session_id = request.form.get("session_id", type=int)
    if "session_id" not in request.form:
        end_other_sessions(db.session(), person.session_id, person.actor)
        flash("All other browsers are signed out.")
    elif session_id is not None:
        end_session(db.session(), session_id, person.actor)
        flash("That browser is signed out.")
    return make_response(redirect(url_for("account.edit", _anchor="sessions"), 303))
