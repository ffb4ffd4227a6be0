"""What holds for every page: no complaints, no other hosts, no sideways scrolling, usable by all."""

from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.library import Library, Visit, too_low_for_fingers, whole_page
from tests.files import make_png

#: What axe looks at; `make screenshots` lets it look at either width in either scheme.
VIEWS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390))
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def addresses_for_anyone(ids: dict[str, int]) -> list[str]:
    """Return the address of every kind of page that anyone may open."""
    some = ["/", "/upload", "/docs", "/filter", "/timeline", "/?type=audio&tag=none", "/trash/empty"]
    forms = [f"/gallery/{ids['picture']}/edit", "/trash", "/trash?selected=all"]
    forms.append(f"/selection/alt-text?id={ids['picture']}&id={ids['svg']}")
    forms += ["/static/media-upload-test.html", "/static/websocket-test.html"]
    return [*some, *forms, *(f"/gallery/{media_id}" for media_id in ids.values())]


def addresses_for_admins(ids: dict[str, int]) -> list[str]:
    """Return the address of every kind of page that only admins may open."""
    return [
        "/admin/media",
        "/admin/media?q=harbour&sort=name&selected=all",
        "/admin/media?q=nothing+is+called+so",
        f"/admin/media/{ids['zip']}",
        "/admin/previews",
        "/admin/activity",
        f"/admin/activity?media={ids['zip']}",
        "/admin/activity?kind=tokens&by=system",
        f"/gallery/{ids['picture']}",
    ]


@pytest.fixture(params=["anyone", "admin"])
def addresses(request: pytest.FixtureRequest, library: Library) -> list[str]:
    """Fill the library; return the address of every kind of page, for a visitor of either kind."""
    pier_id = library.upload("Pier.png", make_png(300, 200))
    ids = library.fill()
    library.move_into_trash(pier_id)
    if request.param == "anyone":
        return addresses_for_anyone(ids)
    request.getfixturevalue("as_admin")
    return addresses_for_admins(ids)


def find_violations(page: Page) -> list[str]:
    """Return axe's findings on the whole page, in a light window and on a dark phone, by scheme and rule."""
    violations: list[str] = []
    size = page.viewport_size
    assert size is not None
    for scheme, width in VIEWS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": size["height"]})
        with whole_page(page):
            violations += [f"{scheme}, {width} px: {found}" for found in axe.find_violations(page)]
    page.set_viewport_size(size)
    return violations


def test_no_page_complains_asks_another_host_or_keeps_anyone_out(
    library: Library, addresses: list[str], page: Page, visit: Visit
) -> None:
    for address in addresses:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert visit.complaints == [], address
        assert find_violations(page) == [], address
    own = (library.url, "data:", "blob:", "chrome:", "chrome-extension:")  # the browser's own PDF viewer
    assert [url for url in visit.requested_urls if not url.startswith(own)] == []
    page.goto("/nope")
    assert find_violations(page) == []


@pytest.mark.parametrize("context_options", [PHONE])
def test_pages_fit_a_phone_and_fingers(addresses: list[str], page: Page) -> None:
    for address in [*addresses, "/nope"]:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        assert too_low_for_fingers(page, ".button, .field__input") == [], address
        page.set_viewport_size({"width": 1280, "height": 720})  # a tablet
        assert too_low_for_fingers(page, ".button, .field__input") == [], address
        page.set_viewport_size(PHONE["viewport"])


def test_the_documentation_lists_every_operation(library: Library, page: Page, visit: Visit) -> None:
    page.goto("/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    document = page.request.get("/openapi.json").json()
    operations = [method for path in document["paths"].values() for method in path]
    expect(page.locator(".opblock")).to_have_count(len(operations))
    assert [url for url in visit.requested_urls if not url.startswith((library.url, "data:"))] == []


def test_an_operation_can_be_tried_in_the_documentation(page: Page, visit: Visit) -> None:
    page.goto("/docs")
    page.locator(".opblock-summary-path", has_text="/media/stats/info").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    assert find_violations(page) == []
    assert visit.complaints == []


def test_the_fields_of_an_upload_have_names_in_the_documentation(page: Page, visit: Visit) -> None:
    page.goto("/docs")
    page.locator('[data-path="/media/upload"]').click()
    page.get_by_role("button", name="Try it out").click()
    expect(page.get_by_label("file", exact=True)).to_have_attribute("type", "file")
    expect(page.get_by_role("combobox", name="is_public")).to_be_visible()
    page.get_by_role("button", name="Schemas").click()
    page.get_by_role("button", name="Problem", exact=True).click()
    assert find_violations(page) == []
    assert visit.complaints == []


def test_the_body_of_a_request_has_a_name_in_the_documentation(page: Page) -> None:
    page.goto("/docs")
    page.locator('[data-path="/media/filter"]').click()
    page.get_by_role("button", name="Try it out").click()
    expect(page.get_by_role("textbox", name="Request body")).to_be_visible()
    assert find_violations(page) == []


def test_the_documentation_says_that_it_could_not_be_loaded(page: Page) -> None:
    page.route("**/openapi.json", lambda route: route.fulfill(status=503, body=""))
    page.goto("/docs")
    expect(page.get_by_role("main")).to_contain_text("could not be loaded")
    assert find_violations(page) == []


def test_an_address_that_is_nothing_says_so_and_leads_back(page: Page) -> None:
    response = page.goto("/nope")
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    page.get_by_role("link", name="Show all media").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("Nothing here yet")
