"""Every error is the one JSON object; a person with a browser gets a page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.calls import assert_problem

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def break_it(**_: object) -> str:
    raise RuntimeError("SELECT secret FROM /tmp/somewhere")


@pytest.fixture
def broken(app: Flask) -> FlaskClient:
    """A client of a library whose every list fails for no known reason."""
    app.view_functions["media.index"] = break_it
    app.view_functions["gallery.index"] = break_it
    return app.test_client()


@pytest.mark.parametrize("accept", ["application/json", "text/html", "*/*", "image/*", ""])
def test_the_api_speaks_json_whatever_is_accepted(client: FlaskClient, accept: str) -> None:
    assert_problem(client.get("/media/999", headers={"Accept": accept}), 404, "media_not_found")


def test_an_unknown_failure_tells_nothing(broken: FlaskClient) -> None:
    assert_problem(broken.get("/media/"), 500, "internal_error")


def test_a_page_that_fails_tells_nothing(broken: FlaskClient) -> None:
    response = broken.get("/", headers=BROWSER)
    assert (response.status_code, response.mimetype) == (500, "text/html")
    assert not any(word in response.text for word in ("Traceback", "SELECT", "/tmp"))


def test_a_person_gets_a_page(client: FlaskClient) -> None:
    response = client.get("/gallery/999", headers=BROWSER)
    assert (response.status_code, response.mimetype) == (404, "text/html")


def test_a_program_gets_json_for_a_page_too(client: FlaskClient) -> None:
    assert_problem(client.get("/gallery/999"), 404, "media_not_found")
    assert_problem(client.get("/nowhere"), 404, "not_found")


@pytest.mark.parametrize(
    "address",
    [
        "/media/nowhere/else",
        "/media/1/2/3",
        "/media/%ff",
        "/media/%00",
        "/media/..%2f..%2fetc/passwd",
        "/media/😀",
    ],
)
def test_an_unknown_address_is_not_found(client: FlaskClient, address: str) -> None:
    assert_problem(client.get(address), 404, "not_found")


def test_every_answer_forbids_guessing_types(client: FlaskClient) -> None:
    for address in ("/", "/media/", "/media/999", "/nowhere", "/openapi.json"):
        assert client.get(address).headers["X-Content-Type-Options"] == "nosniff"


def test_pages_are_framed_nowhere(client: FlaskClient) -> None:
    headers = client.get("/").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
