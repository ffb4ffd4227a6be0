"""Tags in a form: chips that are completed while one types, and a plain text without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests import files
from tests.browser.library import Library, Visit

PASTE = """(input, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", text);
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


def test_tags_are_chosen_completed_and_removed_by_keyboard(
    library: Library, page: Page, visit: Visit
) -> None:
    library.upload("other.png", files.make_png(), tags="Beach, Bears, beeches, straße")
    media_id = library.upload("a.png", files.make_png(), tags="Old")
    page.goto(f"/gallery/{media_id}/edit")
    typed, chips = page.get_by_role("combobox", name="Tags"), page.get_by_role("list", name="Chosen tags")
    options, real = page.get_by_role("option"), page.locator("input[name=tags]")
    expect(chips.get_by_role("listitem")).to_have_text(["Old"])

    typed.press_sequentially("BEA")
    expect(options).to_have_text(["Beach", "Bears"])
    typed.press("ArrowDown")
    typed.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_text("Bears")
    expect(typed).to_have_attribute("aria-activedescendant", "tags-offers-1")
    typed.press("Enter")
    expect(real).to_have_value("Old, Bears")
    expect(options).to_have_count(0)
    typed.press_sequentially("be")
    expect(options).to_have_text(["Beach", "beeches"])  # not what is chosen already
    typed.press("Escape")
    expect(options).to_have_count(0)
    typed.press_sequentially(" new,BEARS,")
    expect(real).to_have_value("Old, Bears, be new")
    typed.evaluate(PASTE, "Straße, a,\nb  c,, ")
    expect(real).to_have_value("Old, Bears, be new, Straße, a, b c")

    typed.press("Backspace")
    expect(chips.locator("[data-marked]")).to_have_text("b c")
    typed.press("Backspace")
    expect(real).to_have_value("Old, Bears, be new, Straße, a")
    page.get_by_role("button", name="Remove be new").click()
    expect(typed).to_be_focused()
    typed.press_sequentially("last")
    page.get_by_role("button", name="Save").click()
    tags = page.locator(".facts .tag")
    expect(tags).to_have_text(["Old", "Bears", "straße", "a", "last"])
    expect(tags.nth(2)).to_have_attribute("href", "/?tag=stra%C3%9Fe")
    assert visit.complaints == []


@pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])
def test_without_scripts_they_are_a_text_with_commas(library: Library, page: Page) -> None:
    media_id = library.upload("a.png", files.make_png(), tags="Old, Sea")
    page.goto(f"/gallery/{media_id}/edit")
    field = page.get_by_role("textbox", name="Tags")
    expect(field).to_have_value("Old, Sea")
    field.fill("Sea, Summer")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".facts .tag")).to_have_text(["Sea", "Summer"])
