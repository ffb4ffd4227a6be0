"""`/admin/people/<id>/removal`: delete an account, knowing what that means."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from wtforms import SelectChoice

from mediaweb.errors import MediaWebError
from mediaweb.extensions import db
from mediaweb.http.callers import get_person
from mediaweb.http.guard import Callers, open_to
from mediaweb.models import User
from mediaweb.services.account_removal import Belongings, MediaFate, count_belongings, remove_user
from mediaweb.services.accounts import get_user, list_users
from mediaweb.web.bidi import isolate
from mediaweb.web.forms import RemovalForm

blueprint = Blueprint("removals", __name__, url_prefix="/admin/people/<int:user_id>/removal")


@blueprint.get("")
@open_to(Callers.ADMINS)
def new(user_id: int) -> Response:
    """Tell what will be gone, and ask what happens to the media."""
    user = get_user(db.session(), user_id)
    return _draw(_make_form(user), user, 200)


@blueprint.post("")
@open_to(Callers.ADMINS)
def create(user_id: int) -> Response:
    """Delete the account."""
    user = get_user(db.session(), user_id)
    name, form = user.name, _make_form(user)
    try:
        fate, heir_id = form.read_fate(), form.read_heir_id()
        count = remove_user(db.session(), user_id, get_person().actor, fate, heir_id)
    except MediaWebError as error:
        form.take(error)
        return _draw(form, get_user(db.session(), user_id), error.status)
    flash(_tell(name, count, fate))
    return make_response(redirect(url_for("people.index"), 303))


def _make_form(user: User) -> RemovalForm:
    """Make the form for those who may get the media; the admin at work comes first."""
    me = get_person().user_id
    others = [listed.user for listed in list_users(db.session()) if listed.user.id != user.id]
    others = sorted((other for other in others if other.is_active), key=lambda other: other.id != me)
    form = RemovalForm()
    form.heir_id.choices = [
        SelectChoice(str(other.id), f"{isolate(other.name)} (you)" if other.id == me else isolate(other.name))
        for other in others
    ]
    return form


def _draw(form: RemovalForm, user: User, status: int) -> Response:
    belongings: Belongings = count_belongings(db.session(), user.id)
    page = render_template("removals/new.html", form=form, user=user, belongings=belongings)
    return make_response(page, status)


def _tell(name: str, count: int, fate: MediaFate) -> str:
    if not count:
        return f"{isolate(name)} is deleted."
    media = "one media" if count == 1 else f"{count:,} media"
    ends = {
        MediaFate.GIVE: f"{media} changed hands",
        MediaFate.LEAVE: f"{media} have no owner now" if count > 1 else f"{media} has no owner now",
        MediaFate.DELETE: f"{media} are deleted, too" if count > 1 else f"{media} is deleted, too",
    }
    return f"{isolate(name)} is deleted; {ends[fate]}."
