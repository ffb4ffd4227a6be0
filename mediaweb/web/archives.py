"""`/archive`: several media as one zip, by a form or a link."""

from flask import Blueprint, Response, request

from mediaweb.http.archive_delivery import deliver_archive
from mediaweb.http.guard import Callers, open_to

blueprint = Blueprint("archives", __name__, url_prefix="/archive")


@blueprint.get("")
@open_to(Callers.VIEWERS)
def show() -> Response:
    """Download those that a link names; an address has room for a few hundred."""
    return deliver_archive(request.args.getlist("id", type=int))


@blueprint.post("")
@open_to(Callers.VIEWERS)
def create() -> Response:
    """Download those that a form names."""
    return deliver_archive(request.form.getlist("id", type=int))
