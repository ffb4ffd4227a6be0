"""What the tests know of a running library and of a visit to it."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask
from playwright.sync_api import ConsoleMessage, Page
from sqlalchemy import select

from mediaweb.extensions import db
from mediaweb.models import Media
from mediaweb.services import trash
from mediaweb.services.access import SYSTEM
from mediaweb.services.previews import make_all_previews
from tests import files


@dataclass
class Library:
    """A running library: where it answers, ways to fill it without a browser, and itself from behind."""

    url: str
    app: Flask

    def upload(self, filename: str, content: bytes, **fields: str) -> int:
        """Upload by the API and return the new id; public unless the fields say otherwise."""
        boundary = "a-boundary-that-no-test-file-holds"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in ({"is_public": "true"} | fields).items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'
        body = "".join(parts).encode() + head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        request = urllib.request.Request(
            f"{self.url}/media/upload",
            body,
            {"Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        with urllib.request.urlopen(request) as response:
            return int(response.headers["Location"].rpartition("/")[2])

    def make_previews(self) -> None:
        """Do what a worker would: this library has none, so that no page changes while it is looked at."""
        with self.app.app_context():
            waiting = list(db.session.scalars(select(Media.id).where(Media.preview_todo.is_not(None))))
            for media_id in waiting:
                make_all_previews(db.session(), media_id)
            db.session.remove()

    def move_into_trash(self, media_id: int) -> None:
        """Delete a media such that it can be restored."""
        with self.app.app_context():
            trash.trash(db.session(), media_id, SYSTEM)
            db.session.remove()

    def fill(self) -> dict[str, int]:
        """Upload one media of every way that pages draw them, with previews; return their ids by kind."""
        ids = self.fill_without_previews()
        self.make_previews()
        return ids

    def fill_without_previews(self) -> dict[str, int]:
        """Do the same, with everything still to be drawn."""
        return {
            "picture": self.upload(
                "Harbour.png",
                files.make_png(320, 200),
                alt_text="A red field",
                description="Taken\ntwice",
                tags="Boats, Sea",
                user_id="1",
            ),
            "tiff": self.upload("scan.tiff", files.make_tiff()),
            "svg": self.upload("logo.svg", files.make_svg()),
            "video": self.upload("crossing.webm", files.make_webm()),
            "audio": self.upload("harbour.wav", files.make_wav()),
            "text": self.upload("notes.txt", b"Remember the boat.\n"),
            "pdf": self.upload("Programme.pdf", files.make_pdf()),
            "clear": self.upload("badge.png", files.make_clear_png()),
            "moving": self.upload("bounce.gif", files.make_moving_gif()),
            "film": self.upload("ferry.mp4", files.make_moving_film()),
            "broken": self.upload("broken.png", files.make_png(300, 200)[:60]),
            "zip": self.upload("a-very-long-name-without-any-space-in-it-" * 4 + ".zip", files.make_zip()),
        }


#: What Chromium writes of a live connection that is still being opened when its page, or its list, is left.
LEFT_EARLY = "WebSocket is closed before the connection is established"


@dataclass
class Visit:
    """What pages complained about, and which hosts they asked, during a test."""

    complaints: list[str] = field(default_factory=list)
    requested_urls: list[str] = field(default_factory=list)

    def note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and LEFT_EARLY not in message.text:
            self.complaints.append(message.text)


SETTLED = """() => Promise.all([
    document.fonts.ready,
    ...document.getAnimations()
        .filter((each) => each.playState === "running" && isFinite(each.effect.getComputedTiming().endTime))
        .map((each) => each.finished.catch(() => "cancelled")),
]).then(() => null)"""


@contextmanager
def whole_page(page: Page) -> Iterator[None]:
    """Show a page whole and at rest, to measure it.

    The window becomes as high as the page: where a test, or Playwright on its way to an element, had scrolled
    to, bars that stick to an edge cover whatever lies there.
    """
    page.wait_for_load_state("networkidle")
    size = page.viewport_size
    assert size is not None
    height: int = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(SETTLED)
    yield
    page.set_viewport_size(size)


FINGER_PX = 44


def too_low_for_fingers(page: Page, selector: str) -> list[str]:
    """Return the text of each control that can be seen and is lower than 44 px."""
    page.wait_for_load_state("load")
    low: list[str] = page.locator(selector).evaluate_all(
        """(controls, least) => controls
            .filter((control) => control.checkVisibility() && control.getBoundingClientRect().height < least)
            .map((control) => control.innerText || control.name)""",
        FINGER_PX,
    )
    return low
