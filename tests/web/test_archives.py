"""`/archive` and `POST /media/archive`: a selection as one download, by a form, a link or a program."""

import io
import re
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mediaweb.extensions import db
from tests.api.calls import PNG, assert_invalid, assert_problem, stored_files, upload
from tests.web.pages import HTML, send

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ids(client: FlaskClient) -> list[str]:
    """Two public files of the same name."""
    return [str(upload(client)["id"]) for _ in range(2)]


def unpack(response: TestResponse) -> dict[str, bytes]:
    assert (response.status_code, response.mimetype) == (200, "application/zip")
    assert response.content_length == len(response.data)
    with zipfile.ZipFile(io.BytesIO(response.data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_a_form_a_link_and_a_program_get_the_same(app: Flask, client: FlaskClient, ids: list[str]) -> None:
    responses = [
        send(client, app, "/archive", id=[*ids, "none"]),
        client.get("/archive", query_string={"id": ids}),
        client.post("/media/archive", json={"ids": [int(ids[0]), float(ids[1]), 99_999]}),
    ]
    for response in responses:
        assert unpack(response) == {"beach.png": PNG, "beach (2).png": PNG}


def test_it_is_saved_under_a_dated_name_and_kept_by_no_cache(client: FlaskClient, ids: list[str]) -> None:
    headers = client.head(f"/archive?id={ids[0]}").headers
    assert re.fullmatch(
        r'attachment; filename="mediaweb-\d{4}-\d\d-\d\d\.zip"', headers["Content-Disposition"]
    )
    assert headers["Cache-Control"] == "private, no-store"
    assert int(headers["Content-Length"]) > len(PNG)


def test_a_form_without_its_token_is_refused(client: FlaskClient, ids: list[str]) -> None:
    assert_problem(client.post("/archive", data={"id": ids}), 403, "invalid_csrf_token")


def test_a_person_reads_what_is_wrong_on_a_page(app: Flask, client: FlaskClient) -> None:
    assert send(client, app, "/archive", id="99999").status_code == 404
    nothing = send(client, app, "/archive")
    assert nothing.status_code == 422
    assert "Select at least one media" in nothing.get_data(as_text=True)
    assert client.get("/archive?id=first", headers=HTML).status_code == 422


@pytest.mark.parametrize(
    "body",
    [{}, {"ids": []}, {"ids": list(range(1, 1002))}, {"ids": 1}],
    ids=["missing", "none", "too-many", "no-list"],
)
def test_a_program_is_told_what_is_wrong(client: FlaskClient, body: object) -> None:
    assert_invalid(client.post("/media/archive", json=body), ["body", "ids"])


def test_a_program_is_told_which_id_is_wrong(client: FlaskClient) -> None:
    response = client.post("/media/archive", json={"ids": [1, 0, "2", 2**63]})
    assert_invalid(response, ["body", "ids", 1], ["body", "ids", 2], ["body", "ids", 3])


def test_files_that_are_missing_are_a_problem_of_their_own(
    app: Flask, client: FlaskClient, ids: list[str]
) -> None:
    for path in stored_files(app):
        path.unlink()
    assert_problem(client.get(f"/archive?id={ids[0]}"), 404, "stored_file_not_found")


def test_no_connection_to_the_database_is_held_while_it_is_sent(app: Flask, client: FlaskClient) -> None:
    media = upload(client, PNG + bytes(2_000_000))
    response = client.get(f"/archive?id={media['id']}", buffered=False)
    assert next(iter(response.response))
    with app.app_context():
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined] # a QueuePool's
    response.close()
