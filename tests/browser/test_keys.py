"""Keys that lead somewhere, the help that lists them, and the theme."""

import pytest
from playwright.sync_api import Page, expect

from tests import files
from tests.browser.library import Library, Visit
from tests.browser.test_every_page import find_violations


def test_keys_lead_to_places_unless_somebody_types_or_turned_them_off(
    library: Library, page: Page, visit: Visit
) -> None:
    page.goto(f"/gallery/{library.upload('first.png', files.make_png())}")
    expect(page.get_by_role("link", name="Upload")).to_have_attribute("aria-keyshortcuts", "u")
    page.keyboard.press("Control+e")
    page.keyboard.press("e")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit first.png")
    page.get_by_label("Description").focus()
    page.keyboard.type("?u")
    expect(page.get_by_label("Description")).to_have_value("?u")
    page.get_by_role("link", name="Cancel").focus()

    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_).to_contain_text("Uploadu")
    page.keyboard.press("u")  # behind the help
    expect(help_.get_by_role("button", name="Close")).to_be_focused()
    assert find_violations(page) == []
    help_.get_by_role("switch").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Cancel")).to_be_focused()
    expect(page.get_by_role("link", name="Upload")).not_to_have_attribute("aria-keyshortcuts", "u")
    page.keyboard.press("u")
    page.keyboard.press("?")
    expect(help_).to_be_hidden()
    assert page.url.endswith("/edit")

    page.locator("summary", has_text="More").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    help_.get_by_role("switch").check()
    page.keyboard.press("Escape")
    expect(page.locator("summary", has_text="More")).to_be_focused()
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_have_text("Upload")
    assert visit.complaints == []


def test_a_theme_is_there_at_once_and_stays(page: Page) -> None:
    page.goto("/sign-in")
    page.locator("summary", has_text="More").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("body")).to_have_css("background-color", "oklch(0.16 0.005 260)")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator("summary", has_text="More").click()
    assert find_violations(page) == []
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Auto").click()
    expect(page.locator("body")).to_have_css("background-color", "oklch(0.99 0 0)")


@pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])
def test_a_theme_needs_no_script(page: Page) -> None:
    page.goto("/upload")
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Theme").click()
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Upload")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
