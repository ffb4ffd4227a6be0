"""Finding media: by words as one types, by filters that Back undoes, by groups of conditions, by month."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mediaweb.extensions import db
from tests import files
from tests.browser.library import Library, Visit
from tests.services.library import add_media

NAMES = ".tile__caption, .tile__name"


@pytest.fixture
def harbour(library: Library) -> Library:
    library.upload("Harbour.png", files.make_png(), tags="sea,night", alt_text="Boats")
    library.upload("Lake.png", files.make_png(), tags="sea")
    library.upload("notes.txt", b"Remember the boat.\n")
    return library


def focused(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.id || document.activeElement.innerText.trim()")
    return name


def test_words_and_filters_are_applied_at_once_and_back_undoes_each(
    harbour: Library, page: Page, visit: Visit
) -> None:
    page.goto("/")
    box = page.get_by_role("searchbox", name="Search media")
    box.press_sequentially("harb")
    expect(page.locator(NAMES)).to_have_text(["Harbour.png"])
    expect(page.get_by_text("1 found")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/\?q=harb$"))
    expect(page).to_have_title("harb – Media – mediaweb")
    expect(box).to_be_focused()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.locator(NAMES)).to_have_count(3)
    expect(box).to_have_value("")

    page.locator("summary", has_text="Filters").click()
    page.get_by_role("combobox", name="Tags").fill("SEA, night")
    page.keyboard.press("Enter")
    expect(page.locator(NAMES)).to_have_text(["Harbour.png"])
    page.get_by_label("Remove the filter night").click()
    expect(page.locator(NAMES)).to_have_text(["Lake.png", "Harbour.png"])
    expect(page.locator("input[name=tag][value=SEA]")).to_have_count(1)
    assert focused(page) not in ("", "main")
    page.get_by_role("checkbox", name="Missing alt text").check()
    expect(page.locator(NAMES)).to_have_text(["Lake.png"])
    expect(page.get_by_role("checkbox", name="Missing alt text")).to_be_focused()
    page.reload()
    expect(page.locator(NAMES)).to_have_text(["Lake.png"])
    before = page.url
    page.go_back()
    expect(page).not_to_have_url(before)
    expect(page.locator(NAMES)).to_have_text(["Lake.png", "Harbour.png"])
    page.go_back()
    expect(page.locator(NAMES)).to_have_text(["Harbour.png"])
    assert visit.complaints == []


def test_a_library_that_does_not_answer_is_said_and_asked_again(
    harbour: Library, page: Page, context: BrowserContext
) -> None:
    page.goto("/")
    context.set_offline(True)
    page.get_by_role("link", name="Documents", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The library does not answer")
    expect(page.locator(NAMES)).to_have_count(3)
    context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(NAMES)).to_have_text(["notes.txt"])
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/\?type=document$"))


def test_groups_of_conditions_are_built_by_keyboard(harbour: Library, page: Page, visit: Visit) -> None:
    page.goto("/filter?q=e")
    page.get_by_label("Value").focus()
    page.keyboard.type("harbour")
    page.get_by_role("button", name="Add group").press("Enter")
    group = page.get_by_role("group", name="Group").nth(1)
    expect(group.get_by_label("How the conditions combine")).to_be_focused()
    group.get_by_label("Field").select_option("tags")
    group.get_by_label("Values, one a line").fill("night\nday")
    group.get_by_role("button", name="Add condition").press("Enter")
    expect(group.get_by_label("Field").nth(1)).to_be_focused()
    group.get_by_label("Field").nth(1).select_option("file_size")
    group.get_by_label("Comparison").nth(1).select_option("gt")
    page.get_by_role("button", name="Show what matches").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("conditions › 1 › conditions › 1 › value")
    expect(group.get_by_label("Value", exact=True)).to_have_attribute("aria-invalid", "true")
    visit.complaints.clear()  # the browser notes the answer 422
    group.get_by_label("Value", exact=True).fill("9000000")
    written = page.locator("[data-role=curl]").inner_text()
    body = json.loads(written.partition("-d '")[2].rpartition("'")[0])
    assert body["search"] == "e"
    found = page.request.post("/media/filter", data=body)
    assert [media["filename"] for media in found.json()] == []  # no word begins with e
    page.get_by_role("button", name="Show what matches").press("Enter")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.get_by_role("searchbox", name="Search media").fill("")
    expect(page.locator(NAMES)).to_have_text(["Harbour.png"])
    assert visit.complaints == []


def test_a_long_library_is_jumped_through_by_month(library: Library, page: Page, visit: Visit) -> None:
    start = datetime(2024, 1, 15, 12, tzinfo=UTC)
    with library.app.app_context():
        add_media(db.session(), ({"created_at": start + timedelta(days=2 * number)} for number in range(240)))
        db.session.remove()
    page.goto("/")
    strip = page.get_by_role("navigation", name="Timeline")
    expect(strip).to_be_attached()
    strip.locator("[aria-current]").focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/\?at=2024-02$"))
    expect(page.get_by_role("heading", name="28 February 2024")).to_be_in_viewport()
    assert visit.complaints == []


@pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])
def test_finding_works_without_scripts(harbour: Library, page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox", name="Search media").fill("lake")
    page.keyboard.press("Enter")
    expect(page.locator(NAMES)).to_have_text(["Lake.png"])
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Type").select_option("document")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.get_by_role("link", name="Show 1 without the filters").click()
    page.locator("summary", has_text="Filters").click()
    page.get_by_role("link", name="Advanced").click()
    page.get_by_label("The group as JSON").fill(
        '{"conditions": [{"field": "tags", "operator": "in", "value": ["night"]}]}'
    )
    page.get_by_role("button", name="Show what matches").click()
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.get_by_role("link", name="Remove the filter Advanced filter").click()
    page.get_by_role("link", name="Timeline").click()
    page.get_by_role("listitem").get_by_role("link").first.click()
    expect(page.locator(NAMES)).to_have_text(["Lake.png"])
