"""Large files go from the browser straight to the bucket; the library itself handles little of them."""

import os
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests import files
from tests.browser.test_upload import choose, line, payload
from tests.s3_server import S3Server
from tests.server.running import Server, start_server

SIZE = 20_000_000
LARGE = files.make_png(40, 30) + os.urandom(SIZE)


@pytest.fixture
def library(s3_server: S3Server, tmp_path: Path) -> Iterator[Server]:
    """A library in a bucket that browsers can reach, with a worker."""
    options = s3_server.environment(f"test-{uuid.uuid4().hex}", max_file_size=100_000_000)
    with start_server(tmp_path, "1", True, **options) as server:
        yield server


@pytest.fixture
def page(chromium: Browser, library: Server) -> Iterator[Page]:
    context = chromium.new_context(base_url=f"http://127.0.0.1:{library.port}")
    yield context.new_page()
    context.close()


def note_traffic(page: Page, library: Server) -> list[int]:
    """Return a list that gets the bytes of each exchange of the page with the library from now on."""
    exchanged: list[int] = []

    def note(request: Request) -> None:
        if f":{library.port}/" in request.url:
            sent = int(request.all_headers().get("content-length", 0))
            sizes = request.sizes()
            headers = sizes["requestHeadersSize"] + sizes["responseHeadersSize"]
            exchanged.append(sent + headers + sizes["responseBodySize"])

    page.on("requestfinished", note)
    return exchanged


def test_a_large_file_does_not_pass_through_the_library(library: Server, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/upload")
    choose(page, payload("small.png", files.make_png(30, 20)))  # loads the panel's scripts and styles
    expect(line(page, "small.png")).to_have_attribute("data-state", "ready", timeout=60_000)
    exchanged = note_traffic(page, library)
    choose(page, payload("large.png", LARGE))
    expect(line(page, "large.png")).to_have_attribute("data-state", "ready", timeout=60_000)
    assert 0 < sum(exchanged) < 100_000
    media = {each["filename"]: each for each in page.request.get("/media/").json()}
    assert media["large.png"]["file_size"] == len(LARGE)
    with urllib.request.urlopen(media["large.png"]["url"]) as answer:
        assert answer.read() == LARGE
    expect(line(page, "large.png").get_by_role("link", name="large.png")).to_have_attribute(
        "href", f"/gallery/{media['large.png']['id']}"
    )
    assert complaints == []


def test_where_the_store_lets_no_page_in_files_go_through_the_library(
    library: Server, page: Page, s3_server: S3Server
) -> None:
    page.route(
        f"{s3_server.endpoint_url}/**",
        lambda route: route.abort() if route.request.method == "PUT" else route.continue_(),
    )
    page.goto("/upload")
    choose(page, payload("large.png", LARGE))
    expect(line(page, "large.png")).to_have_attribute("data-state", "ready", timeout=60_000)
    (media,) = page.request.get("/media/").json()
    assert media["file_size"] == len(LARGE)


def test_parts_that_break_off_are_sent_again(library: Server, page: Page, s3_server: S3Server) -> None:
    broken: list[str] = []

    def break_second(route: Route) -> None:
        if route.request.method == "PUT" and "partNumber=2" in route.request.url and len(broken) < 2:
            broken.append(route.request.url)
            route.fulfill(status=503 if broken[1:] else 403, headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.continue_()

    page.route(f"{s3_server.endpoint_url}/**", break_second)
    page.goto("/upload")
    choose(page, payload("large.png", LARGE))
    expect(line(page, "large.png")).to_have_attribute("data-state", "ready", timeout=60_000)
    assert len(broken) == 2


def test_what_a_worker_refuses_is_told_in_the_line(library: Server, page: Page) -> None:
    page.goto("/upload")
    lie = files.make_html() + b" " * 9_000_000
    choose(page, payload("fake.jpg", lie, "image/jpeg"))
    expect(line(page, "fake.jpg")).to_contain_text(
        "The name ends in .jpg, but the content is text/html.", timeout=60_000
    )
    assert page.request.get("/media/").json() == []


def test_one_that_is_here_already_is_not_kept_twice(library: Server, page: Page) -> None:
    media = library.upload(LARGE, "known.png")
    page.goto("/upload")
    choose(page, payload("large.png", LARGE))
    expect(line(page, "large.png")).to_have_attribute("data-state", "duplicate", timeout=60_000)
    link = line(page, "large.png").get_by_role("link", name="Show it")
    expect(link).to_have_attribute("href", f"/gallery/{media['id']}")


def test_a_cancelled_upload_leaves_nothing_in_the_bucket(
    library: Server, page: Page, s3_server: S3Server
) -> None:
    held: list[Route] = []
    page.route(f"{s3_server.endpoint_url}/**", lambda route: held.append(route))
    page.goto("/upload")
    choose(page, payload("large.png", LARGE))
    expect(line(page, "large.png")).to_have_attribute("data-state", "uploading")
    page.wait_for_timeout(300)
    with page.expect_request(lambda request: request.method == "DELETE") as ended:
        line(page, "large.png").get_by_role("button", name="Cancel large.png").click()
    assert (ended.value.response() or pytest.fail("no answer")).status == 204
    expect(line(page, "large.png")).to_have_count(0)
