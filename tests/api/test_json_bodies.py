"""Bodies that are not the JSON they should be."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.calls import assert_invalid, assert_problem, recorded_events, upload

#: What is tested here asks the database for no more than a row.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

READERS = [("POST", "/media/filter"), ("POST", "/media/filter/paginated"), ("PATCH", "/media/1")]


@pytest.fixture(autouse=True)
def _only_one_media_is_ever_there(app: Flask, client: FlaskClient) -> Iterator[None]:
    upload(client)
    yield
    assert recorded_events(app) == [("created", 1)]


@pytest.fixture(params=READERS, ids=" ".join)
def reader(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A method and an address that read JSON."""
    method, address = request.param
    return method, address


def send(
    client: FlaskClient, reader: tuple[str, str], body: bytes, content_type: str = "application/json"
) -> TestResponse:
    method, address = reader
    return client.open(address, method=method, data=body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"limit": 1',
        b"nonsense",
        b'{"description": "\xff\xfe"}',
        b'{"description": "\\ud800"}',
        b'{"description": "\xed\xa0\x80"}',
        "{}".encode("utf-16"),
        b"[" * 10_000 + b"]" * 10_000,
        b'{"conditions": [' * 10_000 + b"]}" * 10_000,
        b'{"a": ' * 10_000 + b"1" + b"}" * 10_000,
        b"{'limit': 1}",
        b"{} {}",
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
def test_broken_json_is_invalid(client: FlaskClient, reader: tuple[str, str], body: bytes) -> None:
    assert_invalid(send(client, reader, body), ["body"])


@pytest.mark.parametrize("body", [b"[]", b"[{}]", b'"text"', b"5", b"null", b"true"])
def test_the_body_is_an_object(client: FlaskClient, reader: tuple[str, str], body: bytes) -> None:
    assert_invalid(send(client, reader, body), ["body"])


def test_fifty_megabytes_are_too_large(client: FlaskClient, reader: tuple[str, str]) -> None:
    body = b'{"description": "' + b"x" * 50_000_000 + b'"}'
    assert_problem(send(client, reader, body), 413, "body_too_large")


def test_a_large_body_of_unknown_length_is_too_large(client: FlaskClient, reader: tuple[str, str]) -> None:
    method, address = reader
    chunked = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    body = b'{"description": "' + b"x" * 2_000_000 + b'"}'
    response = client.open(
        address, method=method, data=body, content_type="application/json", environ_overrides=chunked
    )
    assert_problem(response, 413, "body_too_large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "text/json", ""])
def test_only_json_is_read(client: FlaskClient, reader: tuple[str, str], content_type: str) -> None:
    assert_problem(send(client, reader, b"{}", content_type), 415, "unsupported_content_type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/merge-patch+json"])
def test_every_kind_of_json_is_read(client: FlaskClient, reader: tuple[str, str], content_type: str) -> None:
    assert send(client, reader, b"{}", content_type).status_code == 200


def test_a_long_unknown_name_is_told_briefly(client: FlaskClient, reader: tuple[str, str]) -> None:
    response = send(client, reader, json.dumps({"x" * 900_000: 1}).encode())
    assert response.status_code == 422
