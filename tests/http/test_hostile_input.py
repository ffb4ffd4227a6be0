"""What an attacker types into forms, headers and addresses: every test was a way in, or a crash, once."""

import io
import logging
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from werkzeug.test import create_environ, run_wsgi_app

from mediaweb.errors import InvalidInput, TooManyFailures, WrongCredentials
from mediaweb.extensions import db
from mediaweb.http.origins import MAX_FORM_BYTES
from mediaweb.models import Role, SignInFailures
from mediaweb.models.types import utc_now
from mediaweb.services import accounts
from mediaweb.services import sign_in as signing_in
from mediaweb.services.access import SYSTEM
from tests.api.calls import assert_problem
from tests.callers import PASSWORD, add_person, form_token, sign_in

EMAIL = "olga@example.org"


@pytest.fixture
def olga(app: Flask) -> int:
    return add_person(app, "Olga", password=PASSWORD)


# --- Forms ------------------------------------------------------------------------------------------------

TEXTS = [
    "",
    "\x00",
    "olga\x00@example.org",
    "\ud83d",
    "\U0001f4a9@x.org",
    "a" * 5000 + "@example.org",
    "\u202e@x.org",
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:24]))
def test_no_address_crashes_the_form(client: FlaskClient, text: str) -> None:
    encoded = text.encode("utf-8", "surrogatepass")
    form = {"email": encoded, "password": encoded, "csrf_token": form_token(client)}
    assert client.post("/sign-in", data=form).status_code == 422


@pytest.mark.parametrize(
    "email", ["OLGA@Example.ORG", " olga@example.org ", "ｏｌｇａ@example.org", "olga＠example.org"]
)
def test_an_address_has_one_form_however_it_is_typed(client: FlaskClient, olga: int, email: str) -> None:
    assert sign_in(client, email).status_code == 303


@pytest.mark.parametrize("email", ["OLGA@example.org", "ｏlga@example.org", "olga@EXAMPLE.org"])
def test_nobody_takes_an_address_by_writing_it_otherwise(app: Flask, olga: int, email: str) -> None:
    with app.app_context(), pytest.raises(InvalidInput, match="Somebody else"):
        accounts.invite_user(db.session(), email, "Other", Role.MEMBER, SYSTEM)


def test_accents_are_the_same_in_one_character_or_two(app: Flask) -> None:
    with app.app_context():
        accounts.invite_user(db.session(), "rene\u0301@example.org", "René", Role.MEMBER, SYSTEM)
        assert accounts.find_user_by_email(db.session(), "REN\u00c9@example.org") is not None


@pytest.mark.parametrize(
    "email", ["ol\u202ega@x.org", "ol\u200bga@x.org", "olga@x.org\x7f", "ol\x00ga@x.org"]
)
def test_an_address_has_no_invisible_characters(app: Flask, email: str) -> None:
    with app.app_context(), pytest.raises(InvalidInput):
        accounts.invite_user(db.session(), email, "Olga", Role.MEMBER, SYSTEM)


class Endless(io.RawIOBase):
    """A body that goes on for ever."""

    def __init__(self) -> None:
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self.taken += len(buffer)
        assert self.taken < 20 * MAX_FORM_BYTES
        buffer[:] = b"a" * len(buffer)
        return len(buffer)


def test_a_form_without_announced_length_does_not_fill_memory(app: Flask) -> None:
    environ = create_environ("/sign-in", method="POST", content_type="application/x-www-form-urlencoded")
    environ |= {"wsgi.input": Endless(), "wsgi.input_terminated": True}
    environ.pop("CONTENT_LENGTH", None)
    _, status, _ = run_wsgi_app(app, environ)  # it would be read for ever
    assert status[:3] == "403"


@pytest.mark.parametrize("address", ["/sign-in", "/sign-out", "/set-password/x"])
def test_a_form_takes_no_files(client: FlaskClient, address: str) -> None:
    data = {"x": (io.BytesIO(b"x" * (MAX_FORM_BYTES + 1)), "a.bin")}
    assert_problem(client.post(address, data=data), 413, "request_entity_too_large")


# --- Where signing in leads -------------------------------------------------------------------------------

FOREIGN = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
]
FOREIGN += [
    "///evil.example",
    "/\n/evil.example",
    "http:evil.example",
    "evil.example",
    " //evil.example",
    "/ok\r\nX: y",
    "",
    "//",
    "@evil",
]


@pytest.mark.parametrize("target", FOREIGN, ids=ascii)
def test_signing_in_leads_to_no_other_site(client: FlaskClient, olga: int, target: str) -> None:
    answer = sign_in(client, EMAIL, query_string={"next": target})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert client.get("/sign-in", query_string={"next": target}).headers["Location"] == "/"


@pytest.mark.parametrize("target", ["/upload", "/gallery/1?x=//evil.example", "/%2Fevil.example", "/ä?q=ü"])
def test_signing_in_leads_to_where_one_was(client: FlaskClient, olga: int, target: str) -> None:
    location = sign_in(client, EMAIL, query_string={"next": target}).headers["Location"]
    assert (urlsplit(location).netloc, location[:2] != "//") == ("", True)
    assert location[:4] == target[:4] or location.startswith("/%C3")


