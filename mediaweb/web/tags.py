"""`/tags`: the names of tags that begin like what somebody types."""

from flask import Blueprint, Response, request

from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.http.responses import json_response
from mediaweb.services.tag_names import MAX_TAG_LENGTH
from mediaweb.services.tags import offer_tags

blueprint = Blueprint("tags", __name__, url_prefix="/tags")


@blueprint.get("")
@open_to(Callers.VIEWERS)
def index() -> Response:
    """List at most 12 tags of media that the visitor may see which begin like `q`."""
    beginning = request.args.get("q", "")
    can_begin_a_tag = len(beginning) <= MAX_TAG_LENGTH and "\x00" not in beginning
    return json_response(offer_tags(db.session(), beginning, current_actor()) if can_begin_a_tag else [])
