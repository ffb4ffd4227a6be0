"""What browsers, crawlers and other sites learn of the library."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from mediaweb.extensions import db
from mediaweb.services.previews import make_all_previews
from tests import files
from tests.api.calls import upload
from tests.people import ADMIN_ID, sign_in_as
from tests.services.library import add_media
from tests.web.pages import HTML

NOINDEX = '<meta name="robots" content="noindex">'

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def meta_of(client: FlaskClient, address: str) -> dict[str, str]:
    """Return what a page says of itself, by property or name."""
    page = client.get(address, headers=HTML).get_data(as_text=True)
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page)
    canonical = re.findall(r'<link (rel="canonical") href="([^"]*)">', page)
    return {name: unescape(value) for name, value in [*found, *canonical]}


def test_the_manifest_names_icons_that_are_there(client: FlaskClient) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = answer.get_json(force=True)
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = Image.open(BytesIO(client.get(icon["src"], buffered=True).data))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
    page = client.get("/", headers=HTML).get_data(as_text=True)
    for address in re.findall(r'<link rel="(?:icon|apple-touch-icon|manifest)" href="([^"]+)"', page):
        assert client.get(address, buffered=True).status_code == 200, address


def test_the_icon_is_at_its_usual_place(client: FlaskClient) -> None:
    picture = Image.open(BytesIO(client.get("/favicon.ico", buffered=True).data))
    assert (picture.format, picture.size) == ("ICO", (32, 32))


def test_crawlers_are_led_to_public_pages_only(make_app: Callable[..., Flask]) -> None:
    rules = make_app(anonymous_access="read").test_client().get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /admin/\n" in rules
    assert "Disallow: /\n" not in rules
    rules = make_app(anonymous_access="none").test_client().get("/robots.txt").get_data(as_text=True)
    assert rules == "User-agent: *\nDisallow: /\n"


def test_a_public_picture_brings_what_others_show_beside_a_link(client: FlaskClient, app: Flask) -> None:
    media_id = upload(client, files.make_png(1600, 800), filename="a.png", description='A "quay"\n at dusk')[
        "id"
    ]
    client.patch(f"/media/{media_id}", json={"alt_text": "Boats"})
    with app.app_context():
        make_all_previews(db.session(), media_id)
    meta = meta_of(client, f"/gallery/{media_id}")
    address = f"http://localhost/gallery/{media_id}"
    assert meta['rel="canonical"'] == meta["og:url"] == address
    assert meta["description"] == meta["og:description"] == 'A "quay" at dusk'
    assert (meta["og:title"], meta["og:type"]) == ("a.png", "website")
    assert (meta["og:image:width"], meta["og:image:height"]) == ("1280", "640")
    assert (meta["og:image:alt"], meta["twitter:card"]) == ("Boats", "summary_large_image")
    assert "robots" not in meta
    picture = Image.open(BytesIO(client.get(meta["og:image"], headers={"Accept": "*/*"}).data))
    assert picture.size == (1280, 640)


def test_what_can_be_played_is_named_with_its_type(client: FlaskClient) -> None:
    media_id = upload(client, files.make_wav(), filename="harbour.wav")["id"]
    meta = meta_of(client, f"/gallery/{media_id}")
    assert meta["og:audio"] == f"http://localhost/media/{media_id}/download?disposition=inline"
    assert meta["og:audio:type"].startswith("audio/")
    assert meta["description"].startswith("WAV, ")
    assert "og:image" not in meta


def test_nothing_is_told_of_what_not_everybody_may_see(make_app: Callable[..., Flask]) -> None:
    for mode, is_public in (("write", False), ("none", True)):
        app = make_app(anonymous_access=mode)
        admin = sign_in_as(app.test_client(), app, ADMIN_ID)
        with app.app_context():
            (media_id,) = add_media(db.session(), [{"user_id": ADMIN_ID, "is_public": is_public}])
        meta = meta_of(admin, f"/gallery/{media_id}")
        assert meta["robots"] == "noindex"
        assert not [name for name in meta if name.startswith(("og:", "rel=")) or name == "description"]


@pytest.mark.parametrize("address", ["/sign-in", "/upload", "/theme", "/nowhere", "/gallery/999"])
def test_forms_and_errors_are_not_for_search_engines(client: FlaskClient, address: str) -> None:
    assert NOINDEX in client.get(address, headers=HTML).get_data(as_text=True)


def test_the_library_itself_is(client: FlaskClient) -> None:
    meta = meta_of(client, "/")
    assert meta['rel="canonical"'] == meta["og:url"] == "http://localhost/"
    assert "robots" not in meta
