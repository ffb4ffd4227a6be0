"""The library answers only to names that nobody else can point at it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.calls import assert_problem, count_rows, upload
from tests.http.test_errors import BROWSER

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OWN = [
    *(
        "localhost",
        "localhost:8000",
        "LOCALHOST",
        "127.0.0.1:8000",
        "192.168.1.5",
        "203.0.113.9",
        "[::1]:8000",
    ),
    *("[fe80::1]", "[::ffff:10.0.0.1]", "nas", "mediaweb:8000", "nas.local", "NAS.Local.", "a.b.localhost"),
    *("media.internal", "media.lan:80", "media.home.arpa", "media.test"),
]
FOREIGN = [
    *(
        "evil.example",
        "evil.example:8000",
        "evil.local.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
    ),
    *("local.", "notlocal.example", "eviltest.com", "home.arpa.example", "media.example.org"),
]


def get(client: FlaskClient, host: str) -> Any:
    return client.get("/media/", headers={"Host": host})


@pytest.mark.parametrize("host", OWN)
def test_it_answers_to_names_of_a_network_of_its_own(client: FlaskClient, host: str) -> None:
    assert get(client, host).status_code == 200


@pytest.mark.parametrize("host", [name for name in FOREIGN if name != "local."])
def test_it_answers_to_no_name_that_others_can_point_at_it(client: FlaskClient, host: str) -> None:
    detail = assert_problem(get(client, host), 400, "host_not_trusted")
    assert "TRUSTED_HOSTS" in detail


def test_a_name_that_was_pointed_here_changes_nothing(app: Flask, client: FlaskClient) -> None:
    upload(client)
    headers = {"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}
    for method, address in (("DELETE", "/media/1"), ("PATCH", "/media/1"), ("POST", "/media/upload")):
        response = client.open(address, method=method, headers=headers)
        assert_problem(response, 400, "host_not_trusted")
    assert count_rows(app) == 1


@pytest.mark.parametrize(
    "address", ["/nowhere", "/media/1", "/static/css/base.css", "/upload", "/openapi.json"]
)
def test_the_host_is_looked_at_before_anything_else(make_app: Callable[..., Flask], address: str) -> None:
    client = make_app(anonymous_access="none").test_client()
    assert_problem(client.get(address, headers={"Host": "evil.example"}), 400, "host_not_trusted")


def test_a_person_gets_a_page_that_names_the_option(client: FlaskClient) -> None:
    response = client.get("/", headers=BROWSER | {"Host": "evil.example"})
    assert (response.status_code, response.mimetype) == (400, "text/html")
    assert "TRUSTED_HOSTS" in response.text


@pytest.mark.parametrize("host", ["<x>", "a b", "evil.example@localhost", "localhost:x", "[::1", ""])
def test_what_is_no_host_name_is_a_malformed_request(client: FlaskClient, host: str) -> None:
    assert_problem(get(client, host), 400, "malformed_request")


def test_the_names_in_public_url_and_host_are_its_own(make_app: Callable[..., Flask]) -> None:
    client = make_app(public_url="https://Media.Example.org:8443/x", host="server.example.org").test_client()
    assert get(client, "media.example.org").status_code == 200
    assert get(client, "server.example.org:8000").status_code == 200
    assert_problem(get(client, "example.org"), 400, "host_not_trusted")


def test_with_trusted_hosts_it_answers_to_those_and_to_this_machine(make_app: Callable[..., Flask]) -> None:
    client = make_app(
        trusted_hosts="media.example.org,.example.net,192.168.1.5,fe80::1",
        public_url="http://public.example.org",
    ).test_client()
    for host in ("media.example.org:8000", "a.example.net", "a.b.example.net", "192.168.1.5", "[FE80::1]:80"):
        assert get(client, host).status_code == 200, host
    for host in (
        "public.example.org",
        "localhost:8000",
        "x.localhost",
        "127.0.0.1",
        "127.1.2.3",
        "[::1]:8000",
    ):
        assert get(client, host).status_code == 200, host
    for host in ("example.net", "badexample.net", "nas", "nas.local", "192.168.1.6", "x.media.example.org"):
        assert_problem(get(client, host), 400, "host_not_trusted")
