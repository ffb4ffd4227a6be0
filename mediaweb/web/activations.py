"""`/admin/people/<id>/activation`: let somebody sign in, or keep them from it."""

from flask import Blueprint, Response, flash, make_response, redirect, url_for

from mediaweb.errors import LastAdmin
from mediaweb.extensions import db
from mediaweb.http.callers import get_person
from mediaweb.http.guard import Callers, open_to
from mediaweb.services.accounts import update_user
from mediaweb.web.bidi import isolate

blueprint = Blueprint("activations", __name__, url_prefix="/admin/people/<int:user_id>/activation")


@blueprint.post("")
@open_to(Callers.ADMINS)
def create(user_id: int) -> Response:
    """Let somebody sign in again."""
    user = update_user(db.session(), user_id, {"is_active": True}, get_person().actor)
    flash(f"{isolate(user.name)} may sign in again.")
    return make_response(redirect(url_for("people.edit", user_id=user_id), 303))


@blueprint.post("/end")
@open_to(Callers.ADMINS)
def destroy(user_id: int) -> Response:
    """Keep somebody out: what they are signed in with ends at once."""
    try:
        user = update_user(db.session(), user_id, {"is_active": False}, get_person().actor)
    except LastAdmin as error:
        flash(str(error), "danger")
    else:
        flash(f"{isolate(user.name)} is deactivated and signed out everywhere.")
    return make_response(redirect(url_for("people.edit", user_id=user_id), 303))
