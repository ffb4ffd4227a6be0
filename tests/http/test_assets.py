"""Scripts and styles: packed as small as the browser takes them, style sheets with those that they import."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

STATIC = Path(__file__).parent.parent.parent / "static"
SCRIPT = "/static/js/grid.js"
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_a_script_is_packed_as_the_browser_takes_it(
    client: FlaskClient, accepted: str, encoding: str | None
) -> None:
    response = client.get(SCRIPT, headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in response.headers["Vary"]
    unpack = UNPACK.get(encoding or "", bytes)
    assert unpack(response.data) == (STATIC / "js" / "grid.js").read_bytes()
    assert response.content_length == len(response.data)
    assert (len(response.data) < (STATIC / "js" / "grid.js").stat().st_size / 2) == (encoding is not None)


def test_who_has_it_gets_nothing_again(client: FlaskClient) -> None:
    for accepted in ("br", "gzip", "identity"):
        headers = {"Accept-Encoding": accepted}
        etag = client.get(SCRIPT, headers=headers).headers["ETag"]
        again = client.get(SCRIPT, headers=headers | {"If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")
        other = client.get(SCRIPT, headers={"Accept-Encoding": "gzip;q=0", "If-None-Match": etag})
        assert other.status_code == (304 if accepted == "identity" else 200)


@pytest.mark.parametrize("name", ["every_page", "gallery"])
def test_a_style_sheet_brings_those_that_it_imports(client: FlaskClient, name: str) -> None:
    sent = client.get(f"/static/css/{name}.css").text
    imported = re.findall(r'@import "([^"]+)"', (STATIC / "css" / f"{name}.css").read_text())
    assert "@import" not in sent
    assert [sent.count((STATIC / "css" / part).read_text()) for part in imported] == [1] * len(imported)


def test_the_addresses_of_a_page_are_kept_for_a_year(client: FlaskClient) -> None:
    page = client.get("/").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page)
    assert len(addresses) > 10
    for address in addresses:
        assert client.get(address, headers={"Accept-Encoding": "gzip"}).headers["Cache-Control"] == (
            "public, max-age=31536000, immutable"
        )


def test_a_picture_and_what_is_not_there_are_left_as_they_are(app: Flask, client: FlaskClient) -> None:
    picture = client.get("/static/img/apple-touch-icon.png", headers={"Accept-Encoding": "br"}, buffered=True)
    assert "Content-Encoding" not in picture.headers
    assert picture.data == (STATIC / "img" / "apple-touch-icon.png").read_bytes()
    for address in ("/static/css/none.css", "/static/css", "/static/../pyproject.toml"):
        assert client.get(address, headers={"Accept-Encoding": "br"}).status_code == 404, address
