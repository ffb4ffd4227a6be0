"""A server, its library empty for each test, and Debian's Chromium to visit it with."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import select

from mediaweb import create_app
from mediaweb.extensions import db
from mediaweb.models import Media
from mediaweb.previews.decoder import Decoder
from mediaweb.services import media_service, trash
from mediaweb.services.access import SYSTEM
from mediaweb.settings import load_settings
from tests.browser.focus import WATCH_FOCUS
from tests.browser.library import Library, Visit
from tests.conftest import skip_or_fail
from tests.people import ADMIN_ID, sign_in_as
from tests.servers import OPTIONS, find_free_port

START_SECONDS = 120
#: A busy machine is no failure: how long the browser waits for what a test expects.
PATIENCE_MS = 30_000
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the served library keeps everything."""
    return tmp_path_factory.mktemp("library")


@pytest.fixture(scope="session")
def server_url(server_folder: Path) -> Iterator[str]:
    """A library that anyone may write to, served as `make run` does."""
    folder = server_folder
    port = find_free_port()
    environment = {name: value for name, value in os.environ.items() if name.upper() not in OPTIONS} | {
        "INSTANCE_PATH": str(folder / "instance"),
        "MEDIA_FOLDER": str(folder / "media"),
        "ANONYMOUS_ACCESS": "write",
    }
    command = [
        str(Path(sys.executable).with_name("mediaweb")),
        *("serve", "--workers", "1", "--port", str(port), "--no-worker"),
    ]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_it_answers(server, port, folder / "server.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=START_SECONDS)


def _wait_until_it_answers(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"The server did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def back_door(server_url: str, server_folder: Path, decoder: Decoder) -> Iterator[Flask]:
    """The served library, opened a second time from behind."""
    app = create_app(
        load_settings(instance_path=server_folder / "instance", media_folder=server_folder / "media")
    )
    app.extensions["mediaweb_decoder"] = decoder
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def library(server_url: str, back_door: Flask) -> Library:
    """The library, with nothing in it."""
    with back_door.app_context():
        for media_id in list(db.session.scalars(select(Media.id))):
            media_service.delete(db.session(), media_id)
        trash.empty(db.session(), SYSTEM)
        db.session.remove()
    return Library(server_url, back_door)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        skip_or_fail("no Chromium on this machine: apt install chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context_options() -> dict[str, Any]:
    """How the browser is set up: a test overrides this by `parametrize`."""
    return {}


@pytest.fixture
def context(chromium: Browser, library: Library, context_options: dict[str, Any]) -> Iterator[BrowserContext]:
    """A browser profile of its own; relative addresses are the library's."""
    context = chromium.new_context(base_url=library.url, **context_options)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def as_admin(context: BrowserContext, library: Library, back_door: Flask) -> None:
    """Let the browser be signed in as the first admin."""
    client = sign_in_as(back_door.test_client(), back_door, ADMIN_ID)
    cookie = client.get_cookie(back_door.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": library.url}])


@pytest.fixture
def visit(context: BrowserContext) -> Visit:
    """Keep a record of what the pages of this test do; to lose the focus is a complaint, too."""
    visit = Visit()
    context.add_init_script(WATCH_FOCUS)
    context.on("console", visit.note_console)
    context.on("weberror", lambda error: visit.complaints.append(str(error.error)))
    context.on("request", lambda request: visit.requested_urls.append(request.url))
    return visit


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty tab."""
    return context.new_page()
