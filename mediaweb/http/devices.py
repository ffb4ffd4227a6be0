"""Browsers that have signed in before, known by a signed cookie for each account."""

import hashlib
import secrets

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from mediaweb.services.accounts import fold_email

COOKIE = "known_device"
LIFETIME_SECONDS = 365 * 24 * 3600
#: Accounts that one browser is known for: a family's computer.
MAX_ACCOUNTS = 8


def device_id_for(email: str) -> str | None:
    """Return the name by which this browser is known to an account, if it has signed in to it before."""
    return _read().get(_account(email))


def remember_device(response: Response, email: str) -> None:
    """Let the browser be known to the account from now on."""
    known = {_account(email): secrets.token_hex(16), **_read()}
    response.set_cookie(
        COOKIE,
        _serializer().dumps(dict(list(known.items())[:MAX_ACCOUNTS])),
        max_age=LIFETIME_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/sign-in",
    )


def _read() -> dict[str, str]:
    try:
        known: dict[str, str] = _serializer().loads(request.cookies.get(COOKIE, ""), max_age=LIFETIME_SECONDS)
    except BadSignature:
        return {}
    return known


def _account(email: str) -> str:
    return hashlib.sha256(fold_email(email).encode(errors="replace")).hexdigest()[:16]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="mediaweb.device")
