"""`/set-password/<secret>`: where a one-time link leads."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db
from mediaweb.http.guard import Callers, open_to
from mediaweb.models import User
from mediaweb.services.account_passwords import set_password
from mediaweb.services.one_time_links import find_invited
from mediaweb.web.forms import SetPasswordForm
from mediaweb.web.sessions import begin_session

blueprint = Blueprint("passwords", __name__, url_prefix="/set-password")


@blueprint.get("/<secret>")
@open_to(Callers.EVERYBODY)
def edit(secret: str) -> Response:
    """Draw the form for whoever this link is for."""
    user = find_invited(db.session(), secret)
    return _draw(SetPasswordForm(name=user.name, email=user.email), user, 200)


@blueprint.post("/<secret>")
@open_to(Callers.EVERYBODY)
def update(secret: str) -> Response:
    """Set the password and sign in."""
    form = SetPasswordForm()
    try:
        user = set_password(
            db.session(),
            secret,
            form.password.data or "",
            name=form.name.data or "",
            email=form.email.data or "",
        )
    except InvalidInput as error:
        form.take(error)
        return _draw(form, find_invited(db.session(), secret), error.status)
    begin_session(user, is_remembered=False)
    flash("Your password is set, and you are signed in.")
    return make_response(redirect(url_for("gallery.index"), 303))


def _draw(form: SetPasswordForm, user: User, status: int) -> Response:
    response = make_response(render_template("passwords/edit.html", form=form, user=user), status)
    response.headers["Cache-Control"] = "no-store"
    return response
