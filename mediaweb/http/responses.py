"""JSON responses."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from mediaweb.services.representations import dump_json


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a value as a JSON response, which depends on who asks: no cache between us may keep it."""
    response = Response(dump_json(value), status, headers, content_type="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def empty_response() -> Response:
    """Return the answer to what went well and has nothing to tell."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response
