"""A store or a database that is gone is a 503 that says when to come back, and nothing else."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mediaweb.extensions import db
from mediaweb.http.callers import SESSION_SECRET
from tests.api.calls import (
    END,
    PNG,
    assert_problem,
    count_rows,
    recorded_events,
    send_file,
    send_raw,
    stored_files,
    upload,
    write_part,
)
from tests.callers import sign_cookie
from tests.storages import in_a_folder

pytestmark = in_a_folder

RANGES: list[dict[str, str]] = [{}, {"Range": "bytes=0-9"}, {"Range": "bytes=0-9,20-29"}]


def assert_unavailable(response: TestResponse, code: str) -> None:
    assert_problem(response, 503, code)
    assert int(response.headers["Retry-After"]) > 0


@pytest.fixture
def media_folder(tmp_path: Path, client: FlaskClient) -> Path:
    """The folder of a library that holds one public media."""
    upload(client)
    return tmp_path / "media"


def remove(folder: Path) -> None:
    shutil.rmtree(folder)


def unmount(folder: Path) -> None:
    """Leave the empty folder that a disk was mounted on."""
    shutil.rmtree(folder)
    folder.mkdir()


def replace_by_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder")


ways = pytest.mark.parametrize("take_away", [remove, unmount, replace_by_file])


@ways
def test_an_upload_needs_the_store(
    app: Flask, client: FlaskClient, media_folder: Path, take_away: Callable[[Path], None]
) -> None:
    take_away(media_folder)
    assert_unavailable(send_file(client), "storage_unavailable")
    assert count_rows(app) == 1
    assert recorded_events(app) == [("created", 1)]


@ways
@pytest.mark.parametrize("headers", RANGES, ids=str)
def test_a_download_needs_the_store(
    client: FlaskClient, media_folder: Path, take_away: Callable[[Path], None], headers: dict[str, str]
) -> None:
    take_away(media_folder)
    assert_unavailable(client.get("/media/1/download", headers=headers), "storage_unavailable")


@ways
def test_lists_work_without_the_store(
    client: FlaskClient, media_folder: Path, take_away: Callable[[Path], None]
) -> None:
    take_away(media_folder)
    assert len(client.get("/media/").get_json()) == 1
    assert client.patch("/media/1", json={"description": "x"}).status_code == 200


@ways
def test_a_deletion_counts_without_the_store(
    app: Flask, client: FlaskClient, media_folder: Path, take_away: Callable[[Path], None]
) -> None:
    take_away(media_folder)
    assert client.delete("/media/1").status_code == 204
    assert recorded_events(app) == [("created", 1), ("deleted", 1)]


def test_an_upload_works_again_when_the_store_is_back(
    client: FlaskClient, media_folder: Path, tmp_path: Path
) -> None:
    away = media_folder.rename(tmp_path / "away")
    assert_unavailable(send_file(client), "storage_unavailable")
    away.rename(media_folder)
    assert send_file(client).status_code == 201
    assert client.get("/media/1/download").data == PNG


@pytest.fixture
def without_database(
    app: Flask, client: FlaskClient, database_url: str, tmp_path: Path
) -> Iterator[FlaskClient]:
    """A client of a library whose database went away after one upload."""
    upload(client)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    if database_url.startswith("sqlite"):
        for path in tmp_path.glob("mediaweb.sqlite3*"):
            path.unlink()
        (tmp_path / "mediaweb.sqlite3").mkdir()
        yield client
        (tmp_path / "mediaweb.sqlite3").rmdir()
        return
    name = database_url.rpartition("/")[2]
    with psycopg.connect(database_url.rpartition("/")[0] + "/postgres", autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield client
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/media/"),
        ("GET", "/media/1"),
        ("GET", "/media/1/download"),
        ("GET", "/media/1/thumbnail"),
        ("PATCH", "/media/1"),
        ("DELETE", "/media/1"),
        ("POST", "/media/filter"),
        ("POST", "/media/filter/paginated"),
        ("GET", "/gallery/1"),
    ],
)
def test_everything_needs_the_database(without_database: FlaskClient, method: str, address: str) -> None:
    body = {"description": "x"} if method == "PATCH" else {}
    response = without_database.open(address, method=method, json=body)
    assert_unavailable(response, "database_unavailable")


@pytest.mark.parametrize("fields", [b"", write_part("user_id", b"1")], ids=["nobody's", "user 1's"])
def test_an_upload_needs_the_database(app: Flask, without_database: FlaskClient, fields: bytes) -> None:
    before = stored_files(app)
    response = send_raw(without_database, fields + write_part("file", PNG, "a.png") + END)
    assert_unavailable(response, "database_unavailable")
    assert stored_files(app) == before


def test_a_person_sees_a_page_that_says_so(without_database: FlaskClient) -> None:
    response = without_database.get("/", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (503, "text/html")


def test_who_is_signed_in_sees_a_page_that_says_so(app: Flask, without_database: FlaskClient) -> None:
    cookie = sign_cookie(app, {SESSION_SECRET: "0" * 64})
    without_database.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
    response = without_database.get("/", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (503, "text/html")
    assert "<main" in response.get_data(as_text=True)


def test_where_files_are_is_known_without_database(without_database: FlaskClient) -> None:
    assert without_database.get("/media/stats/info").status_code == 200
