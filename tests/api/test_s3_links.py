"""Where the store serves files itself: signed addresses, and how the API leads to them."""

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mediaweb.extensions import stores
from tests.api.calls import PNG, assert_problem, send_file, upload
from tests.files import make_html, make_jpeg
from tests.previewing import make_all
from tests.s3_server import S3Server, fetch
from tests.storages import in_a_folder

#: What is tested here asks the database for no more than a row.
pytestmark = [pytest.mark.parametrize("database_url", ["sqlite"], indirect=True), in_a_folder]


@pytest.fixture
def bucket() -> str:
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def app(make_app: Callable[..., Flask], s3_server: S3Server, bucket: str) -> Flask:
    """A library whose bucket browsers can reach."""
    return make_app(**s3_server.settings(bucket))


def lifetime(address: str) -> int:
    return int(parse_qs(urlsplit(address).query)["X-Amz-Expires"][0])


def test_the_url_of_a_media_is_signed_for_an_hour_with_its_type_and_name(
    client: FlaskClient, s3_server: S3Server, bucket: str
) -> None:
    media = upload(client, filename="Möwe am Meer.png")
    assert media["storage_backend"] == "s3"
    assert media["url"].startswith(f"{s3_server.endpoint_url}/{bucket}/{media['storage_path']}?")
    assert lifetime(media["url"]) == 3600
    assert media["download_url"] == f"http://localhost/media/{media['id']}/download"
    status, headers, body = fetch(media["url"])
    assert (status, body, headers["Content-Type"]) == (200, PNG, "image/png")
    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''M%C3%B6we%20am%20Meer.png" in headers["Content-Disposition"]


def test_addresses_live_as_long_as_the_setting_says(
    make_app: Callable[..., Flask], s3_server: S3Server, bucket: str
) -> None:
    client = make_app(**s3_server.settings(bucket, url_expiry_seconds=60)).test_client()
    assert lifetime(upload(client)["url"]) == 60


@pytest.mark.parametrize("is_public", [True, False])
def test_a_download_leads_to_a_fresh_address(client: FlaskClient, is_public: bool) -> None:
    media = upload(client, is_public=is_public)
    path = urlsplit(media["download_url"])
    response = client.get(f"{path.path}?{path.query}")
    assert (response.status_code, response.data) == (307, b"")
    assert response.headers["Cache-Control"] == "no-store"
    assert not {"Content-Type", "Content-Security-Policy", "Vary"} & set(response.headers.keys())
    address = response.headers["Location"]
    assert fetch(address)[::2] == (200, PNG)
    assert fetch(address, Range="bytes=1-3")[::2] == (206, PNG[1:4])


def test_head_leads_to_an_address_for_head(client: FlaskClient) -> None:
    upload(client)
    response = client.head("/media/1/download")
    assert response.status_code == 307
    status, headers, _ = fetch(response.headers["Location"], "HEAD")
    assert (status, headers["Content-Length"]) == (200, str(len(PNG)))


def test_inline_is_for_what_is_safe_there(client: FlaskClient) -> None:
    upload(client)
    upload(client, make_html(), "page.html")
    kinds = []
    for number in (1, 2):
        response = client.get(f"/media/{number}/download?disposition=inline")
        headers = fetch(response.headers["Location"])[1]
        kinds.append(headers["Content-Disposition"].partition(";")[0])
    assert kinds == ["inline", "attachment"]


def test_who_may_not_see_a_media_gets_no_address(
    make_app: Callable[..., Flask], s3_server: S3Server, bucket: str
) -> None:
    app = make_app(**s3_server.settings(bucket))
    upload(app.test_client(), is_public=False)
    response = app.test_client().get("/media/1/download")
    assert_problem(response, 401, "authentication_required")
    assert "Location" not in response.headers


def test_a_missing_file_is_told_before_anybody_is_sent_away(app: Flask, client: FlaskClient) -> None:
    media = upload(client)
    with app.app_context():
        stores["s3"].delete(media["storage_path"])
    assert_problem(client.get("/media/1/download"), 404, "stored_file_not_found")


