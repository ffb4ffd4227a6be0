"""What forms about several media have in common: which ones, what came of it, and where one goes then."""

from collections.abc import Collection

from flask import Response, flash, make_response, redirect, request, url_for

from mediaweb.errors import InvalidInput
from mediaweb.http.responses import json_response
from mediaweb.models.types import MAX_ID
from mediaweb.services.bulk import Outcome
from mediaweb.web.next_pages import next_address
from mediaweb.web.notices import notify, write_ids


def read_ids() -> list[int]:
    """Return the ids that were sent, in order; what is no number can be no media."""
    return [media_id for media_id in request.values.getlist("id", type=int) if 0 < media_id <= MAX_ID]


def tell(outcome: Outcome, verb: str) -> Response:
    """Answer with what has become of the media: a script in JSON, a form on the page that it came from."""
    message = describe_outcome(outcome, verb)
    is_problem = not outcome.changed and outcome.refused > 0
    if not wants_json():
        return go_back(message, is_problem, outcome.event_ids)
    events = write_ids(outcome.event_ids)
    return json_response({"message": message, "is_problem": is_problem, "events": events})


def go_back(message: str, is_problem: bool = False, undo: Collection[int] = ()) -> Response:
    """Say something on the page that one came from. A script learns of a problem by `InvalidInput`."""
    if is_problem and wants_json():
        raise InvalidInput.at("body", "id", msg=message)
    if is_problem:
        flash(message, "danger")
    else:
        notify(message, undo)
    return make_response(redirect(next_page(), 303))


def next_page() -> str:
    """Return the page that one came from: the gallery, unless the form names another one."""
    return next_address(url_for("gallery.index"))


def refuse(error: InvalidInput) -> Response:
    """Say what is wrong on the page that one came from. A script reads it as it is: raises the error."""
    if wants_json():
        raise error
    details = error.detail if isinstance(error.detail, list) else [{"msg": error.detail}]
    return go_back("; ".join(str(problem["msg"]) for problem in details), is_problem=True)


def wants_json() -> bool:
    """Tell whether a script asks."""
    accepted = request.accept_mimetypes
    return accepted.quality("application/json") > accepted.quality("text/html")


def describe_outcome(outcome: Outcome, verb: str) -> str:
    """Say what has become of the media: `12 media changed, 1 was already gone.`"""
    parts = [f"{outcome.changed:,} media {verb}" if outcome.changed else f"No media {verb}"]
    if outcome.unchanged:
        parts.append(f"{outcome.unchanged:,} {_was(outcome.unchanged)} like that before")
    if outcome.refused:
        parts.append(f"{outcome.refused:,} {'isn’t' if outcome.refused == 1 else 'aren’t'} yours to change")
    if outcome.gone:
        parts.append(f"{outcome.gone:,} {_was(outcome.gone)} already gone")
    return ", ".join(parts) + "."


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
