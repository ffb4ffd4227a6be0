"""Pictures that a browser loads from the store: the policy lets it, and what has expired is loaded anew."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from mediaweb import create_app
from mediaweb.extensions import db
from mediaweb.previews.decoder import Decoder
from mediaweb.settings import load_settings
from tests.files import make_jpeg
from tests.previewing import make_all
from tests.s3_server import S3Server
from tests.server.running import Server, start_server


@pytest.fixture
def library(s3_server: S3Server, decoder: Decoder, tmp_path: Path) -> Iterator[Server]:
    """A library in a bucket with one picture."""
    bucket = f"test-{uuid.uuid4().hex}"
    with start_server(tmp_path, **s3_server.environment(bucket)) as server:
        media = server.upload(make_jpeg(800, 600), "beach.jpg")
        folders: dict[str, Any] = {"instance_path": tmp_path, "media_folder": tmp_path / "media"}
        app = create_app(load_settings(**folders, **s3_server.settings(bucket)))
        app.extensions["mediaweb_decoder"] = decoder
        make_all(app, media["id"])
        with app.app_context():
            db.engine.dispose()
        yield server


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def wait_for_picture(page: Page, selector: str = ".tile__picture") -> str:
    """Wait until a picture, the tile's unless told otherwise, is drawn; return where it came from."""
    page.wait_for_function("(selector) => document.querySelector(selector)?.naturalWidth > 0", arg=selector)
    source: str = page.locator(selector).evaluate("picture => picture.currentSrc")
    return source


def test_a_tile_shows_its_picture_from_the_store(library: Server, s3_server: S3Server, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"http://127.0.0.1:{library.port}/")
    assert wait_for_picture(page).startswith(s3_server.endpoint_url)
    assert complaints == []


def test_a_picture_whose_address_has_expired_is_loaded_anew(
    library: Server, s3_server: S3Server, page: Page
) -> None:
    refused: list[str] = []

    def refuse_once(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=403)

    page.route(f"{s3_server.endpoint_url}/**", refuse_once)
    page.goto(f"http://127.0.0.1:{library.port}/")
    assert "/media/1/thumbnail?" in wait_for_picture(page)
    assert len(refused) == 1


def test_a_picture_whose_address_expired_while_the_page_was_open_is_loaded_anew_over_the_gallery(
    library: Server, s3_server: S3Server, page: Page
) -> None:
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.fulfill(status=403)

    page.goto(f"http://127.0.0.1:{library.port}/")
    assert wait_for_picture(page).startswith(s3_server.endpoint_url)
    page.route(f"{s3_server.endpoint_url}/**", refuse)
    page.get_by_role("link", name="beach.jpg").click()
    # The largest there is; where it leads to is no request that a page makes, so it is not refused.
    assert "/media/1/thumbnail?size=1280&" in wait_for_picture(
        page, ".pswp__img:not(.pswp__img--placeholder)"
    )
    assert refused
    assert page.get_by_text("could not be loaded").count() == 0
