"""STRIP_LOCATION: originals are stored without the place, whichever way they come."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mediaweb.errors import FileTooLarge
from mediaweb.extensions import db, storage
from mediaweb.models import Media
from mediaweb.services.access import SYSTEM
from mediaweb.services.imports import Outcome, import_file
from mediaweb.services.incoming import IncomingFile, UploadDetails, read_chunks
from mediaweb.services.locations import strip_location
from mediaweb.services.media import media_service
from tests import files
from tests.api.calls import assert_nothing_kept, upload, visit, write_part
from tests.people import csrf_token
from tests.services import places

#: What has a place, by the name it is uploaded under.
FILES: dict[str, Callable[[], bytes]] = {
    "a.jpg": lambda: places.make_picture("JPEG"),
    "a.png": lambda: places.make_picture("PNG"),
    "a.webp": lambda: places.make_picture("WEBP"),
    "a.tiff": lambda: places.make_picture("TIFF"),
    "a.avif": lambda: places.make_picture("AVIF"),
    "a.heic": lambda: places.make_picture("HEIF"),
    "a.mp4": lambda: places.make_film("mp4", location=places.ISO_6709),
    "a.mov": lambda: places.make_film("mov", location=places.ISO_6709),
}
JPEG = FILES["a.jpg"]()


@pytest.fixture
def stripping(make_app: Callable[..., Flask]) -> Flask:
    return make_app(strip_location=True)


def read_original(app: Flask, media_id: int) -> bytes:
    """Return the stored bytes of a media, whose row tells their size and checksum."""
    with app.app_context():
        media = db.session.get(Media, media_id)
        assert media is not None
        with storage.open(media.storage_path) as file:
            content = file.read()
        assert media.file_size == len(content)
        assert media.checksum == f"sha256:{hashlib.sha256(content).hexdigest()}"
    return content


def expect(content: bytes) -> bytes:
    return b"".join(strip_location([content]))


def test_an_upload_by_the_api_is_stored_without_its_place(stripping: Flask) -> None:
    client = stripping.test_client()
    for filename, make in FILES.items():
        content = make()
        media = upload(client, content, filename)
        stored = read_original(stripping, media["id"])
        assert stored == expect(content) != content
        assert media["file_size"] == len(content)
        assert not any(trace in stored for trace in places.TRACES)
        assert visit(client, f"/media/{media['id']}/download").data == stored


def test_without_the_setting_all_is_stored_as_it_came(app: Flask, client: FlaskClient) -> None:
    for filename, make in FILES.items():
        content = make()
        assert read_original(app, upload(client, content, filename)["id"]) == content


def test_what_tells_no_place_is_stored_as_it_came(stripping: Flask) -> None:
    for content, filename in [
        (b"<a exif:GPSLatitude='1'/> in words\n", "a.txt"),
        (files.make_zip(), "a.zip"),
        (files.make_pdf(), "a.pdf"),
        (files.make_mp3(), "a.mp3"),
        (files.make_png(), "a.png"),
        (files.make_webm(), "a.webm"),
        (places.make_picture("JPEG", has_place=False), "a.jpg"),
    ]:
        media = upload(stripping.test_client(), content, filename)
        assert read_original(stripping, media["id"]) == content


def test_broken_exif_refuses_no_upload(stripping: Flask) -> None:
    start = JPEG.index(b"Exif")
    for damage in (JPEG[: start + 20] + b"\xff" * 30 + JPEG[start + 50 :], JPEG[: start + 100]):
        media = upload(stripping.test_client(), damage, "a.jpg")
        assert read_original(stripping, media["id"]) == expect(damage)


def test_an_upload_by_the_page_is_stored_without_its_place(stripping: Flask) -> None:
    client = stripping.test_client()
    token = csrf_token(client, stripping)
    body = write_part("csrf_token", token.encode()) + write_part("is_public", b"true")
    body += write_part("file", JPEG, "a.jpg") + b"--b--\r\n"
    sent = client.post("/upload", data=body, content_type="multipart/form-data; boundary=b")
    assert sent.status_code in (201, 303), sent.text
    assert read_original(stripping, 1) == expect(JPEG)


def test_an_upload_by_python_is_stored_without_its_place(stripping: Flask) -> None:
    with stripping.app_context():
        media = media_service.upload_file(db.session(), io.BytesIO(JPEG), "a.jpg")
    assert read_original(stripping, media.id) == expect(JPEG)


def test_an_imported_file_loses_its_place_and_is_imported_once(stripping: Flask, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(JPEG)
    with stripping.app_context():
        outcomes = [import_file(db.session(), path, SYSTEM, is_public=True).outcome for _ in range(2)]
    assert outcomes == [Outcome.IMPORTED, Outcome.ALREADY_THERE]
    assert read_original(stripping, 1) == expect(JPEG)
    assert path.read_bytes() == JPEG


def test_what_was_imported_before_the_setting_is_already_there(
    app: Flask, make_app: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(JPEG)
    outcomes = []
    for library in (app, make_app(strip_location=True)):
        with library.app_context():
            outcomes.append(import_file(db.session(), path, SYSTEM, is_public=True).outcome)
    assert outcomes == [Outcome.IMPORTED, Outcome.ALREADY_THERE]


def test_a_file_that_is_too_large_leaves_nothing(stripping: Flask) -> None:
    content = JPEG + bytes(5_000_000)
    incoming = IncomingFile("a.jpg", read_chunks(io.BytesIO(content)), UploadDetails)
    with stripping.app_context(), pytest.raises(FileTooLarge):
        media_service.receive(db.session(), incoming, SYSTEM, max_bytes=len(content) - 1)
    assert_nothing_kept(stripping)
