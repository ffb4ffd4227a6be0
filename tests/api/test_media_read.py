"""GET /media/<id> and the shape of the media object."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.calls import PNG, assert_problem, unsigned, upload, visit
from tests.storages import each_own_link

FIELDS = {
    *("id", "filename", "storage_path", "file_size", "mime_type", "file_type", "description", "alt_text"),
    *("tags", "user_id", "storage_backend", "is_public", "created_at", "updated_at", "url", "download_url"),
    *("checksum", "width", "height", "duration", "taken_at", "camera", "lens"),
    *("preview_state", "thumbnails"),
}
TYPES: dict[str, type | tuple[type, ...]] = {
    "id": int,
    "file_size": int,
    "filename": str,
    "description": (str, type(None)),
    "user_id": (int, type(None)),
    "is_public": bool,
    "duration": (float, type(None)),
    "tags": list,
    "thumbnails": dict,
}
BAD_IDS = [0, -1, 1, 2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1]


def look_up(client: FlaskClient, media_id: int) -> dict[str, Any]:
    response = client.get(f"/media/{media_id}")
    assert (response.status_code, response.content_type) == (200, "application/json")
    media: dict[str, Any] = response.get_json()
    return media


def test_it_has_exactly_the_contracts_fields(client: FlaskClient) -> None:
    media = look_up(client, upload(client)["id"])
    assert set(media) == FIELDS
    assert all(isinstance(media[name], kind) for name, kind in TYPES.items())


def test_it_is_the_same_everywhere(client: FlaskClient) -> None:
    uploaded = upload(client, user_id="1", description="d")
    del uploaded["message"]
    addresses = ["/media/", "/media/public/list", "/media/user/1", "/media/type/image"]
    lists = [client.get(address).get_json() for address in addresses]
    lists.append(client.post("/media/filter", json={}).get_json())
    lists.append(client.post("/media/filter/paginated", json={}).get_json()["data"])
    lists.append([look_up(client, uploaded["id"])])
    assert [[unsigned(media) for media in found] for found in lists] == [[unsigned(uploaded)]] * 7


def test_times_are_utc_and_end_in_z(client: FlaskClient) -> None:
    media = look_up(client, upload(client)["id"])
    for name in ("created_at", "updated_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", media[name])


def test_what_is_unknown_is_null(client: FlaskClient) -> None:
    media = look_up(client, upload(client)["id"])
    assert all(media[name] is None for name in ("description", "alt_text", "user_id", "duration", "taken_at"))


def test_the_file_is_described(client: FlaskClient) -> None:
    media = look_up(client, upload(client)["id"])
    assert (media["file_size"], media["mime_type"], media["file_type"]) == (len(PNG), "image/png", "image")
    assert media["storage_backend"] == client.get("/media/stats/info").get_json()["backend"]
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", media["checksum"])


@each_own_link
def test_addresses_are_absolute_and_as_requested(client: FlaskClient, name: str) -> None:
    media_id = upload(client)["id"]
    media = client.get(f"/media/{media_id}", base_url="https://photos.local:8443/").get_json()
    assert media[name] == f"https://photos.local:8443/media/{media_id}/download"


@each_own_link
@pytest.mark.parametrize(
    "public_url", ["https://media.example.org", "https://media.example.org/", "http://[::1]:8000"]
)
def test_addresses_begin_with_public_url(make_app: Callable[..., Flask], public_url: str, name: str) -> None:
    client = make_app(public_url=public_url).test_client()
    response = visit(client, upload(client)[name].replace(public_url.rstrip("/"), ""))
    media = client.get("/media/").get_json()[0]
    assert (response.status_code, response.data) == (200, PNG)
    assert media[name] == f"{public_url.rstrip('/')}/media/{media['id']}/download"


@each_own_link
def test_a_path_in_public_url_is_kept(make_app: Callable[..., Flask], name: str) -> None:
    client = make_app(public_url="https://example.org/library/").test_client()
    assert upload(client)[name] == "https://example.org/library/media/1/download"


@pytest.mark.parametrize("host", ["a b", "<script>", 'x"y', "a,b", "[::1", "a:99999", "ä"])
def test_a_host_that_is_none_is_refused(client: FlaskClient, host: str) -> None:
    upload(client)
    assert_problem(client.get("/media/", headers={"Host": host}), 400, "malformed_request")


def test_a_bad_host_is_refused_before_anything_changes(app: Flask, client: FlaskClient) -> None:
    media_id = upload(client)["id"]
    response = client.delete(f"/media/{media_id}", headers={"Host": "<x>"})
    assert_problem(response, 400, "malformed_request")
    assert look_up(client, media_id)


@pytest.mark.parametrize("media_id", BAD_IDS)
@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/media/{}"),
        ("HEAD", "/media/{}"),
        ("PATCH", "/media/{}"),
        ("DELETE", "/media/{}"),
        ("GET", "/media/{}/download"),
        ("GET", "/media/{}/thumbnail"),
    ],
)
def test_an_unknown_id_is_not_found(
    harmless_client: FlaskClient, method: str, address: str, media_id: int
) -> None:
    body: dict[str, Any] = {"json": {}} if method == "PATCH" else {}
    response = harmless_client.open(address.format(media_id), method=method, **body)
    assert response.status_code == 404
    if method != "HEAD":
        assert_problem(response, 404, "media_not_found")


@pytest.mark.parametrize(
    "address", ["abc", "1.5", "1e3", "%00", "0x10", "..%2f..%2fetc%2fpasswd", "9" * 5_000]
)
def test_an_id_is_a_number(harmless_client: FlaskClient, address: str) -> None:
    assert harmless_client.get(f"/media/{address}").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "POST", "TRACE", "BREW"])
def test_other_methods_are_refused(client: FlaskClient, method: str) -> None:
    response = client.open("/media/1", method=method)
    assert_problem(response, 405, "method_not_allowed")
    assert {"GET", "PATCH", "DELETE"} <= set(response.headers["Allow"].split(", "))
