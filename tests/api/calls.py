"""What tests of the API say again and again: upload this, expect that problem, look what is left behind."""

from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

from mediaweb.extensions import db, settings, storage, stores
from mediaweb.models import Event, Media
from tests.files import make_png
from tests.s3_server import fetch

PNG = make_png()
#: What ends a multipart body.
END = b"--b--\r\n"


def send_file(
    client: FlaskClient, content: bytes = PNG, filename: str = "beach.png", **fields: Any
) -> TestResponse:
    """Upload a file as a browser's form does; return the response, whatever it is."""
    parts = [write_part(name, str(value).encode()) for name, value in fields.items()]
    return send_raw(client, b"".join(parts) + write_part("file", content, filename) + END)


def upload(
    client: FlaskClient,
    content: bytes = PNG,
    filename: str = "beach.png",
    is_public: bool = True,
    **fields: Any,
) -> dict[str, Any]:
    """Upload a file that is accepted, public unless told otherwise; return the new media."""
    response = send_file(client, content, filename, is_public=str(is_public).lower(), **fields)
    assert response.status_code == 201, response.get_data(as_text=True)
    media: dict[str, Any] = response.get_json()
    return media


def send_raw(client: FlaskClient, body: bytes, boundary: str = "b", **options: Any) -> TestResponse:
    """Upload a multipart body that was written by hand; Werkzeug's own forgets a line in empty parts."""
    content_type = f"multipart/form-data; boundary={boundary}"
    return client.post("/media/upload", data=body, content_type=content_type, **options)


def write_part(name: str, content: bytes, filename: str | None = None) -> bytes:
    """Write one part of a multipart body."""
    file = f'; filename="{filename}"' if filename is not None else ""
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def visit(client: FlaskClient, address: str, method: str = "GET", **options: Any) -> TestResponse:
    """Ask for an address of the library, or of the store that it leads to, as `curl -L` does.

    The store hears of no header but the range: it knows neither our tokens nor our ETags.
    """
    if address.startswith(("/", "http://localhost/")):
        response = client.open(address, method=method, **options)
        if response.status_code != 307:
            return response
        address = response.headers["Location"]
    kept = {name: value for name, value in options.get("headers", {}).items() if name == "Range"}
    status, headers, body = fetch(address, method, **kept)
    request = EnvironBuilder(address, method=method).get_request()
    return TestResponse([body], str(status), Headers(headers.items()), request)


def unsigned(media: dict[str, Any]) -> dict[str, Any]:
    """Return a media without the store's signature in its address, which is another one every second."""
    return media | {"url": media["url"].partition("?X-Amz-")[0]}


def assert_problem(response: TestResponse, status: int, code: str) -> Any:
    """Check that this is an error in the one shape, telling nothing of our insides; return its detail."""
    text = response.get_data(as_text=True)
    assert (response.status_code, response.content_type) == (status, "application/json"), text
    problem = response.get_json()
    assert set(problem) == {"detail", "code"}
    assert problem["code"] == code
    assert not any(
        word in text for word in ("Traceback", "SELECT", "INSERT", "/tmp", "sqlite", "psycopg", "<")
    )
    return problem["detail"]


def assert_invalid(response: TestResponse, *places: list[str | int]) -> None:
    """Check that exactly these places are named as wrong."""
    detail = assert_problem(response, 422, "invalid_input")
    assert [set(error) for error in detail] == [{"loc", "msg", "type"}] * len(detail)
    assert [error["loc"] for error in detail] == list(places)


def stored_files(app: Flask) -> list[Path]:
    """Return every file of the storage, unfinished ones too; paths below the media folder, or keys."""
    with app.app_context():
        bucket = stores.s3
        if bucket is None:
            return sorted(path for path in settings.media_path.rglob("*") if path.is_file())
        return sorted(Path(key) for key in (*bucket.keys(), *(upload.key for upload in bucket.unfinished())))


def read_stored(app: Flask, key: str) -> bytes:
    """Return the bytes that the storage has under a key."""
    with app.app_context(), storage.open(key) as file:
        return file.read()


def lose_stored_files(app: Flask) -> None:
    """Have every file vanish from the storage behind the library's back."""
    with app.app_context():
        storage.delete_many(list(storage.keys()))


def count_rows(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Media)) or 0


def recorded_events(app: Flask) -> list[tuple[str, int]]:
    """Return the type and the media of every event, oldest first."""
    with app.app_context():
        rows = db.session.execute(select(Event.type, Event.subject_id).order_by(Event.id))
        return [(row.type, row.subject_id) for row in rows]


def assert_nothing_kept(app: Flask) -> None:
    """Check that a refused upload left neither file, nor row, nor event."""
    assert stored_files(app) == []
    assert count_rows(app) == 0
    assert recorded_events(app) == []
