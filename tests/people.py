"""People of a test's library, and clients that are signed in as them, without hashing a password for each."""

from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from mediaweb.extensions import db
from mediaweb.http.callers import SESSION_SECRET
from mediaweb.models import Role, TokenScope, User
from mediaweb.services.access import SYSTEM
from mediaweb.services.browser_sessions import start_session
from mediaweb.services.tokens import create_token

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
#: The first admin, whom every library has.
ADMIN_ID = 1


def add_person(app: Flask, name: str, role: str = Role.MEMBER) -> int:
    """Add an active account with the address `<name>@example.org`; return its id. Commits."""
    with app.app_context():
        user = User(name=name, email=f"{name.lower().replace(' ', '.')}@example.org", role=role)
        db.session.add(user)
        db.session.commit()
        return user.id


def sign_in_as(client: FlaskClient, app: Flask, user_id: int, user_agent: str = FIREFOX) -> FlaskClient:
    """Sign a client in as a person; return the client. Commits."""
    with app.app_context():
        secret = start_session(
            db.session(), user_id, is_remembered=False, address="127.0.0.1", user_agent=user_agent
        )
    with client.session_transaction() as stored:
        stored[SESSION_SECRET] = secret
    return client


def make_token(app: Flask, user_id: int, scope: str = TokenScope.WRITE) -> str:
    """Make an access token for a person; return its secret. Commits."""
    with app.app_context():
        return create_token(db.session(), user_id, "a test", TokenScope(scope), None, SYSTEM)[1]


def csrf_token(client: FlaskClient, app: Flask) -> str:
    """Return what the hidden field `csrf_token` holds in the forms that this client is given."""
    with client.session_transaction() as stored, app.test_request_context():
        if "csrf_token" in stored:
            session["csrf_token"] = stored["csrf_token"]
        signed: str = generate_csrf()
        stored["csrf_token"] = session["csrf_token"]
    return signed


def submit(client: FlaskClient, app: Flask, address: str, **fields: str) -> TestResponse:
    """Send a form as a page of ours would; return the answer, whatever it is."""
    return client.post(address, data={"csrf_token": csrf_token(client, app), **fields})
