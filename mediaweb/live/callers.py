"""Who asks for a connection, and from where in the log on."""

from flask import request

from mediaweb.errors import InvalidInput
from mediaweb.http.callers import current_actor, current_credential
from mediaweb.http.limits import caller_network
from mediaweb.live.viewer import Caller
from mediaweb.models.types import MAX_ID


def read_since() -> int | None:
    """Return the last event that the caller knows, if it says so. Raises `InvalidInput`."""
    text = request.args.get("since")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= MAX_ID):
        raise InvalidInput.at("query", "since", msg="Give the id of an event.", type="int_parsing")
    return int(text)


def describe_caller() -> Caller:
    """Return who asks for a connection."""
    return Caller(current_actor(), current_credential(), caller_network())
