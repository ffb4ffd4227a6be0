"""Who makes a request, and at which address they reached us."""

from flask import g, request, session
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from mediaweb.errors import (
    AuthenticationRequired,
    InvalidCsrfToken,
    InvalidTicket,
    InvalidToken,
    MalformedRequest,
)
from mediaweb.extensions import db, settings
from mediaweb.services import tickets, tokens
from mediaweb.services.access import ANONYMOUS, Actor
from mediaweb.services.browser_sessions import SignedIn, find_session
from mediaweb.services.credentials import Credential, CredentialKind, find_actor
from mediaweb.services.secret_texts import hash_secret

#: Where the browser's session keeps the secret of ours.
SESSION_SECRET = "secret"  # noqa: S105 - the name of a field
CSRF_HEADER = "X-CSRFToken"


def current_actor() -> Actor:
    """Return who makes this request: by their access token, else by their session.

    Raises `InvalidToken`.
    """
    environ = request.environ
    if "actor" not in g and "HTTP_COOKIE" not in environ and "HTTP_AUTHORIZATION" not in environ:
        return ANONYMOUS
    if "actor" not in g:
        g.actor = _find_actor()
    actor: Actor = g.actor
    return actor


def current_person() -> SignedIn | None:
    """Return who is signed in with this browser, if anybody. A program's token signs nobody in."""
    if "person" not in g:
        g.person = None  # should the database fail now, the page that says so is drawn for nobody
        secret = session.get(SESSION_SECRET)
        g.person = find_session(secret) if isinstance(secret, str) else None
    person: SignedIn | None = g.person
    return person


def get_person() -> SignedIn:
    """Return who is signed in with this browser. Raises `AuthenticationRequired`."""
    person = current_person()
    if person is None:
        raise AuthenticationRequired
    return person


def current_credential() -> Credential | None:
    """Return by what the caller proved who they are; None for who did not. Raises `InvalidToken`."""
    if "credential" in g:
        ticket_credential: Credential = g.credential
        return ticket_credential
    if "HTTP_AUTHORIZATION" in request.environ:
        current_actor()
        secret = _bearer_token(request.environ["HTTP_AUTHORIZATION"])
        return Credential(CredentialKind.TOKEN, hash_secret(secret))
    if current_person() is None:
        return None
    return Credential(CredentialKind.SESSION, hash_secret(session[SESSION_SECRET]))


def take_ticket(secret: str) -> None:
    """Take the caller for whom a ticket was made for, which works once. Commits. Raises `InvalidTicket`."""
    credential = tickets.redeem(db.session(), secret)
    actor = find_actor(credential)
    if actor is None:
        raise InvalidTicket
    g.actor, g.credential = actor, credential


def forget_caller() -> None:
    """Look anew who makes this request: they have just signed in or out."""
    g.pop("actor", None)
    g.pop("person", None)


def ignore_cookie() -> None:
    """Take the caller for somebody without a session: a cookie alone never authorises a change."""
    g.person = None
    g.pop("actor", None)


def has_csrf_header() -> bool:
    """Tell whether a script of our own pages makes this request. Raises `InvalidCsrfToken`."""
    token = request.headers.get(CSRF_HEADER)
    if token is None:
        return False
    try:
        validate_csrf(token)
    except ValidationError:
        raise InvalidCsrfToken from None
    return True


def _find_actor() -> Actor:
    if "HTTP_AUTHORIZATION" in request.environ:
        return tokens.authenticate(_bearer_token(request.environ["HTTP_AUTHORIZATION"]))
    person = current_person()
    return ANONYMOUS if person is None else person.actor


def _bearer_token(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidToken("Send the access token as `Authorization: Bearer mediaweb_…`.")
    return token.strip()


def base_url() -> str:
    """Return the address of this library without a slash at its end: PUBLIC_URL, or as it was requested.

    Raises `MalformedRequest` for a Host that is no host's name.
    """
    if settings.public_url is not None:
        return str(settings.public_url).rstrip("/")
    check_host()
    return f"{request.scheme}://{request.host}{request.script_root}".rstrip("/")


def check_host() -> None:
    """Raise `MalformedRequest` for a Host that is no host's name."""
    if not request.host:
        raise MalformedRequest("The header Host is not the name of a host.")
