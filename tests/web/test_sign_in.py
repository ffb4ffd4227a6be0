"""Signing in and out, and setting a password, as a browser does it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mediaweb.extensions import db
from mediaweb.services import account_passwords, accounts
from mediaweb.services.access import SYSTEM
from tests.people import ADMIN_ID, add_person, csrf_token, sign_in_as, submit

PASSWORD = "quiet harbour lantern seven"
EMAIL = "first@example.org"


@pytest.fixture
def first_admin(app: Flask) -> str:
    """The first admin, with a password; their address."""
    with app.app_context():
        account_passwords.set_first_password(db.session(), EMAIL, PASSWORD)
    return EMAIL


def make_link(app: Flask, user_id: int = ADMIN_ID) -> str:
    with app.app_context():
        return f"/set-password/{accounts.invite_again(db.session(), user_id, SYSTEM).secret}"


def sign_in(client: FlaskClient, app: Flask, password: str = PASSWORD, **fields: str) -> TestResponse:
    return submit(client, app, "/sign-in", **({"email": EMAIL, "password": password} | fields))


def is_signed_in(client: FlaskClient) -> bool:
    return "Sign out" in client.get("/").text


def test_signing_in_and_out(app: Flask, client: FlaskClient, first_admin: str) -> None:
    answer = sign_in(client, app)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert is_signed_in(client)
    assert submit(client, app, "/sign-out").headers["Location"] == "/sign-in"
    assert not is_signed_in(client)


def test_a_page_for_people_leads_to_the_form_and_back(
    app: Flask, client: FlaskClient, first_admin: str
) -> None:
    answer = client.get("/account/tokens?x=1", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/account/tokens?x%3D1")
    form = client.get(answer.headers["Location"]).text
    action = re.search(r'<form class="form" method="post" action="([^"]+)"', form)
    assert action is not None
    answer = submit(client, app, action[1].replace("&amp;", "&"), email=EMAIL, password=PASSWORD)
    assert answer.headers["Location"] == "/account/tokens?x=1"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1"]
)
def test_signing_in_never_leads_to_another_site(
    app: Flask, client: FlaskClient, first_admin: str, target: str
) -> None:
    fields = {"email": EMAIL, "password": PASSWORD, "csrf_token": csrf_token(client, app)}
    answer = client.post("/sign-in", query_string={"next": target}, data=fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_known_and_unknown_addresses_get_the_same_answer(
    app: Flask, client: FlaskClient, first_admin: str
) -> None:
    answers = [sign_in(client, app, "wrong", email=email) for email in (EMAIL, "nobody@example.org")]
    assert [answer.status_code for answer in answers] == [422, 422]
    known, unknown = (
        re.sub(r'(name="csrf_token"|nonce=)[^>]+|nobody@example\.org|first@example\.org', "", answer.text)
        for answer in answers
    )
    assert known == unknown
    assert "The email address or the password is wrong." in known


def test_too_many_failures_are_told_with_how_long_to_wait(app: Flask, client: FlaskClient) -> None:
    for _ in range(10):
        assert sign_in(client, app, "x").status_code == 422
    answer = sign_in(client, app, "x")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 901
    assert "Wait a few minutes" in answer.text


def test_a_browser_that_signed_in_before_is_not_locked_out(
    app: Flask, client: FlaskClient, first_admin: str
) -> None:
    sign_in(client, app)
    submit(client, app, "/sign-out")
    stranger = app.test_client()
    for _ in range(10):
        sign_in(stranger, app, "x")
    assert sign_in(stranger, app).status_code == 429
    assert sign_in(client, app).status_code == 303


def test_only_a_remembered_session_outlives_the_browser(
    app: Flask, client: FlaskClient, first_admin: str
) -> None:
    sign_in(client, app)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    assert cookie.expires is None
    sign_in(client, app, is_remembered="y")
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    assert cookie.expires is not None


def test_signing_in_anew_ends_the_session_before(app: Flask, client: FlaskClient, first_admin: str) -> None:
    sign_in_as(client, app, ADMIN_ID)
    with client.session_transaction() as stored:
        before = dict(stored)
    sign_in(client, app)
    other = app.test_client()
    with other.session_transaction() as stored:
        stored.update(before)
    assert not is_signed_in(other)


def test_a_link_sets_the_password_and_signs_in(app: Flask, client: FlaskClient) -> None:
    link = make_link(app)
    page = client.get(link)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    answer = submit(client, app, link, name="Maria", email=EMAIL, password=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert is_signed_in(client)
    again = app.test_client()
    assert again.get(link, headers={"Accept": "text/html"}).status_code == 404
    assert sign_in(again, app).status_code == 303


def test_a_dead_link_says_so(client: FlaskClient) -> None:
    page = client.get("/set-password/nothing", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "This link no longer works" in page.text
    assert "Ask an admin for a new one." in page.text


def test_a_weak_password_is_refused_beside_its_field(app: Flask, client: FlaskClient) -> None:
    link = make_link(app, add_person(app, "Bea"))
    answer = submit(client, app, link, name="Bea", email="", password="short")
    assert answer.status_code == 422
    assert "Use at least 10 characters." in answer.text
    assert 'value="bea@example.org"' in answer.text
    assert client.get(link).status_code == 200


def test_the_bar_knows_who_looks(app: Flask, client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'href="/sign-in"' in page
    assert "/admin/people" not in page
    sign_in_as(client, app, add_person(app, "Bea"))
    page = client.get("/").text
    assert 'href="/account"' in page
    assert "bea@example.org" in page
    assert "/admin/" not in page
    sign_in_as(client, app, ADMIN_ID)
    page = client.get("/").text
    assert all(f'href="/admin/{name}"' in page for name in ("media", "people", "activity"))
