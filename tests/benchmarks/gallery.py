"""How the gallery feels with 100,000 media: its pages, the search as one types, and Chromium scrolling it."""

import shutil
import sqlite3
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, Page, Request, sync_playwright

from mediaweb import create_app
from mediaweb.extensions import db
from mediaweb.models import Media
from mediaweb.services.search import index_words
from mediaweb.settings import load_settings
from tests.benchmarks.library import make_library
from tests.benchmarks.load import get, run_load
from tests.benchmarks.pictures import add_pictures
from tests.benchmarks.report import Measurement
from tests.benchmarks.servers import run_mediaweb

LOOKS = 300
TILES = 2000
#: What somebody types, letter by letter: what every name begins with, words of descriptions, a number.
TYPED = ("holiday 0042", "sea day", "99999")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
#: Begins before the page does: `window.felt` has what the browser says of it.
OBSERVE = """
window.felt = {lcp: 0, cls: 0};
new PerformanceObserver((list) => list.getEntries().forEach((entry) => (felt.lcp = entry.startTime)))
    .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (!entry.hadRecentInput) felt.cls += entry.value;
})).observe({type: "layout-shift", buffered: true});
"""
#: Scrolls for so many milliseconds, as fast as a quick finger; returns how long each frame took.
SCROLL = """(milliseconds) => new Promise((resolve) => {
    const frames = [];
    const begin = performance.now();
    let last = begin;
    requestAnimationFrame(function step(now) {
        frames.push(now - last);
        last = now;
        scrollBy(0, 60);
        if (now - begin < milliseconds) requestAnimationFrame(step);
        else resolve(frames.slice(2));
    });
})"""


def measure(folder: Path) -> Iterator[Measurement]:
    """The first page and the search, as they leave the server; then what a browser makes of them."""
    database = make_library(folder)
    add_pictures(folder, database, TILES * 2)
    _index(folder, database)
    with run_mediaweb(folder, RATE_LIMIT_API="off") as port:
        first = run_load(port, repeat(get("/"), LOOKS), concurrency=1)
        yield Measurement("gallery, HTML, p95", first.p95 * 1e3, 25, "ms", at_most=1)
        beginnings = [word[:end] for word in TYPED for end in range(1, len(word) + 1)]
        searches = [get(f"/?q={quote(begun)}", **{"HX-Request": "true"}) for begun in beginnings]
        typed = run_load(port, iter(searches * 10), concurrency=1)
        yield Measurement("search as one types, p95", typed.p95 * 1e3, 50, "ms", at_most=1)
        yield from _measure_in_browser(port)


def _index(folder: Path, database: Path) -> None:
    """Fill the full-text index, which the rows made by bare SQL lack."""
    app = create_app(load_settings(instance_path=folder / "instance", media_folder=folder / "media"))
    with app.app_context(), db.engine.begin() as connection:
        index_words(connection, connection.execute(db.select(*Media.__table__.c)))
    with sqlite3.connect(database) as connection_:
        connection_.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _measure_in_browser(port: int) -> Iterator[Measurement]:
    chromium = shutil.which("chromium")
    if chromium is None:
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield from _measure_load(browser, port)
        yield from _measure_scrolling(browser, port)
        browser.close()


def _measure_load(browser: Browser, port: int) -> Iterator[Measurement]:
    """What the first visit costs, best of three, in bytes and until the largest picture is there."""
    pages = [_visit(browser, port) for _ in range(3)]
    felt: list[dict[str, float]] = [page.evaluate("felt") for page, _ in pages]
    yield Measurement("largest contentful paint", min(each["lcp"] for each in felt), 1000, "ms", at_most=1)
    yield Measurement("layout shift", max(each["cls"] for each in felt) * 1000, 20, "/1000", at_most=1)
    sizes = pages[0][1]
    yield Measurement("gallery, HTML, compressed", sizes["document"] / 1e3, 30, "kB", at_most=1)
    scripts = sizes["script"] + sizes["stylesheet"]
    yield Measurement("its scripts and styles, compressed", scripts / 1e3, 80, "kB", at_most=1)
    for page, _ in pages:
        page.context.close()


def _visit(browser: Browser, port: int) -> tuple[Page, dict[str, float]]:
    """Open the gallery in a browser that was never there; return the page and bytes by kind of resource."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(OBSERVE)
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))
    page.goto(f"http://127.0.0.1:{port}/", wait_until="networkidle")
    sizes: dict[str, float] = {"document": 0, "script": 0, "stylesheet": 0}
    for request in finished:
        if request.resource_type in sizes:
            sizes[request.resource_type] += request.sizes()["responseBodySize"]
    return page, sizes


def _measure_scrolling(browser: Browser, port: int) -> Iterator[Measurement]:
    """Scroll until 2,000 tiles are there: how even that is, and what it leaves in memory."""
    page, _ = _visit(browser, port)
    _scroll(page, 2000)
    first_heap = _heap_bytes(page)
    frames: list[float] = []
    while page.locator(".tiles__item").count() < TILES:
        frames += _scroll(page, 2000)
    slow = sorted(frames)[int(len(frames) * 0.95)]
    yield Measurement("scrolling 2,000 tiles, frames, p95", slow, 20, "ms", at_most=1)
    yield Measurement("its memory, in pages of the first", _heap_bytes(page) / first_heap, 10, "×", at_most=1)
    page.context.close()


def _scroll(page: Page, milliseconds: int) -> Any:
    return page.evaluate(SCROLL, milliseconds)


def _heap_bytes(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    found: float = session.send("Runtime.getHeapUsage")["usedSize"]
    return found