def test_thumbnails_are_signed_and_stay_the_same_for_a_while(app: Flask, client: FlaskClient) -> None:
    upload(client, make_jpeg(800, 600), "a.jpg")
    make_all(app, 1)
    if time.time() % 1800 > 1790:  # the address is about to change
        time.sleep(11)
    thumbnails = client.get("/media/1").get_json()["thumbnails"]
    assert list(thumbnails) == ["320", "640", "800"]
    assert thumbnails == client.get("/media/1").get_json()["thumbnails"]
    status, headers, body = fetch(thumbnails["320"])
    assert (status, headers["Content-Type"], body[8:12]) == (200, "image/webp", b"WEBP")
    assert "immutable" in headers["Cache-Control"]
    response = client.get("/media/1/thumbnail?size=320")
    assert (response.status_code, response.headers["Location"]) == (307, thumbnails["320"])
    kept = int(response.headers["Cache-Control"].removeprefix("private, max-age="))
    assert 0 < kept <= 1800 < lifetime(thumbnails["320"])


def test_pages_show_pictures_from_the_store_and_admit_nothing_else(
    app: Flask, client: FlaskClient, s3_server: S3Server
) -> None:
    upload(client, make_jpeg(800, 600), "a.jpg")
    make_all(app, 1)
    response = client.get("/")
    assert f'src="{s3_server.endpoint_url}/' in response.get_data(as_text=True)
    assert 'data-lasting="/media/1/thumbnail?size=320&amp;v=' in response.get_data(as_text=True)
    policy = response.headers["Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    for name in ("img-src", "media-src", "connect-src", "frame-src"):
        assert directives.pop(name).endswith(f" {s3_server.endpoint_url}")
    assert s3_server.endpoint_url not in " ".join(directives.values())


def test_where_files_go_through_us_nothing_leads_to_the_store(
    make_app: Callable[..., Flask], s3_server: S3Server, bucket: str
) -> None:
    app = make_app(**s3_server.settings(bucket, s3_proxy_downloads=True))
    client = app.test_client()
    media = upload(client, make_jpeg(800, 600), "a.jpg")
    make_all(app, 1)
    assert media["url"] == media["download_url"]
    response = client.get("/media/1/download", headers={"Range": "bytes=0-1"})
    assert (response.status_code, response.data) == (206, b"\xff\xd8")
    assert client.get("/media/1/thumbnail?size=320").status_code == 200
    page = client.get("/")
    assert s3_server.endpoint_url not in page.get_data(as_text=True)
    assert s3_server.endpoint_url not in page.headers["Content-Security-Policy"]


def test_rows_of_both_stores_work_side_by_side(
    make_app: Callable[..., Flask], s3_server: S3Server, bucket: str, tmp_path: Path
) -> None:
    upload(make_app().test_client(), b"in a folder\n", "folder.txt")
    in_bucket = make_app(**s3_server.settings(bucket, s3_proxy_downloads=True))
    upload(in_bucket.test_client(), b"in a bucket\n", "bucket.txt")
    keys = s3_server.settings(bucket, use_s3=False, s3_proxy_downloads=True)
    for app in (in_bucket, make_app(**keys)):
        client = app.test_client()
        assert [client.get(f"/media/{n}/download").data for n in (1, 2)] == [
            b"in a folder\n",
            b"in a bucket\n",
        ]
        archive = client.post("/media/archive", json={"ids": [1, 2]})
        assert archive.status_code == 200
        assert b"in a folder\n" in archive.data
        assert b"in a bucket\n" in archive.data
    client = make_app(**keys).test_client()
    assert [client.delete(f"/media/{number}").status_code for number in (1, 2)] == [204, 204]
    assert s3_server.client.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_bucket_that_the_settings_forget_is_unavailable_and_lists_still_work(
    make_app: Callable[..., Flask], s3_server: S3Server, bucket: str
) -> None:
    upload(make_app(**s3_server.settings(bucket)).test_client())
    client = make_app().test_client()
    [media] = client.get("/media/").get_json()
    assert media["url"] == "http://localhost/media/1/download"
    assert_problem(client.get("/media/1/download"), 503, "storage_unavailable")


def test_a_bucket_that_vanished_is_503_and_lists_still_work(
    app: Flask, client: FlaskClient, s3_server: S3Server, bucket: str
) -> None:
    media = upload(client)
    s3_server.client.delete_object(Bucket=bucket, Key=media["storage_path"])
    s3_server.client.delete_bucket(Bucket=bucket)
    assert_problem(send_file(client), 503, "storage_unavailable")
    assert_problem(client.get("/media/1/download"), 503, "storage_unavailable")
    assert len(client.get("/media/").get_json()) == 1
    assert client.get("/").status_code == 200


def test_it_tells_which_bucket_it_is(app: Flask, client: FlaskClient, bucket: str) -> None:
    info: dict[str, Any] = client.get("/media/stats/info").get_json()
    assert info == {"backend": "s3", "bucket_name": bucket, "media_folder": None, "endpoint_url": None}
