"""What a session cookie is good for, and for how long; and that a cookie alone never changes anything."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from mediaweb.extensions import db
from mediaweb.http.callers import CSRF_HEADER, SESSION_SECRET
from mediaweb.models import BrowserSession, User
from mediaweb.models.types import utc_now
from mediaweb.services import account_passwords, accounts, browser_sessions, one_time_links
from mediaweb.services.access import SYSTEM, Actor
from tests.api.calls import PNG, assert_problem, count_rows, send_file
from tests.callers import (
    PASSWORD,
    Headers,
    add_person,
    browser_headers,
    cookie_attributes,
    cookie_of,
    form_token,
    sign_cookie,
    sign_in,
)

EMAIL = "olga@example.org"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app(anonymous_access="read")


@pytest.fixture
def olga(app: Flask) -> int:
    return add_person(app, "Olga", password=PASSWORD)


@pytest.fixture
def program(app: Flask) -> FlaskClient:
    """Sends the headers it is given and keeps no cookies."""
    return app.test_client(use_cookies=False)


def is_signed_in(client: FlaskClient, headers: Headers | None = None) -> bool:
    return b"Sign out" in client.get("/", headers=headers or {}).data


def with_cookie(app: Flask, value: str) -> Headers:
    return {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={value}"}


# --- A cookie alone changes nothing by the API ------------------------------------------------------------


def add_media_of(app: Flask, headers: Headers) -> int:
    client = app.test_client(use_cookies=False)
    for name, value in headers.items():
        client.environ_base["HTTP_" + name.upper().replace("-", "_")] = value
    media_id: int = send_file(client, is_public="true").get_json()["id"]
    return media_id


def test_a_cookie_alone_counts_as_nobody_for_changes(app: Flask, program: FlaskClient, olga: int) -> None:
    headers = browser_headers(app, olga)
    address = f"/media/{add_media_of(app, headers)}"
    alone = {"Cookie": headers["Cookie"]}
    for method, body in (("PATCH", {"description": "x"}), ("DELETE", None)):
        answer = program.open(address, method=method, json=body, headers=alone)
        assert_problem(answer, 401, "authentication_required")
    data = {"file": (io.BytesIO(PNG), "a.png")}
    assert_problem(program.post("/media/upload", data=data, headers=alone), 401, "authentication_required")
    assert count_rows(app) == 1


def test_in_mode_write_a_cookie_alone_acts_as_nobody(make_app: Callable[..., Flask]) -> None:
    app = make_app(anonymous_access="write")
    client = app.test_client(use_cookies=False)
    alone = browser_headers(app, add_person(app, "Olga"), with_csrf_token=False)
    client.environ_base["HTTP_COOKIE"] = alone["Cookie"]
    assert send_file(client).get_json()["user_id"] is None


@pytest.mark.parametrize("token", ["", "wrong", "ä", "x" * 5000, "a.b.c"])
def test_a_wrong_token_is_refused_and_named(app: Flask, program: FlaskClient, olga: int, token: str) -> None:
    headers = browser_headers(app, olga)
    address = f"/media/{add_media_of(app, headers)}"
    answer = program.delete(address, headers=headers | {CSRF_HEADER: token.encode().decode("latin-1")})
    assert_problem(answer, 403, "invalid_csrf_token")
    assert count_rows(app) == 1


def test_the_token_of_another_session_is_wrong(app: Flask, program: FlaskClient, olga: int) -> None:
    headers, others = browser_headers(app, olga), browser_headers(app, olga)
    address = f"/media/{add_media_of(app, headers)}"
    answer = program.delete(address, headers=headers | {CSRF_HEADER: others[CSRF_HEADER]})
    assert_problem(answer, 403, "invalid_csrf_token")


def test_with_the_right_token_the_cookie_counts(app: Flask, program: FlaskClient, olga: int) -> None:
    headers = browser_headers(app, olga)
    address = f"/media/{add_media_of(app, headers)}"
    assert program.patch(address, json={"description": "x"}, headers=headers).get_json()["user_id"] == olga
    assert program.delete(address, headers=headers).status_code == 204


def test_a_cookie_alone_reads_and_filters(app: Flask, program: FlaskClient, olga: int) -> None:
    headers = browser_headers(app, olga)
    media_id = add_media_of(app, headers)
    program.patch(f"/media/{media_id}", json={"is_public": False}, headers=headers)
    alone = {"Cookie": headers["Cookie"]}
    assert program.get(f"/media/{media_id}", headers=alone).status_code == 200
    assert len(program.post("/media/filter", json={}, headers=alone).get_json()) == 1


# --- Forms of pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/sign-in", "/sign-out", "/set-password/x"])
@pytest.mark.parametrize("token", [None, "", "wrong", "\x00", "x" * 5000])
def test_a_form_needs_the_token_it_was_drawn_with(app: Flask, address: str, token: str | None) -> None:
    client = app.test_client()
    client.get("/sign-in")
    data = {} if token is None else {"csrf_token": token}
    assert_problem(client.post(address, data=data), 403, "invalid_csrf_token")


def test_a_person_reads_that_the_form_is_too_old(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data={}, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.content_type) == (403, "text/html; charset=utf-8")
    assert "CSRF" not in answer.get_data(as_text=True)
    assert "Load the page again" in answer.get_data(as_text=True)


def test_signing_out_by_an_image_or_a_link_does_not_work(app: Flask, client: FlaskClient, olga: int) -> None:
    sign_in(client, EMAIL)
    assert client.get("/sign-out").status_code == 405
    assert is_signed_in(client)


# --- Signing in renews the session ------------------------------------------------------------------------


def test_a_secret_from_before_signing_in_is_not_kept(app: Flask, client: FlaskClient, olga: int) -> None:
    with client.session_transaction() as planted:
        planted[SESSION_SECRET] = "0" * 64
        planted["anything"] = "planted"
    token_before = form_token(client)
    assert sign_in(client, EMAIL).status_code == 303
    with client.session_transaction() as kept:
        assert kept[SESSION_SECRET] != "0" * 64
        assert "anything" not in kept
    assert_problem(client.post("/sign-out", data={"csrf_token": token_before}), 403, "invalid_csrf_token")


def test_the_session_of_somebody_else_ends_when_one_signs_in_over_it(
    app: Flask, client: FlaskClient, olga: int
) -> None:
    """An attacker's own session, planted in the victim's browser, is not what the victim signs in to."""
    sign_in(client, EMAIL)
    planted = cookie_of(client, app)
    token = client.get("/upload").get_data(as_text=True).partition('csrf_token" value="')[2].partition('"')[0]
    add_person(app, "Sven", password=PASSWORD)
    form = {"email": "sven@example.org", "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=form).status_code == 303
    assert cookie_of(client, app) != planted
    assert not is_signed_in(app.test_client(use_cookies=False), with_cookie(app, planted))


def test_signing_out_kills_the_session_on_the_server(app: Flask, client: FlaskClient, olga: int) -> None:
    sign_in(client, EMAIL)
    copied = with_cookie(app, cookie_of(client, app))
    thief = app.test_client(use_cookies=False)
    assert is_signed_in(thief, copied)
    page = client.get("/").get_data(as_text=True)
    token = page.partition('csrf_token" value="')[2].partition('"')[0]
    answer = client.post("/sign-out", data={"csrf_token": token})
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache"')
    assert not is_signed_in(client)
    assert not is_signed_in(thief, copied)


def test_a_new_password_ends_all_sessions_but_the_own(app: Flask, program: FlaskClient, olga: int) -> None:
    own, other = browser_headers(app, olga), browser_headers(app, olga)
    with app.app_context():
        first = db.session.scalars(db.select(BrowserSession.id).order_by(BrowserSession.id)).first()
        account_passwords.change_password(
            db.session(), olga, PASSWORD, "another horse, another battery", Actor(olga, None), first or 0
        )
    assert is_signed_in(program, own)
    assert not is_signed_in(program, other)


def test_a_one_time_link_ends_all_sessions(app: Flask, program: FlaskClient, olga: int) -> None:
    headers = browser_headers(app, olga)
    with app.app_context():
        secret, _ = one_time_links.make_link(db.session(), olga)
        db.session.commit()
        account_passwords.set_password(db.session(), secret, "another horse, another battery", "Olga", "")
    assert not is_signed_in(program, headers)


def test_who_is_deactivated_is_signed_out(app: Flask, program: FlaskClient, olga: int) -> None:
    headers = browser_headers(app, olga)
    assert is_signed_in(program, headers)
    with app.app_context():
        accounts.update_user(db.session(), olga, {"is_active": False}, SYSTEM)
    assert not is_signed_in(program, headers)


# --- Sessions end by themselves ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_remembered", "column", "age", "is_over"),
    [
        (False, "last_seen_at", timedelta(hours=11, minutes=50), False),
        (False, "last_seen_at", timedelta(hours=12), True),
        (False, "created_at", timedelta(days=6, hours=23), False),
        (False, "created_at", timedelta(days=7), True),
        (True, "last_seen_at", timedelta(days=29), False),
        (True, "last_seen_at", timedelta(days=30), True),
        (True, "created_at", timedelta(days=89), False),
        (True, "created_at", timedelta(days=90), True),
    ],
)
def test_a_session_ends_when_it_is_idle_or_old(
    app: Flask,
    client: FlaskClient,
    olga: int,
    is_remembered: bool,
    column: str,
    age: timedelta,
    is_over: bool,
) -> None:
    with client.session_transaction() as kept, app.app_context():
        kept[SESSION_SECRET] = browser_sessions.start_session(
            db.session(), olga, is_remembered=is_remembered, address="127.0.0.1", user_agent=""
        )
    with app.app_context():
        row = db.session.scalars(db.select(BrowserSession)).one()
        lifetime = row.expires_at - row.created_at
        moved = {column: utc_now() - age}
        if column == "created_at":
            moved["expires_at"] = utc_now() - age + lifetime
        db.session.execute(update(BrowserSession).values(moved))
        db.session.commit()
    assert is_signed_in(client) is not is_over


def test_being_used_keeps_a_session_alive(app: Flask, program: FlaskClient, olga: int) -> None:
    headers = browser_headers(app, olga)
    for _ in range(3):
        with app.app_context():
            earlier = utc_now() - timedelta(hours=11)
            db.session.execute(update(BrowserSession).values(last_seen_at=earlier))
            db.session.commit()
        assert is_signed_in(program, headers)


# --- The cookie -------------------------------------------------------------------------------------------


def test_scripts_and_other_sites_do_not_get_the_cookie(app: Flask, client: FlaskClient, olga: int) -> None:
    attributes = cookie_attributes(sign_in(client, EMAIL), app.config["SESSION_COOKIE_NAME"])
    assert attributes["httponly"]
    assert attributes["samesite"] == "Lax"
    assert attributes["path"] == "/"
    assert "domain" not in attributes
    assert "expires" not in attributes  # it ends with the browser's window


def test_a_remembered_cookie_lives_as_long_as_its_session(app: Flask, client: FlaskClient, olga: int) -> None:
    form = {"email": EMAIL, "password": PASSWORD, "is_remembered": "y", "csrf_token": form_token(client)}
    attributes = cookie_attributes(client.post("/sign-in", data=form), app.config["SESSION_COOKIE_NAME"])
    assert "expires" in attributes
    assert app.permanent_session_lifetime == browser_sessions.REMEMBERED_LIFETIME


def test_no_answer_that_a_cache_may_keep_sets_a_cookie(app: Flask, client: FlaskClient, olga: int) -> None:
    media_id = add_media_of(app, browser_headers(app, olga))
    form = {"email": EMAIL, "password": PASSWORD, "is_remembered": "y", "csrf_token": form_token(client)}
    assert client.post("/sign-in", data=form).status_code == 303
    for address in (f"/media/{media_id}/download", "/media/", f"/media/{media_id}", "/static/css/base.css"):
        answer = client.get(address, buffered=True)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers, address
        if not address.startswith("/static"):
            assert "Cookie" in answer.headers["Vary"], address


@pytest.mark.parametrize("address", ["/media/", "/media/stats/info", "/media/99", "/"])
def test_no_cache_in_between_keeps_what_depends_on_who_asks(program: FlaskClient, address: str) -> None:
    assert "no-cache" in program.get(address).headers["Cache-Control"]


def tampered(app: Flask, good: str) -> list[str]:
    other_key = sign_cookie(app, {SESSION_SECRET: "0" * 64})
    middle = len(good) // 2
    return [
        "",
        "rubbish",
        good[:-1],
        good + "x",
        good[:middle] + ("A" if good[middle] != "A" else "B") + good[middle + 1 :],
        good.rpartition(".")[0],
        "." + good,
        good.split(".")[0] + "." + other_key.partition(".")[2],
        other_key,
        sign_cookie(app, {SESSION_SECRET: 7}),
        sign_cookie(app, {SESSION_SECRET: None}),
        sign_cookie(app, {SESSION_SECRET: ["x"]}),
        sign_cookie(app, {SESSION_SECRET: "\x00\ud800"[:1]}),
        "\x00",
        "x" * 100_000,
        "ä".encode().decode("latin-1"),
    ]


def test_a_cookie_that_is_not_ours_is_ignored(app: Flask, program: FlaskClient, olga: int) -> None:
    name = app.config["SESSION_COOKIE_NAME"]
    good = browser_headers(app, olga)["Cookie"].partition("=")[2]
    assert is_signed_in(program, with_cookie(app, good))
    for value in tampered(app, good):
        environ = {"HTTP_COOKIE": f"{name}={value}"}
        page = program.get("/", environ_overrides=environ)
        assert (page.status_code, b"Sign out" in page.data) == (200, False), value[:50]
        assert program.get("/media/", environ_overrides=environ).status_code == 200


def test_the_database_does_not_hold_what_the_cookie_does(app: Flask, client: FlaskClient, olga: int) -> None:
    sign_in(client, EMAIL)
    with client.session_transaction() as kept, app.app_context():
        row = db.session.scalars(db.select(BrowserSession)).one()
        assert kept[SESSION_SECRET] not in {str(value) for value in vars(row).values()}
        user = db.session.get(User, olga)
        assert user is not None
        assert (user.password_hash or "").startswith("$argon2id$")
