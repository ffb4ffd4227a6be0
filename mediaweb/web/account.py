"""`/account`: one's own name, address, password and sessions."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for

from mediaweb.errors import InvalidInput, TooManyFailures
from mediaweb.extensions import db
from mediaweb.http.callers import get_person
from mediaweb.http.guard import Callers, open_to
from mediaweb.services import account_passwords
from mediaweb.services.browser_sessions import list_sessions
from mediaweb.web.forms import PasswordForm, ProfileForm

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@open_to(Callers.PEOPLE)
def edit() -> Response:
    """Draw the forms."""
    return draw_account()


@blueprint.post("")
@open_to(Callers.PEOPLE)
def update() -> Response:
    """Change name and address."""
    form, person = ProfileForm(), get_person()
    try:
        account_passwords.change_profile(
            db.session(),
            person.user_id,
            form.name.data or "",
            form.email.data or "",
            form.current_password.data or "",
            person.actor,
        )
    except (InvalidInput, TooManyFailures) as error:
        form.take(error)
        return draw_account(profile=form, status=error.status)
    flash("Your profile is saved.")
    return make_response(redirect(url_for("account.edit"), 303))


def draw_account(
    profile: ProfileForm | None = None, password: PasswordForm | None = None, status: int = 200
) -> Response:
    """Draw the page, with the form that was refused, if one was."""
    person = get_person()
    page = render_template(
        "account/edit.html",
        profile=profile or ProfileForm(formdata=None, name=person.name, email=person.email),
        password=password or PasswordForm(formdata=None),
        sessions=list_sessions(db.session(), person.user_id),
        person=person,
    )
    return make_response(page, status)
