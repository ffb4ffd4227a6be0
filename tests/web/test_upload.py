"""What the upload form and the panel are told: where a file is now, what was wrong, what is here already."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import files
from tests.api.calls import END, PNG, assert_problem, count_rows, stored_files, upload, write_part
from tests.people import ADMIN_ID, add_person, csrf_token, sign_in_as
from tests.web.pages import HTML, read_text

PANEL = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Pages draw the same from either database."""
    return f"sqlite:///{tmp_path}/mediaweb.sqlite3"


def send(
    client: FlaskClient,
    app: Flask,
    content: bytes = PNG,
    filename: str = "beach.png",
    headers: dict[str, str] = PANEL,
    **fields: str,
) -> TestResponse:
    """Upload a file as a page of ours does."""
    written = {"csrf_token": csrf_token(client, app), **fields}
    parts = [write_part(name, value.encode()) for name, value in written.items()]
    body = b"".join(parts) + write_part("file", content, filename) + END
    return client.post("/upload", data=body, content_type="multipart/form-data; boundary=b", headers=headers)


def test_the_panel_is_told_where_the_file_is_and_that_its_preview_is_being_made(
    app: Flask, client: FlaskClient
) -> None:
    response = send(client, app, is_public="true", description="Two boats", alt_text="Boats")
    assert (response.status_code, response.content_type) == (201, "application/json")
    told = response.get_json()
    assert told == {"id": 1, "address": "/gallery/1", "state": "pending", "thumbnail": None}
    media = client.get("/media/1").get_json()
    assert (media["description"], media["alt_text"], media["is_public"]) == ("Two boats", "Boats", True)


def test_the_panel_gets_no_address_of_what_its_visitor_may_not_see(app: Flask, client: FlaskClient) -> None:
    told = send(client, app, content=b"only admins see this\n", filename="a.txt").get_json()
    assert told == {"id": 1, "address": None, "state": "none", "thumbnail": None}


@pytest.mark.parametrize(
    ("content", "filename", "status", "code"),
    [
        (files.make_html(), "fake.jpg", 415, "file_type_refused"),
        (b"", "empty.txt", 422, "invalid_input"),
        (b"x" * 11_000_000, "huge.txt", 413, "file_too_large"),
    ],
)
def test_the_panel_is_told_what_was_wrong(
    app: Flask, client: FlaskClient, content: bytes, filename: str, status: int, code: str
) -> None:
    assert_problem(send(client, app, content, filename), status, code)
    assert stored_files(app) == []


def test_a_token_of_somebody_else_is_told_to_the_panel(app: Flask, client: FlaskClient) -> None:
    assert_problem(send(client, app, csrf_token="wrong"), 403, "invalid_csrf_token")


def test_the_panel_is_drawn_with_a_token_and_the_limit_for_who_may_upload(
    app: Flask, client: FlaskClient
) -> None:
    panel = client.get("/upload/panel").get_data(as_text=True)
    assert 'data-max-bytes="10485760"' in panel
    token = panel.partition('data-csrf-token="')[2].partition('"')[0]
    assert send(client, app, csrf_token=token).status_code == 201


@pytest.mark.parametrize(
    ("owner", "is_public", "caller", "is_told"),
    [
        ("owner", True, "stranger", True),
        ("owner", False, "stranger", False),
        ("owner", False, "owner", True),
        ("owner", False, "admin", True),
        ("owner", True, None, True),
        ("owner", False, None, False),
        (None, False, None, False),
    ],
)
def test_who_may_see_a_file_is_told_that_it_is_here_already_and_nobody_else(
    app: Flask, owner: str | None, is_public: bool, caller: str | None, is_told: bool
) -> None:
    people = {name: add_person(app, name) for name in ("owner", "stranger")} | {"admin": ADMIN_ID}
    clients: dict[str | None, FlaskClient] = {None: app.test_client()}
    for name, user_id in people.items():
        clients[name] = sign_in_as(app.test_client(), app, user_id)
    assert send(clients[owner], app, is_public=str(is_public).lower()).status_code == 201
    response = send(clients[caller], app, filename="again.png")
    if not is_told:
        assert response.status_code == 201
        assert set(response.get_json()) == {"id", "address", "state", "thumbnail"}
        return
    assert response.status_code == 409
    assert response.get_json() == {
        "detail": "This file is in the library already.",
        "code": "duplicate",
        "id": 1,
        "address": "/gallery/1",
    }
    assert count_rows(app) == 1
    assert len(stored_files(app)) == 1


@pytest.mark.parametrize("flag", ["true", "on"])
def test_a_duplicate_is_kept_if_that_is_wanted(app: Flask, client: FlaskClient, flag: str) -> None:
    upload(client)
    assert send(client, app, keep_duplicate="false").status_code == 409
    assert send(client, app, keep_duplicate=flag).get_json()["id"] == 2


def test_the_api_keeps_duplicates(client: FlaskClient) -> None:
    assert [upload(client)["id"] for _ in range(2)] == [1, 2]


def test_the_form_without_scripts_shows_what_is_here_already_and_offers_to_keep_it(
    app: Flask, client: FlaskClient
) -> None:
    upload(client)
    fields: dict[str, Any] = {"headers": HTML, "is_public": "true", "description": "Two boats"}
    response = send(client, app, **fields)
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "This file is in the library already." in read_text(response)
    assert '<a href="/gallery/1">Show it</a>' in page
    assert 'name="keep_duplicate" value="true"' in page
    assert "Two boats</textarea>" in page
    assert send(client, app, keep_duplicate="true", **fields).headers["Location"] == "/gallery/2"


@pytest.mark.parametrize(("mode", "is_asked"), [("write", True), ("read", False)])
def test_pages_take_files_only_from_who_may_upload(
    make_app: Callable[..., Flask], mode: str, is_asked: bool
) -> None:
    page = make_app(anonymous_access=mode).test_client().get("/", headers=HTML).get_data(as_text=True)
    assert ('data-panel="/upload/panel"' in page) is is_asked
