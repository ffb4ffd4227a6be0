"""One caller may do only so much at a time; what exceeds it is answered `429`, and files never are."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mediaweb.extensions import db
from mediaweb.models import Role, TokenScope
from mediaweb.services.access import Actor
from mediaweb.services.tokens import create_token
from tests.api.calls import END, PNG, assert_nothing_kept, assert_problem, upload, write_part
from tests.http.test_errors import BROWSER

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STRANGER = "203.0.113.9"
FORM: dict[str, Any] = {
    "data": write_part("file", PNG, "a.png") + write_part("is_public", b"true") + END,
    "content_type": "multipart/form-data; boundary=b",
}


def call(
    client: FlaskClient, address: str, sender: str = STRANGER, method: str = "GET", **options: Any
) -> TestResponse:
    return client.open(address, method=method, environ_overrides={"REMOTE_ADDR": sender}, **options)


def statuses(client: FlaskClient, address: str, count: int, **options: Any) -> list[int]:
    return [call(client, address, **options).status_code for _ in range(count)]


def sign_in_form(client: FlaskClient) -> dict[str, str]:
    """Return what a visitor sends who does not know the password."""
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    return {"csrf_token": token[1], "email": "admin@example.org", "password": "a guess"}


@pytest.fixture
def strict(make_app: Callable[..., Flask]) -> FlaskClient:
    """A client of a library that takes three calls of the API, two uploads and two sign-ins."""
    app = make_app(
        rate_limit_api="3 per hour", rate_limit_upload="2 per hour", rate_limit_sign_in="2/minute;3/hour"
    )
    client = app.test_client()
    upload(client)
    return client


def test_beyond_the_limit_it_says_when_to_come_back(strict: FlaskClient) -> None:
    assert statuses(strict, "/media/", 3) == [200] * 3
    response = call(strict, "/media/")
    assert "Try again in" in assert_problem(response, 429, "too_many_requests")
    assert 3500 < int(response.headers["Retry-After"]) <= 3600


def test_all_of_the_api_counts_together(strict: FlaskClient) -> None:
    assert call(strict, "/media/1").status_code == 200
    assert call(strict, "/media/filter", method="POST", json={}).status_code == 200
    assert call(strict, "/media/?limit=0").status_code == 422
    for method, address in (("GET", "/media/public/list"), ("PATCH", "/media/1"), ("DELETE", "/media/1")):
        assert_problem(call(strict, address, method=method, json={}), 429, "too_many_requests")
    assert strict.get("/media/1").status_code == 200


@pytest.mark.parametrize(
    "address", ["/media/1/download", "/media/1/thumbnail", "/", "/gallery/1", "/openapi.json"]
)
def test_files_and_pages_are_not_counted(strict: FlaskClient, address: str) -> None:
    statuses(strict, "/media/", 4)
    assert 429 not in statuses(strict, address, 5)


def test_uploads_by_form_and_by_the_api_count_together(strict: FlaskClient) -> None:
    assert call(strict, "/media/upload", method="POST", **FORM).status_code == 201
    assert call(strict, "/upload", method="POST", **FORM).status_code == 403  # without a token
    assert_problem(call(strict, "/media/upload", method="POST", **FORM), 429, "too_many_requests")
    assert_problem(call(strict, "/upload", method="POST", **FORM), 429, "too_many_requests")
    assert call(strict, "/upload").status_code == 200
    assert call(strict, "/media/").status_code == 200


def test_a_refused_upload_leaves_nothing(make_app: Callable[..., Flask]) -> None:
    app = make_app(rate_limit_upload="1 per hour")
    client = app.test_client()
    call(client, "/media/upload", method="POST")
    assert_problem(call(client, "/media/upload", method="POST", **FORM), 429, "too_many_requests")
    assert_nothing_kept(app)


def test_who_tries_to_sign_in_too_often_gets_a_page(strict: FlaskClient) -> None:
    form: dict[str, Any] = {"data": sign_in_form(strict), "method": "POST", "headers": BROWSER}
    assert statuses(strict, "/sign-in", 2, **form) == [422, 422]
    response = call(strict, "/sign-in", **form)
    assert (response.status_code, response.mimetype) == (429, "text/html")
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert statuses(strict, "/sign-in", 5) == [200] * 5  # to see the form is no try


def test_an_account_is_one_caller_wherever_it_calls_from(strict: FlaskClient) -> None:
    with strict.application.app_context():
        _, secret = create_token(
            db.session(), 1, "sync", TokenScope.READ, expires_in_days=None, actor=Actor(1, Role.ADMIN)
        )
    headers = {"Authorization": f"Bearer {secret}"}
    senders = [STRANGER, "203.0.113.10", "2001:db8::1", STRANGER]
    answers = [call(strict, "/media/", sender, headers=headers).status_code for sender in senders]
    assert answers == [200, 200, 200, 429]
    assert call(strict, "/media/").status_code == 200


def test_callers_are_counted_one_by_one(strict: FlaskClient) -> None:
    assert statuses(strict, "/media/", 4)[3] == 429
    assert call(strict, "/media/", "203.0.113.10").status_code == 200


def test_an_ipv6_network_is_one_caller(strict: FlaskClient) -> None:
    senders = ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:1:1:2:3:4", "2001:db8:0:1::9"]
    assert [call(strict, "/media/", sender).status_code for sender in senders] == [200, 200, 200, 429]
    assert call(strict, "/media/", "2001:db8:0:2::1").status_code == 200


def test_an_address_is_the_same_caller_however_it_is_written(strict: FlaskClient) -> None:
    senders = [STRANGER, f"::ffff:{STRANGER}", STRANGER, f"::ffff:{STRANGER}"]
    assert [call(strict, "/media/", sender).status_code for sender in senders] == [200, 200, 200, 429]


@pytest.mark.parametrize("sender", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
def test_this_machine_itself_is_never_limited(strict: FlaskClient, sender: str) -> None:
    assert statuses(strict, "/media/", 5, sender=sender) == [200] * 5


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_a_proxy_on_this_machine_that_is_not_listed_is_not_this_machine(
    strict: FlaskClient, name: str
) -> None:
    headers = {name: "127.0.0.1"}
    assert statuses(strict, "/media/", 4, sender="127.0.0.1", headers=headers)[3] == 429


def test_behind_a_listed_proxy_the_visitor_is_the_caller(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limit_api="1 per hour", trusted_proxies="127.0.0.1").test_client()
    for visitor in ("203.0.113.1", "203.0.113.2"):
        headers = {"X-Forwarded-For": visitor}
        assert statuses(client, "/media/", 2, sender="127.0.0.1", headers=headers) == [200, 429]
    own = {"X-Forwarded-For": "127.0.0.1"}
    assert statuses(client, "/media/", 3, sender="127.0.0.1", headers=own) == [200] * 3


def test_off_means_no_limit(make_app: Callable[..., Flask]) -> None:
    app = make_app(rate_limit_api="off", rate_limit_upload="off", rate_limit_sign_in="off")
    client = app.test_client()
    form = sign_in_form(client)
    assert 422 in statuses(client, "/sign-in", 3, method="POST", data=form)
    assert statuses(client, "/upload", 3, method="POST", **FORM) == [403] * 3
    assert statuses(client, "/media/", 30) == [200] * 30


def test_a_preflight_is_not_counted(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limit_api="1 per hour", cors_origins=("http://localhost:5173",)).test_client()
    headers = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "GET"}
    assert statuses(client, "/media/", 3, method="OPTIONS", headers=headers) == [200] * 3
    assert statuses(client, "/media/", 2, headers=headers) == [200, 429]


def test_another_origin_may_read_when_to_come_back(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limit_api="1 per hour", cors_origins=("http://localhost:5173",)).test_client()
    headers = {"Origin": "http://localhost:5173"}
    assert statuses(client, "/media/", 2, headers=headers) == [200, 429]
    response = call(client, "/media/", headers=headers)
    assert response.headers["Access-Control-Allow-Origin"] == "http://localhost:5173"
    assert "Retry-After" in response.headers["Access-Control-Expose-Headers"]
