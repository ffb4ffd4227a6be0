"""`/account/tokens`: tokens made, shown once, and revoked."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.calls import PNG, send_file
from tests.people import add_person, make_token, sign_in_as, submit

FIELDS = {"name": "Backup", "scope": "read", "expires_in_days": "30"}


@pytest.fixture
def bea_id(app: Flask) -> int:
    return add_person(app, "Bea")


@pytest.fixture
def bea(app: Flask, bea_id: int) -> FlaskClient:
    return sign_in_as(app.test_client(), app, bea_id)


def make(app: Flask, bea: FlaskClient, **fields: str) -> str:
    answer = submit(bea, app, "/account/tokens", **(FIELDS | fields))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    (secret,) = re.findall(r'value="(mediaweb_[0-9a-f]{64})"', answer.text)
    return str(secret)


def status_with(app: Flask, secret: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    return app.test_client().get("/media/", headers=headers).status_code


def test_a_new_token_works_and_is_shown_once(app: Flask, bea: FlaskClient) -> None:
    secret = make(app, bea)
    assert status_with(app, secret) == 200
    page = bea.get("/account/tokens").text
    assert secret not in page
    assert f"ends in {secret[-4:]}" in page
    assert "Backup" in page
    assert "just now" in page


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("write", 201)])
def test_the_scope_is_what_was_chosen(app: Flask, bea: FlaskClient, scope: str, status: int) -> None:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {make(app, bea, scope=scope)}"
    assert send_file(client, PNG).status_code == status


def test_a_token_may_never_expire(app: Flask, bea: FlaskClient) -> None:
    make(app, bea, expires_in_days="")
    assert bea.get("/account/tokens").text.count('<span class="muted">never</span>') == 2


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", " ", "Give it a name"),
        ("name", "x" * 101, "Give it a name"),
        ("scope", "admin", "Choose one of these."),
        ("expires_in_days", "-1", "Choose one of these."),
        ("expires_in_days", "soon", "Choose one of these."),
    ],
)
def test_what_is_wrong_is_told_and_no_token_made(
    app: Flask, bea: FlaskClient, field: str, value: str, reason: str
) -> None:
    answer = submit(bea, app, "/account/tokens", **(FIELDS | {field: value}))
    assert answer.status_code == 422
    assert reason in answer.text
    assert "ends in" not in bea.get("/account/tokens").text


def test_a_revoked_token_is_dead(app: Flask, bea: FlaskClient) -> None:
    secret = make(app, bea)
    assert submit(bea, app, "/account/tokens/1/revoke").status_code == 303
    assert status_with(app, secret) == 401
    assert "ends in" not in bea.get("/account/tokens").text
    assert submit(bea, app, "/account/tokens/1/revoke").status_code == 303


def test_nobody_sees_or_revokes_somebody_elses(app: Flask, bea: FlaskClient) -> None:
    secret = make_token(app, add_person(app, "Jo"))
    assert secret[-4:] not in bea.get("/account/tokens").text
    submit(bea, app, "/account/tokens/1/revoke")
    assert status_with(app, secret) == 200
