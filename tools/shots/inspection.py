"""What is wrong with a scene and no picture shows: axe's findings, complaints, requests to elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Page

from tests.browser.axe import ALL_RULES, COLOUR_RULES, find_violations
from tests.browser.focus import WATCH_FOCUS
from tests.browser.library import Visit

Scheme = Literal["light", "dark"]
#: What Chromium and htmx write of an answer that refuses, and of one that a scene holds back.
EXPECTED = ("Failed to load resource: ", "htmx:error: Failed to fetch")
#: Where requests may go beside the library: the last two are the browser's own PDF viewer.
NOWHERE = ("data:", "blob:", "chrome:", "chrome-extension:")


class Inspection:
    """Watches a tab while a scene is set in it; `problems` are lines to be read, each once."""

    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        self._own = (url, *NOWHERE)
        self._visit = Visit()
        self._is_looked_at = False
        self._violations: dict[str, None] = {}
        page.add_init_script(WATCH_FOCUS)
        page.on("console", self._visit.note_console)
        page.on("pageerror", lambda error: self._visit.complaints.append(str(error)))
        page.on("request", lambda request: self._visit.requested_urls.append(request.url))

    @property
    def problems(self) -> list[str]:
        complaints = [
            line for line in self._visit.complaints if not any(expected in line for expected in EXPECTED)
        ]
        elsewhere = [url for url in self._visit.requested_urls if not url.startswith(self._own)]
        return list(dict.fromkeys([*self._violations, *complaints, *elsewhere]))

    def look(self, scheme: Scheme, *, has_scripts: bool) -> None:
        """Let axe look at the page: by all rules at first, in other schemes by those about colours."""
        rules = COLOUR_RULES if self._is_looked_at else ALL_RULES
        self._is_looked_at = True
        if has_scripts:
            found = find_violations(self._page, rules)
        else:
            with _twin(self._page, scheme) as twin:
                found = find_violations(twin, rules)
        self._violations |= dict.fromkeys(f"{scheme}, {line}" for line in found)


@contextmanager
def _twin(page: Page, scheme: Scheme) -> Iterator[Page]:
    """Show a page that may run no scripts in a tab that may, for axe is one.

    What is there without scripts stays: as another element, for a tab with scripts draws no `noscript`.
    """
    browser = page.context.browser
    assert browser is not None
    html = page.content().replace("<noscript", "<div").replace("</noscript", "</div")
    context = browser.new_context(viewport=page.viewport_size, color_scheme=scheme, reduced_motion="reduce")
    try:
        twin = context.new_page()
        twin.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html"))
        twin.route("**/*.js", lambda route: route.abort())
        twin.goto(page.url)
        yield twin
    finally:
        context.close()
