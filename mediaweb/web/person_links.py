"""`/admin/people/<id>/link`: a fresh one-time link for who lost theirs, or their password."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db
from mediaweb.http.callers import base_url, get_person
from mediaweb.http.guard import Callers, open_to
from mediaweb.services.accounts import Invitation, invite_again

blueprint = Blueprint("person_links", __name__, url_prefix="/admin/people/<int:user_id>/link")


@blueprint.post("")
@open_to(Callers.ADMINS)
def create(user_id: int) -> Response:
    """Make a link and show it, this once; an older one no longer works."""
    try:
        invitation = invite_again(db.session(), user_id, get_person().actor)
    except InvalidInput as error:
        flash(error.errors[0]["msg"], "danger")
        return make_response(redirect(url_for("people.edit", user_id=user_id), 303))
    return draw_link(invitation, is_new=False)


def draw_link(invitation: Invitation, is_new: bool) -> Response:
    """Draw the page that shows a link, for nobody to keep."""
    page = render_template(
        "person_links/show.html",
        user=invitation.user,
        link=base_url() + url_for("passwords.edit", secret=invitation.secret),
        expires_at=invitation.expires_at,
        is_new=is_new,
    )
    response = make_response(page, 201)
    response.headers["Cache-Control"] = "no-store"
    return response
