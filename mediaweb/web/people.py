"""`/admin/people`: who may sign in, and as what."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for

from mediaweb.errors import MediaWebError
from mediaweb.extensions import db
from mediaweb.http.callers import get_person
from mediaweb.http.guard import Callers, open_to
from mediaweb.models import Role, User
from mediaweb.services import accounts
from mediaweb.services.accounts import account_state
from mediaweb.web.bidi import isolate
from mediaweb.web.forms import PersonForm
from mediaweb.web.person_links import draw_link

blueprint = Blueprint("people", __name__, url_prefix="/admin/people")


@blueprint.get("")
@open_to(Callers.ADMINS)
def index() -> str:
    """List everybody."""
    return render_template("people/index.html", people=accounts.list_users(db.session()))


@blueprint.get("/new")
@open_to(Callers.ADMINS)
def new() -> str:
    """Draw the form of an invitation."""
    return render_template("people/new.html", form=PersonForm())


@blueprint.post("")
@open_to(Callers.ADMINS)
def create() -> Response:
    """Make an account and show its one-time link, this once."""
    form = PersonForm()
    try:
        role = form.read_role()
        invitation = accounts.invite_user(
            db.session(), form.email.data or "", form.name.data or "", role, get_person().actor
        )
    except MediaWebError as error:
        form.take(error)
        return make_response(render_template("people/new.html", form=form), error.status)
    return draw_link(invitation, is_new=True)


@blueprint.get("/<int:user_id>")
@open_to(Callers.ADMINS)
def edit(user_id: int) -> Response:
    """Draw the form and what else can be done about somebody."""
    user = accounts.get_user(db.session(), user_id)
    return _draw(user, PersonForm(name=user.name, email=user.email, role=user.role), 200)


@blueprint.post("/<int:user_id>")
@open_to(Callers.ADMINS)
def update(user_id: int) -> Response:
    """Change name, address and role."""
    form, actor = PersonForm(), get_person().actor
    try:
        accounts.update_user(db.session(), user_id, _read_changes(form, user_id), actor)
    except MediaWebError as error:
        form.take(error)
        return _draw(accounts.get_user(db.session(), user_id), form, error.status)
    flash(f"{isolate(form.name.data or '')} is saved.")
    has_given_up = user_id == actor.user_id and form.role.data != Role.ADMIN
    return make_response(redirect(url_for("account.edit" if has_given_up else "people.index"), 303))


def _read_changes(form: PersonForm, user_id: int) -> dict[str, Any]:
    changes: dict[str, Any] = {"name": form.name.data or "", "role": form.read_role()}
    is_without_address = accounts.get_user(db.session(), user_id).email is None
    return (
        changes if is_without_address and not form.email.data else changes | {"email": form.email.data or ""}
    )


def _draw(user: User, form: PersonForm, status: int) -> Response:
    is_self = user.id == get_person().user_id
    page = render_template(
        "people/edit.html", form=form, user=user, state=account_state(user), is_self=is_self
    )
    return make_response(page, status)
