"""What the tests know of a running library and of a visit to it."""

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import ConsoleMessage, Page

from tests import files

#: How long a busy machine may take over the previews of a test.
PATIENCE_SECONDS = 60


@dataclass
class Library:
    """A running library: where it answers, and ways to fill it without a browser."""

    url: str

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

    def wait_for_previews(self) -> None:
        """Wait until the worker has made all that there is to make."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while any(media["preview_state"] == "pending" for media in self._list()):
            assert time.monotonic() < deadline, "the worker makes no previews"
            time.sleep(0.1)

    def _list(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/media/?limit=1000") as response:
            listed: list[dict[str, Any]] = json.load(response)
        return listed

    def fill(self) -> dict[str, int]:
        """Upload one media of every way that pages draw them, with previews; return their ids by kind."""
        ids = self._upload_every_kind()
        self.wait_for_previews()
        return ids

    def _upload_every_kind(self) -> dict[str, int]:
        return {
            "picture": self.upload(
                "Harbour.png",
                files.make_png(320, 200),
                alt_text="A red field",
                description="Taken\ntwice",
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


@dataclass
class Visit:
    """What pages complained about, and which hosts they asked, during a test."""

    complaints: list[str] = field(default_factory=list)
    requested_urls: list[str] = field(default_factory=list)

    def note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
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