# --- Guessing ---------------------------------------------------------------------------------------------


def test_what_is_refused_does_not_tell_who_has_an_account(app: Flask, client: FlaskClient, olga: int) -> None:
    with app.app_context():
        gone = add_person(app, "Gone", password=PASSWORD)
        accounts.update_user(db.session(), gone, {"is_active": False}, SYSTEM)
    add_person(app, "Invited")
    pages = []
    for name, password in (("olga", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD), ("invited", "")):
        answer = sign_in(client, f"{name}@example.org", password)
        page = answer.get_data(as_text=True).replace(f"{name}@example.org", "")
        pages.append((answer.status_code, page.partition("<form class")[2].partition("csrf_token")[2][200:]))
    assert [page == pages[0] for page in pages] == [True] * 4
    assert pages[0][0] == 422


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("192.0.2.1", "192.0.2.1"),
    ],
)
def test_people_with_ipv4_addresses_are_counted_apart(
    app: Flask, monkeypatch: pytest.MonkeyPatch, address: str, network: str
) -> None:
    """A socket for both versions writes them as IPv6: in one /64, where one would lock out all."""
    monkeypatch.setattr(signing_in, "verify_password", lambda *_: False)
    with app.app_context():
        with pytest.raises(WrongCredentials):
            signing_in.sign_in(db.session(), signing_in.Attempt(EMAIL, address), "wrong")
        keys = db.session.scalars(db.select(SignInFailures.key)).all()
    assert f"address:{network}" in keys


def test_a_refused_try_does_not_make_the_wait_longer(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_in, "verify_password", lambda *_: False)
    attempt = signing_in.Attempt(EMAIL, "192.0.2.1")

    def guess() -> type[Exception]:
        with app.app_context():
            try:
                signing_in.sign_in(db.session(), attempt, "wrong")
            except (WrongCredentials, TooManyFailures) as error:
                return type(error)
        raise AssertionError

    assert [guess() for _ in range(13)] == [WrongCredentials] * 10 + [TooManyFailures] * 3
    with app.app_context():
        db.session.execute(update(SignInFailures).values(resets_at=utc_now() - timedelta(seconds=1)))
        db.session.commit()
    assert guess() is WrongCredentials


# --- Numbers in addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize("media_id", ["0", "9223372036854775808", "9" * 400, "00001", "-1", "1.0", "١"])
@pytest.mark.parametrize("address", ["/gallery/{}", "/media/{}", "/media/{}/download", "/media/user/{}"])
def test_no_number_crashes_anything(client: FlaskClient, address: str, media_id: str) -> None:
    assert client.get(address.format(media_id)).status_code in (200, 404)


# --- What the logs tell -----------------------------------------------------------------------------------


@pytest.fixture
def broken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application that fails at everything that asks who signs in or was invited."""

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("mediaweb.web.passwords.find_invited", fail)
    return app


def test_a_one_time_link_is_not_logged(broken: Flask, caplog: pytest.LogCaptureFixture) -> None:
    assert broken.test_client().get("/set-password/" + "5ec7e7" * 10).status_code == 500
    assert "/set-password/***" in caplog.text
    assert "5ec7e7" not in "".join(record.getMessage() for record in caplog.records)


def test_nobody_writes_a_line_into_the_log(broken: Flask, caplog: pytest.LogCaptureFixture) -> None:
    broken.test_client().get("/set-password/x%0aERROR%20forged")
    assert not any("\n" in record.getMessage() for record in caplog.records)


def test_neither_password_nor_token_is_logged(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in(client, "olga@example.org", "hunter2hunter2")
    client.get("/media/", headers={"Authorization": "Bearer mediaweb_5ec7e7"})
    assert "hunter2" not in caplog.text
    assert "5ec7e7" not in caplog.text
    assert "failed to sign in from 127.0.0.1" in caplog.text


# --- A browser asks first ---------------------------------------------------------------------------------


def test_a_preflight_passes_where_nobody_sees_anything(make_app: Callable[..., Flask]) -> None:
    """It never carries a token; refused, a listed origin's page could not send one either."""
    friend = "http://localhost:5173"
    client = make_app(anonymous_access="none", cors_origins=(friend,)).test_client()
    headers = {
        "Origin": friend,
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": "authorization",
    }
    answer = client.options("/media/1", headers=headers)
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == friend
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get", "X-Y"])
def test_other_methods_do_nothing(client: FlaskClient, method: str) -> None:
    assert client.open("/media/1", method=method).status_code in (404, 405)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_turns_one_method_into_another(app: Flask, client: FlaskClient, header: str) -> None:
    assert client.post("/media/1?_method=DELETE", headers={header: "DELETE"}).status_code == 405


def test_what_is_stored_is_not_logged_when_storing_fails(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context(), pytest.raises(DBAPIError) as failure:
        db.session.execute(db.text("UPDATE nothing SET password_hash = :hash"), {"hash": "$argon2id$5ec7e7"})
    assert "5ec7e7" not in str(failure.value)
