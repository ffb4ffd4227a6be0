"""POST /media/upload, when all is well."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.calls import (
    END,
    PNG,
    read_stored,
    recorded_events,
    send_file,
    send_raw,
    stored_files,
    upload,
    write_part,
)
from tests.files import make_docx, make_jpeg, make_mp3, make_mp4, make_pdf, make_zip
from tests.storages import on_every_storage

pytestmark = on_every_storage

GUIDE_KEYS = {"id", "filename", "file_size", "file_type", "url", "download_url", "message"}


def test_it_answers_201_with_the_guides_keys_and_its_location(client: FlaskClient) -> None:
    response = send_file(client, is_public="true")
    media = response.get_json()
    assert response.status_code == 201
    assert set(media) >= GUIDE_KEYS
    assert media["message"] == "File uploaded successfully"
    assert response.headers["Location"] == f"http://localhost/media/{media['id']}"


def test_it_stores_the_bytes_under_the_key_it_tells(app: Flask, client: FlaskClient) -> None:
    days = [datetime.now(UTC)]
    media = upload(client)
    days.append(datetime.now(UTC))  # midnight may have come
    (path,) = stored_files(app)
    assert path.as_posix().endswith(media["storage_path"])
    assert read_stored(app, media["storage_path"]) == PNG
    folders = "|".join(f"{day:%Y/%m/%d}" for day in days)
    assert re.fullmatch(rf"({folders})/[0-9a-f-]{{36}}_beach\.png", media["storage_path"])


def test_it_keeps_what_was_said_about_the_file(client: FlaskClient) -> None:
    media = upload(client, description="Påske 🐣", alt_text="A beach", user_id="1")
    assert (media["description"], media["alt_text"], media["user_id"]) == ("Påske 🐣", "A beach", 1)
    assert media["is_public"] is True


def test_it_takes_fields_that_come_after_the_file(client: FlaskClient) -> None:
    body = write_part("file", PNG, "a.png") + write_part("description", b"late") + END
    assert send_raw(client, body).get_json()["description"] == "late"


def test_it_is_private_and_nobodys_unless_told_otherwise(client: FlaskClient) -> None:
    media = send_file(client).get_json()
    assert (media["is_public"], media["user_id"], media["description"]) == (False, None, None)


def test_an_empty_field_counts_as_not_sent(client: FlaskClient) -> None:
    response = send_file(client, user_id="", description="", is_public="")
    media = response.get_json()
    assert (media["user_id"], media["description"], media["is_public"]) == (None, None, False)


def test_it_measures_and_hashes_the_file(client: FlaskClient) -> None:
    media = upload(client)
    assert media["file_size"] == len(PNG)
    assert media["checksum"] == f"sha256:{hashlib.sha256(PNG).hexdigest()}"


def test_it_records_one_event(app: Flask, client: FlaskClient) -> None:
    media = upload(client)
    assert recorded_events(app) == [("created", media["id"])]


@pytest.mark.parametrize(
    ("content", "filename", "mime_type", "file_type"),
    [
        (make_jpeg(), "a.jpg", "image/jpeg", "image"),
        (make_mp4(), "a.mp4", "video/mp4", "video"),
        (make_mp3(), "a.mp3", "audio/mpeg", "audio"),
        (make_pdf(), "a.pdf", "application/pdf", "document"),
        (make_zip(), "a.zip", "application/zip", "other"),
        (b"just some words\n", "a.txt", "text/plain", "document"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_sorts_files_by_their_content(
    client: FlaskClient, content: bytes, filename: str, mime_type: str, file_type: str
) -> None:
    media = upload(client, content, filename)
    assert (media["mime_type"], media["file_type"]) == (mime_type, file_type)


def test_it_knows_a_word_file_by_its_name(client: FlaskClient) -> None:
    media = upload(client, make_docx(), "letter.docx")
    assert media["mime_type"].endswith("wordprocessingml.document")
    assert media["file_type"] == "document"


def test_a_file_of_exactly_the_largest_size_is_accepted(make_app: Callable[..., Flask]) -> None:
    limited = make_app(max_file_size=len(PNG)).test_client()
    assert send_file(limited).status_code == 201


def test_only_allowed_types_are_accepted(make_app: Callable[..., Flask]) -> None:
    app = make_app(allowed_types=("image/jpeg", "video/*"))
    client = app.test_client()
    assert send_file(client, make_jpeg(), "a.jpg").status_code == 201
    assert send_file(client, make_mp4(), "a.mp4").status_code == 201
    assert send_file(client).status_code == 415


def test_a_second_file_with_the_same_bytes_is_a_media_of_its_own(app: Flask, client: FlaskClient) -> None:
    assert upload(client)["id"] != upload(client)["id"]
    assert len(stored_files(app)) == 2
