"""X-Forwarded-* headers count when they come from a proxy in TRUSTED_PROXIES, and only then."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from mediaweb.http.guard import Callers, open_to
from tests.api.calls import assert_problem, upload

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FORWARDED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "media.test",
}


@pytest.fixture
def make_client(make_app: Callable[..., Flask]) -> Callable[..., FlaskClient]:
    """Make clients of libraries that tell the caller's address at `/docs`."""

    def make(**settings: Any) -> FlaskClient:
        app = make_app(**settings)
        app.view_functions["docs.show"] = open_to(Callers.EVERYBODY)(lambda: str(request.remote_addr))
        return app.test_client()

    return make


def caller(client: FlaskClient, proxy: str, forwarded_for: str) -> str:
    headers = {"X-Forwarded-For": forwarded_for}
    return client.get("/docs", headers=headers, environ_overrides={"REMOTE_ADDR": proxy}).text


def url_of_media(client: FlaskClient, proxy: str, **headers: str) -> str:
    upload(client)
    media = client.get("/media/1", headers=headers, environ_overrides={"REMOTE_ADDR": proxy}).get_json()
    return str(media["download_url"]).partition("/media/")[0]


@pytest.mark.parametrize("trusted", [(), "10.0.0.0/8"])
def test_nobody_else_is_believed(make_client: Callable[..., FlaskClient], trusted: Any) -> None:
    client = make_client(trusted_proxies=trusted)
    assert caller(client, "127.0.0.1", "203.0.113.9") == "127.0.0.1"
    assert url_of_media(client, "127.0.0.1", **FORWARDED) == "http://localhost"


@pytest.mark.parametrize(
    ("trusted", "proxy"),
    [("127.0.0.1", "127.0.0.1"), ("10.0.0.0/8,::1", "::1"), ("10.0.0.0/8", "::ffff:10.9.9.9")],
)
def test_a_listed_proxy_is_believed(
    make_client: Callable[..., FlaskClient], trusted: str, proxy: str
) -> None:
    client = make_client(trusted_proxies=trusted)
    assert caller(client, proxy, "203.0.113.9") == "203.0.113.9"
    assert url_of_media(client, proxy, **FORWARDED) == "https://media.test"


@pytest.mark.parametrize(
    ("forwarded_for", "expected"),
    [
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("203.0.113.9, 10.0.0.3,10.0.0.2", "203.0.113.9"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("2001:db8::1", "2001:db8::1"),
        ("", "10.0.0.1"),
    ],
)
def test_the_caller_is_the_last_who_is_no_proxy_of_ours(
    make_client: Callable[..., FlaskClient], forwarded_for: str, expected: str
) -> None:
    assert caller(make_client(trusted_proxies="10.0.0.0/8"), "10.0.0.1", forwarded_for) == expected


def test_the_host_that_a_proxy_names_is_checked_too(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(trusted_proxies="127.0.0.1")
    response = client.get("/media/", headers=FORWARDED | {"X-Forwarded-Host": "evil.example"})
    assert_problem(response, 400, "host_not_trusted")


def test_behind_a_proxy_the_own_origin_is_the_public_one(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(trusted_proxies="127.0.0.1")
    upload(client)
    own, foreign = {"Origin": "https://media.test"}, {"Origin": "http://evil.example"}
    assert client.patch("/media/1", json={}, headers=FORWARDED | own).status_code == 200
    assert_problem(client.patch("/media/1", json={}, headers=FORWARDED | foreign), 403, "cross_site_request")
