"""People, their browsers and their programs: what tests of who may do what have in common."""

from http.cookies import SimpleCookie
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from mediaweb.extensions import db
from mediaweb.http.callers import CSRF_HEADER, SESSION_SECRET
from mediaweb.models import Role, TokenScope, User
from mediaweb.services import browser_sessions, tokens
from mediaweb.services.access import SYSTEM
from mediaweb.services.passwords import hash_password

PASSWORD = "correct horse battery staple"

Headers = dict[str, str]


def add_person(app: Flask, name: str, role: Role = Role.MEMBER, password: str | None = None) -> int:
    """Make an account that signs in as `<name>@example.org`; hashing a password takes a while. Commits."""
    with app.app_context():
        password_hash = None if password is None else hash_password(password)
        email = f"{name.lower()}@example.org"
        user = User(name=name, email=email, role=role, password_hash=password_hash)
        db.session.add(user)
        db.session.commit()
        return user.id


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **options: Any) -> TestResponse:
    """Fill in the form at /sign-in as a person does, with the token it was drawn with."""
    form = {"email": email, "password": password, "csrf_token": form_token(client)}
    return client.post("/sign-in", data=form, **options)


def form_token(client: FlaskClient) -> str:
    """Return the token of a form that this browser gets now."""
    page = client.get("/sign-in", follow_redirects=True).get_data(as_text=True)
    return page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def cookie_of(client: FlaskClient, app: Flask) -> str:
    """Return what somebody has who copied this browser's session cookie; "" if there is none."""
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    return "" if cookie is None else cookie.value


def browser_headers(app: Flask, user_id: int | None, *, with_csrf_token: bool = True) -> Headers:
    """Return what the browser of somebody sends who is signed in, or who is not (None)."""
    with app.test_request_context():
        token: str = generate_csrf()
        kept = {"csrf_token": session["csrf_token"]}
        if user_id is not None:
            kept[SESSION_SECRET] = browser_sessions.start_session(
                db.session(), user_id, is_remembered=False, address="127.0.0.1", user_agent="a test"
            )
    headers = {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={sign_cookie(app, kept)}"}
    return headers | {CSRF_HEADER: token} if with_csrf_token else headers


def sign_cookie(app: Flask, kept: dict[str, Any]) -> str:
    """Return a session cookie with this content, signed as the application does."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value: str = serializer.dumps(kept)
    return value


def make_token(
    app: Flask, user_id: int, scope: TokenScope = TokenScope.WRITE, expires_in_days: int | None = None
) -> tuple[int, str]:
    """Make an access token; return its id and the secret. Commits."""
    with app.app_context():
        token, secret = tokens.create_token(db.session(), user_id, "test", scope, expires_in_days, SYSTEM)
        return token.id, secret


def revoke_token(app: Flask, token_id: int, user_id: int) -> None:
    """Revoke a token. Commits."""
    with app.app_context():
        tokens.revoke_token(db.session(), token_id, user_id, SYSTEM)


def bearer(secret: str) -> Headers:
    """Return what a program with this token sends."""
    return {"Authorization": f"Bearer {secret}"}


def cookie_attributes(response: TestResponse, name: str) -> dict[str, str]:
    """Return the attributes with which a response sets a cookie, by their lower-case names."""
    for header in response.headers.getlist("Set-Cookie"):
        parsed = SimpleCookie(header)
        if name in parsed:
            return {key: value for key, value in parsed[name].items() if value}
    raise AssertionError(f"the response does not set {name}")
