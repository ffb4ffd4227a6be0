"""The one road for errors: whatever is raised becomes JSON, or a page for a person with a browser."""

import logging
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from mediaweb.errors import AuthenticationRequired, FieldError, MediaWebError
from mediaweb.http.responses import json_response
from mediaweb.services.transactions import translate_database_error

log = logging.getLogger(__name__)

#: Paths whose callers are programs, whatever they say they accept.
API_PATHS = ("/media", "/ws", "/openapi.json")


def register_error_handlers(app: Flask) -> None:
    """Answer every error of the application in the one shape `{"detail", "code"}`, or as a page."""
    app.register_error_handler(MediaWebError, _answer_known)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(SQLAlchemyError, _answer_database)
    app.register_error_handler(Exception, _answer_unknown)


def _answer_known(error: MediaWebError) -> Response:
    if isinstance(error, AuthenticationRequired) and request.method in ("GET", "HEAD") and _wants_page():
        return make_response(redirect(url_for("sessions.new", next=request.full_path.rstrip("?")), 303))
    headers = {}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if error.status == HTTPStatus.UPGRADE_REQUIRED:
        headers |= {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s %s: %s", request.method, _path_to_log(), error.code, exc_info=error)
    return _answer(error.status, error.code, error.detail, headers)


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    phrase = error.name  # http.HTTPStatus names some otherwise from one Python to the next
    code = phrase.lower().replace(" ", "_").replace("-", "_").replace("'", "")
    kept = {"Location", "Allow", "Retry-After", "Content-Range"}
    headers = {name: value for name, value in error.get_headers() if name in kept}
    if status < HTTPStatus.BAD_REQUEST:  # a redirect of the router
        return make_response("", status, headers)
    return _answer(status, code, error.description or phrase, headers)


def _answer_database(error: SQLAlchemyError) -> Response:
    known = translate_database_error(error)
    return _answer_known(known) if known else _answer_unknown(error)


def _answer_unknown(error: Exception) -> Response:
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    log.error("%s %s", request.method, _path_to_log(), exc_info=error)
    return _answer(500, MediaWebError.code, str(MediaWebError.detail), {})


def _answer(status: int, code: str, detail: str | list[FieldError], headers: dict[str, str]) -> Response:
    if _wants_page():
        page = render_template("errors/show.html", status=status, code=code, detail=detail)
        return make_response(page, status, headers)
    return json_response({"detail": detail, "code": code}, status, headers)


def _path_to_log() -> str:
    """Return the path in one line, without a secret that may be part of it."""
    secret = (request.view_args or {}).get("secret")
    return quote(request.path.replace(secret, "***") if secret else request.path, safe="/*")


def _wants_page() -> bool:
    if request.path.startswith(API_PATHS):
        return False
    return request.accept_mimetypes.quality("text/html") > request.accept_mimetypes.quality(
        "application/json"
    )
