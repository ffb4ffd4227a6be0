"""`/selection/tags`: add tags to several media, and take others from them."""

from flask import Blueprint, Response, request

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.services import bulk
from mediaweb.services.tag_names import split_names, unique_names
from mediaweb.web.selected import go_back, read_ids, tell
from mediaweb.web.selection import redraw

blueprint = Blueprint("selection_tags", __name__, url_prefix="/selection/tags")


@blueprint.post("")
@open_to(Callers.VIEWERS)
def update() -> Response:
    """Add the tags in `add`, with commas between them, take away each `remove`, and go back."""
    try:
        add, remove = _read_names("add"), _read_names("remove")
        if not add and not remove:
            return go_back("No tags were added or removed.", True)
        outcome = bulk.change_tags(db.session(), read_ids(), add, remove, current_actor())
    except InvalidInput as error:
        return redraw(error, "tags")
    return tell(outcome, "changed")


def _read_names(field: str) -> tuple[str, ...]:
    names = [name for text in request.form.getlist(field) for name in split_names(text)]
    try:
        return unique_names(tuple(names))
    except ValueError as error:
        reason = str(error)
        raise InvalidInput.at("body", field, msg=f"{reason[:1].upper()}{reason[1:]}.") from None
