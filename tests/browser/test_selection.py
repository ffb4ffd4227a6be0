"""Many media at once in the gallery: by mouse, keyboard and touch, and without JavaScript."""

import pytest
from playwright.sync_api import Locator, Page, expect

from mediaweb.extensions import db
from mediaweb.models import Media
from tests import files
from tests.browser.library import Library, Visit
from tests.browser.test_every_page import find_violations

NAMES = [f"boat {number}.png" for number in range(8)]


@pytest.fixture(autouse=True)
def _boats(library: Library) -> None:
    for name in NAMES:
        library.upload(name, files.make_png(), tags="sea" if name == "boat 7.png" else "")
    library.upload("notes.txt", b"Remember the boat.\n")


@pytest.fixture
def tiles(page: Page) -> Locator:
    """The tiles, the newest first: the text, then the boats from the last to the first."""
    page.goto("/")
    return page.locator(".tile")


def selected(page: Page) -> list[str]:
    names: list[str] = page.locator(".tile__box:checked").evaluate_all(
        "boxes => boxes.map((box) => box.getAttribute('aria-label').replace('Select ', ''))"
    )
    return names


def read_alt_texts(library: Library) -> list[str | None]:
    with library.app.app_context():
        return [media.alt_text for media in db.session.query(Media).order_by(Media.id)]


def test_tiles_are_selected_by_mouse_and_keys_and_changed_in_place(
    page: Page, tiles: Locator, visit: Visit, library: Library
) -> None:
    bar = page.get_by_role("group", name="Selected media")
    expect(bar).to_be_hidden()
    page.get_by_label("Select boat 7.png").check()
    tiles.nth(3).click()  # while something is selected, a click selects
    tiles.nth(5).click(modifiers=["Shift"])
    assert selected(page) == ["boat 7.png", "boat 5.png", "boat 4.png", "boat 3.png"]
    expect(bar).to_contain_text("4 selected")
    assert find_violations(page) == []
    bar.get_by_role("button", name="Clear the selection").click()
    expect(bar).to_be_hidden()
    tiles.nth(0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    assert selected(page) == ["boat 7.png", "boat 6.png"]
    bar.get_by_title("Visibility").click()
    bar.get_by_role("button", name="Make private").click()
    expect(page.locator(".notice--floating")).to_contain_text("2 media changed.")
    expect(tiles).to_have_count(7)  # who is not known does not see them any more
    expect(bar).to_be_hidden()
    page.keyboard.press("Control+a")
    expect(bar).to_contain_text("7 selected")
    page.keyboard.press("Escape")
    assert selected(page) == []
    assert visit.complaints == []
    assert page.url == library.url + "/"


def test_alt_texts_are_written_one_after_the_other_by_keys_alone(
    page: Page, tiles: Locator, library: Library
) -> None:
    page.get_by_label("Select all of Today").check()
    page.get_by_role("button", name="Alt text…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 of 8")  # the text has none
    expect(dialog.get_by_role("heading")).to_have_text("boat 7.png")
    expect(dialog.get_by_label("Alt text")).to_be_focused()
    page.keyboard.type("Seven boats")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("2 of 8")
    dialog.get_by_role("button", name="Skip").press("Enter")
    expect(dialog).to_contain_text("3 of 8")
    expect(dialog.get_by_label("Alt text")).to_be_focused()
    page.keyboard.type("Five boats")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("4 of 8")
    dialog.get_by_role("button", name="Back").press("Enter")
    expect(dialog.get_by_label("Alt text")).to_have_value("Five boats")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(".notice--floating")).to_contain_text("2 alt texts are saved.")
    expect(page.get_by_role("button", name="Alt text…")).to_be_focused()
    assert read_alt_texts(library) == [None] * 5 + ["Five boats", None, "Seven boats", None]


@pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])
def test_without_javascript_boxes_are_sent_by_a_form(page: Page, tiles: Locator) -> None:
    for name in ("boat 1.png", "boat 2.png"):
        page.get_by_label(f"Select {name}").check()
    page.get_by_role("button", name="Tags…").click()
    page.get_by_label("Add tags").fill("harbour")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notices")).to_contain_text("2 media changed.")


@pytest.mark.parametrize("context_options", [{"has_touch": True, "is_mobile": True}])
def test_a_long_press_begins_and_taps_go_on(page: Page, tiles: Locator) -> None:
    box = tiles.nth(1).bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)
    place = [{"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}]
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": place})
    expect(page.get_by_label("Select boat 7.png")).to_be_checked()
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    tiles.nth(2).tap()
    assert selected(page) == ["boat 7.png", "boat 6.png"]
