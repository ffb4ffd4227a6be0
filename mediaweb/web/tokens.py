"""`/account/tokens`: what programs send to act for somebody."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for

from mediaweb.errors import InvalidInput, TokenNotFound
from mediaweb.extensions import db
from mediaweb.http.callers import get_person
from mediaweb.http.guard import Callers, open_to
from mediaweb.models.types import utc_now
from mediaweb.services.tokens import create_token, list_tokens, revoke_token
from mediaweb.web.forms import TokenForm

blueprint = Blueprint("tokens", __name__, url_prefix="/account/tokens")


@blueprint.get("")
@open_to(Callers.PEOPLE)
def index() -> Response:
    """List them, and offer to make one."""
    return _draw(TokenForm())


@blueprint.post("")
@open_to(Callers.PEOPLE)
def create() -> Response:
    """Make one and show it, this once."""
    form, person = TokenForm(), get_person()
    try:
        scope, days = form.read_scope(), form.read_days()
        name = form.name.data or ""
        _, secret = create_token(db.session(), person.user_id, name, scope, days, person.actor)
    except InvalidInput as error:
        form.take(error)
        return _draw(form, status=error.status)
    return _draw(TokenForm(formdata=None), secret=secret, status=201)


@blueprint.post("/<int:token_id>/revoke")
@open_to(Callers.PEOPLE)
def destroy(token_id: int) -> Response:
    """Revoke one of one's own."""
    person = get_person()
    try:
        revoke_token(db.session(), token_id, person.user_id, person.actor)
    except TokenNotFound:
        flash("That token is gone already.")
    else:
        flash("The token is revoked. Nothing can use it any more.")
    return make_response(redirect(url_for("tokens.index"), 303))


def _draw(form: TokenForm, secret: str | None = None, status: int = 200) -> Response:
    tokens = list_tokens(db.session(), get_person().user_id)
    page = render_template("tokens/index.html", form=form, tokens=tokens, secret=secret, now=utc_now())
    response = make_response(page, status)
    if secret is not None:
        response.headers["Cache-Control"] = "no-store"
    return response
