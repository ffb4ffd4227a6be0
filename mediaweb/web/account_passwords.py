"""`/account/password`: another password for oneself."""

from flask import Blueprint, Response, flash, make_response, redirect, url_for

from mediaweb.errors import InvalidInput, TooManyFailures
from mediaweb.extensions import db
from mediaweb.http.callers import get_person
from mediaweb.http.guard import Callers, open_to
from mediaweb.services.account_passwords import change_password
from mediaweb.web.account import draw_account
from mediaweb.web.forms import PasswordForm

blueprint = Blueprint("account_passwords", __name__, url_prefix="/account/password")


@blueprint.post("")
@open_to(Callers.PEOPLE)
def update() -> Response:
    """Replace the password; every other browser is signed out."""
    form, person = PasswordForm(), get_person()
    current, new = form.current_password.data or "", form.new_password.data or ""
    try:
        change_password(db.session(), person.user_id, current, new, person.actor, person.session_id)
    except (InvalidInput, TooManyFailures) as error:
        form.take(error)
        return draw_account(password=form, status=error.status)
    flash("Your password is changed. Other browsers are signed out.")
    return make_response(redirect(url_for("account.edit"), 303))
