"""Other web sites change nothing here, unless CORS_ORIGINS lists them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.calls import END, PNG, assert_problem, recorded_events, send_raw, upload, write_part

FRIEND = "http://localhost:5173"
FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Origin": "https://localhost"},
    {"Origin": "HTTP://LOCALHOST@evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]
OWN: list[dict[str, str]] = [
    {},
    {"Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
]
CHANGES = [("POST", "/media/upload"), ("PATCH", "/media/1"), ("DELETE", "/media/1"), ("POST", "/upload")]


@pytest.fixture
def friendly(make_app: Callable[..., Flask]) -> FlaskClient:
    """A library that lists FRIEND in CORS_ORIGINS."""
    return make_app(cors_origins=(FRIEND, "https://app.example.org")).test_client()


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize(("method", "address"), CHANGES)
def test_a_foreign_site_changes_nothing(
    app: Flask, client: FlaskClient, method: str, address: str, headers: dict[str, str]
) -> None:
    upload(client)
    response = client.open(address, method=method, headers=headers)
    assert_problem(response, 403, "cross_site_request")
    assert "Access-Control-Allow-Origin" not in response.headers
    assert recorded_events(app) == [("created", 1)]


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_own_pages_and_programs_may_change_things(client: FlaskClient, headers: dict[str, str]) -> None:
    body = write_part("file", PNG, "a.png") + write_part("is_public", b"true") + END
    assert send_raw(client, body, headers=headers).status_code == 201
    assert client.patch("/media/1", json={"description": "x"}, headers=headers).status_code == 200
    assert client.delete("/media/1", headers=headers).status_code == 204


def test_public_url_is_the_own_origin(make_app: Callable[..., Flask]) -> None:
    client = make_app(public_url="https://media.example.org/library").test_client()
    upload(client)
    own = {"Origin": "https://media.example.org"}
    assert client.patch("/media/1", json={}, headers=own).status_code == 200


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_everyone_may_read(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/media/", headers=headers).status_code == 200


def test_without_cors_origins_no_script_of_others_reads_an_answer(client: FlaskClient) -> None:
    response = client.get("/media/", headers={"Origin": FRIEND})
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def test_a_listed_origin_may_upload_and_read_the_answer(friendly: FlaskClient) -> None:
    headers = {"Origin": FRIEND, "Sec-Fetch-Site": "cross-site"}
    response = send_raw(friendly, write_part("file", PNG, "a.png") + END, headers=headers)
    assert response.status_code == 201
    assert response.headers["Access-Control-Allow-Origin"] == FRIEND
    assert "Location" in response.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:51730", "https://app.example.org.evil"]
)
def test_other_origins_stay_foreign(friendly: FlaskClient, origin: str) -> None:
    response = friendly.post("/media/upload", headers={"Origin": origin})
    assert_problem(response, 403, "cross_site_request")
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_listed_origin_passes_the_preflight(friendly: FlaskClient, method: str) -> None:
    response = friendly.options(
        "/media/1",
        headers={
            "Origin": FRIEND,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization, content-type",
        },
    )
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == FRIEND
    assert method in response.headers["Access-Control-Allow-Methods"]
    assert "authorization" in response.headers["Access-Control-Allow-Headers"].lower()


def test_the_preflight_of_an_upload_passes(friendly: FlaskClient) -> None:
    headers = {"Origin": FRIEND, "Access-Control-Request-Method": "POST"}
    response = friendly.options("/media/upload", headers=headers)
    assert response.headers["Access-Control-Allow-Origin"] == FRIEND


def test_a_foreign_preflight_fails(friendly: FlaskClient) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "PATCH"}
    assert "Access-Control-Allow-Origin" not in friendly.options("/media/1", headers=headers).headers


@pytest.mark.parametrize(
    ("method", "address", "options", "status"),
    [
        ("GET", "/media/999", {}, 404),
        ("GET", "/media/?limit=0", {}, 422),
        ("GET", "/media/nothing/here", {}, 404),
        ("PUT", "/media/1", {}, 405),
        ("POST", "/media/upload", {"data": b"x"}, 415),
        ("POST", "/media/filter", {"json": {"limit": 0}}, 422),
    ],
)
def test_a_listed_origin_reads_errors_too(
    friendly: FlaskClient, method: str, address: str, options: dict[str, Any], status: int
) -> None:
    response = friendly.open(address, method=method, headers={"Origin": FRIEND}, **options)
    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == FRIEND


def test_caches_keep_origins_apart(friendly: FlaskClient) -> None:
    assert "Origin" in friendly.get("/media/", headers={"Origin": FRIEND}).headers["Vary"]


def test_pages_are_for_no_other_site(friendly: FlaskClient) -> None:
    assert "Access-Control-Allow-Origin" not in friendly.get("/", headers={"Origin": FRIEND}).headers
