"""GET /media/<id>/thumbnail and /clip: sizes, formats, caching, and what is answered while there is none."""

import io
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from mediaweb.extensions import db
from mediaweb.services import jpeg_copies
from tests.api.calls import assert_invalid, assert_problem, upload, visit
from tests.files import make_film, make_image, make_jpeg, make_png
from tests.previewing import make_all, make_first
from tests.storages import served_by_library

#: What is tested here asks the database for no more than a row.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def show(client: FlaskClient, media_id: int) -> dict[str, Any]:
    media: dict[str, Any] = client.get(f"/media/{media_id}").get_json()
    return media


def fetch(client: FlaskClient, media_id: int, size: int | str = 320, **options: Any) -> TestResponse:
    return visit(client, f"/media/{media_id}/thumbnail?size={size}", **options)


def open_picture(response: TestResponse) -> Image.Image:
    assert response.status_code == 200, response.get_data(as_text=True)
    return Image.open(io.BytesIO(response.data))


def test_it_is_promised_while_it_is_being_made(client: FlaskClient) -> None:
    media = upload(client, make_jpeg())
    assert (media["preview_state"], media["thumbnails"]) == ("pending", {})
    response = fetch(client, media["id"])
    assert_problem(response, 202, "preview_pending")
    assert int(response.headers["Retry-After"]) >= 1


def test_all_sizes_are_made_and_none_is_enlarged(app: Flask, client: FlaskClient) -> None:
    media_id = upload(client, make_jpeg(2500, 1000))["id"]
    assert make_all(app, media_id)
    media = show(client, media_id)
    assert (media["preview_state"], media["width"], media["height"]) == ("ready", 2500, 1000)
    assert list(media["thumbnails"]) == ["320", "640", "1280", "2048"]
    for size in (320, 640, 1280, 2048):
        assert open_picture(fetch(client, media_id, size)).size == (size, round(size * 0.4))


def test_a_small_picture_has_few_and_answers_with_its_largest(app: Flask, client: FlaskClient) -> None:
    media_id = upload(client, make_png(300, 500))["id"]
    assert make_all(app, media_id)
    assert list(show(client, media_id)["thumbnails"]) == ["192", "300"]
    assert [open_picture(fetch(client, media_id, size)).size for size in (320, 640, 2048)] == [
        (192, 320),
        (300, 500),
        (300, 500),
    ]


def test_the_first_step_gives_one_and_promises_the_others(app: Flask, client: FlaskClient) -> None:
    media_id = upload(client, make_jpeg(3000, 2000))["id"]
    make_first(app, media_id)
    media = show(client, media_id)
    assert (media["preview_state"], list(media["thumbnails"])) == ("ready", ["640"])
    assert [open_picture(fetch(client, media_id, size)).size for size in (320, 640)] == [(640, 427)] * 2
    assert_problem(fetch(client, media_id, 1280), 202, "preview_pending")
    assert make_all(app, media_id)
    assert open_picture(fetch(client, media_id, 1280)).size == (1280, 853)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "WEBP"),
        ("*/*", "WEBP"),
        ("image/*", "WEBP"),
        ("image/avif,image/webp,image/apng,image/*,*/*;q=0.8", "WEBP"),
        ("image/webp,image/jpeg", "WEBP"),
        ("text/html", "WEBP"),
    ],
)
def test_webp_is_for_who_does_not_mind(
    app: Flask, client: FlaskClient, accept: str | None, kind: str
) -> None:
    media_id = upload(client, make_png())["id"]
    assert make_all(app, media_id)
    headers = {"Accept": accept} if accept else {}
    # Where it leads to the store, that answer varies, too.
    assert client.get(f"/media/{media_id}/thumbnail?size=320", headers=headers).headers["Vary"] == "Accept"
    assert open_picture(fetch(client, media_id, headers=headers)).format == kind


