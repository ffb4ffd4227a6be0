"""The upload form proves that this site drew it, by a token that comes before the file."""

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from tests.api.calls import END, PNG, assert_nothing_kept, assert_problem, count_rows, write_part

FILE = write_part("file", PNG, "a.png") + write_part("is_public", b"true")


@pytest.fixture
def token(app: Flask, client: FlaskClient) -> bytes:
    """The token of a form that this client was given."""
    with app.test_request_context():
        signed: str = generate_csrf()
        secret = session["csrf_token"]
    with client.session_transaction() as stored:
        stored["csrf_token"] = secret
    return signed.encode()


def submit(client: FlaskClient, form: bytes) -> TestResponse:
    return client.post("/upload", data=form + END, content_type="multipart/form-data; boundary=b")


def test_the_right_token_uploads(app: Flask, client: FlaskClient, token: bytes) -> None:
    response = submit(client, write_part("csrf_token", token) + FILE)
    assert (response.status_code, response.headers["Location"]) == (303, "/gallery/1")
    assert count_rows(app) == 1


def test_the_form_carries_a_token_before_its_file(client: FlaskClient) -> None:
    page = client.get("/upload").get_data(as_text=True)
    assert 0 < page.find('name="csrf_token"') < page.find('type="file"')


@pytest.mark.parametrize("wrong", [b"", b"wrong", b"x" * 60_000, b"\x00", "ä".encode()])
def test_a_wrong_token_is_refused(app: Flask, client: FlaskClient, token: bytes, wrong: bytes) -> None:
    assert_problem(submit(client, write_part("csrf_token", wrong) + FILE), 403, "invalid_csrf_token")
    assert_nothing_kept(app)


def test_a_form_without_token_is_refused(app: Flask, client: FlaskClient, token: bytes) -> None:
    assert_problem(submit(client, FILE), 403, "invalid_csrf_token")
    assert_nothing_kept(app)


def test_a_token_behind_the_file_comes_too_late(app: Flask, client: FlaskClient, token: bytes) -> None:
    assert_problem(submit(client, FILE + write_part("csrf_token", token)), 403, "invalid_csrf_token")
    assert_nothing_kept(app)


def test_somebody_elses_token_is_refused(app: Flask, token: bytes) -> None:
    stranger = app.test_client()
    assert_problem(submit(stranger, write_part("csrf_token", token) + FILE), 403, "invalid_csrf_token")
    assert_nothing_kept(app)


def test_the_json_api_needs_no_token(client: FlaskClient) -> None:
    response = client.post("/media/upload", data=FILE + END, content_type="multipart/form-data; boundary=b")
    assert response.status_code == 201
