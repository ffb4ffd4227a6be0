"""Where a form leads when it is done: to the page that the visitor came from, if that is one of ours."""

from flask import request

from mediaweb.http.addresses import is_own_path


def next_address(default: str) -> str:
    """Return the address that the visitor brought along in `next`, or the default."""
    target = request.values.get("next")
    return target if target is not None and is_own_path(target) else default