@pytest.mark.parametrize("accept", ["image/jpeg", "image/jpeg,*/*;q=0.5", "image/png,image/jpeg"])
def test_jpeg_is_made_for_who_prefers_it(
    app: Flask, client: FlaskClient, accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jpeg_copies, "PATIENCE_SECONDS", 0.0)  # no worker runs here
    media_id = upload(client, make_image("PNG", 40, 30, (10, 200, 30)))["id"]
    assert make_all(app, media_id)
    headers = {"Accept": accept}
    assert_problem(fetch(client, media_id, headers=headers), 202, "preview_pending")
    with app.app_context():
        jpeg_copies.copy_as_jpeg(db.session(), media_id, 320)
    picture = open_picture(fetch(client, media_id, headers=headers))
    pixel = picture.getpixel((20, 15))
    assert (picture.format, picture.size) == ("JPEG", (40, 30))
    assert isinstance(pixel, tuple)
    assert all(abs(found - meant) < 12 for found, meant in zip(pixel, (10, 200, 30), strict=True))


@served_by_library
def test_an_address_with_the_version_may_be_cached_for_ever(app: Flask, client: FlaskClient) -> None:
    media_id = upload(client, make_png())["id"]
    assert make_all(app, media_id)
    (link,) = show(client, media_id)["thumbnails"].values()
    address = urlsplit(link)._replace(scheme="", netloc="").geturl()
    response = client.get(address)
    assert response.headers["Cache-Control"] == "public, max-age=31536000, s-maxage=300, immutable"
    assert fetch(client, media_id).headers["Cache-Control"] == "public, no-cache"
    known = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    head = client.head(address)
    assert (head.status_code, head.content_length, head.data) == (200, len(response.data), b"")


@served_by_library
def test_with_another_version_it_is_asked_for_again(app: Flask, client: FlaskClient) -> None:
    media_id = upload(client, make_png())["id"]
    assert make_all(app, media_id)
    assert fetch(client, media_id, "320&v=0000").headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize(
    ("content", "filename"), [(b"Some words.\n", "a.txt"), (b"a,b\n1,2\n", "a.csv"), (b"{}", "a.json")]
)
def test_what_has_nothing_to_look_at_has_none(client: FlaskClient, content: bytes, filename: str) -> None:
    media = upload(client, content, filename)
    assert media["preview_state"] == "none"
    assert_problem(fetch(client, media["id"]), 404, "no_preview")
    assert_problem(client.get(f"/media/{media['id']}/clip"), 404, "no_preview")


def test_a_damaged_picture_has_none_and_can_be_downloaded(app: Flask, client: FlaskClient) -> None:
    content = make_jpeg(200, 200)[:400]
    media_id = upload(client, content, "half.jpg")["id"]
    assert not make_all(app, media_id)
    assert show(client, media_id)["preview_state"] == "failed"
    assert_problem(fetch(client, media_id), 404, "no_preview")
    assert visit(client, f"/media/{media_id}/download").data == content


def test_a_video_has_a_clip_too(app: Flask, client: FlaskClient) -> None:
    pictures = [Image.new("RGB", (160, 90), (4 * number, 80, 90)) for number in range(60)]
    media_id = upload(client, make_film(pictures), "film.mp4")["id"]
    assert_problem(client.get(f"/media/{media_id}/clip"), 404, "no_preview")
    assert make_all(app, media_id)
    media = show(client, media_id)
    assert media["duration"] == pytest.approx(6, abs=0.2)
    response = visit(client, f"/media/{media_id}/clip")
    assert (response.status_code, response.content_type) == (200, "video/mp4")
    assert response.data[4:8] == b"ftyp"
    part = visit(client, f"/media/{media_id}/clip", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.data) == (206, b"ftyp")


@pytest.mark.parametrize(
    "size", ["", "0", "321", "-320", "abc", "640.0", "99999999999999999999", "0320", "%00"]
)
def test_other_sizes_are_invalid(client: FlaskClient, size: str) -> None:
    media = upload(client)
    assert_invalid(client.get(f"/media/{media['id']}/thumbnail?size={size}"), ["query", "size"])
