"""DELETE /media/<id>: the row, then the bytes."""

from flask import Flask
from flask.testing import FlaskClient

from tests.api.calls import (
    assert_problem,
    count_rows,
    lose_stored_files,
    recorded_events,
    stored_files,
    upload,
)


def test_it_answers_204_without_a_body(client: FlaskClient) -> None:
    response = client.delete(f"/media/{upload(client)['id']}")
    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Type" not in response.headers


def test_it_removes_row_and_file(app: Flask, client: FlaskClient) -> None:
    kept, gone = upload(client), upload(client)
    client.delete(f"/media/{gone['id']}")
    assert [path.name for path in stored_files(app)] == [kept["storage_path"].rpartition("/")[2]]
    assert count_rows(app) == 1


def test_it_records_one_event(app: Flask, client: FlaskClient) -> None:
    client.delete(f"/media/{upload(client)['id']}")
    assert recorded_events(app) == [("created", 1), ("deleted", 1)]


def test_what_is_deleted_is_not_found(app: Flask, client: FlaskClient) -> None:
    address = f"/media/{upload(client)['id']}"
    client.delete(address)
    assert_problem(client.get(address), 404, "media_not_found")
    assert_problem(client.delete(address), 404, "media_not_found")
    assert recorded_events(app) == [("created", 1), ("deleted", 1)]


def test_an_id_is_never_used_again(client: FlaskClient) -> None:
    first = upload(client)["id"]
    client.delete(f"/media/{first}")
    assert upload(client)["id"] == first + 1


def test_media_whose_file_is_missing_can_be_deleted(app: Flask, client: FlaskClient) -> None:
    media = upload(client)
    lose_stored_files(app)
    assert client.delete(f"/media/{media['id']}").status_code == 204
    assert count_rows(app) == 0
