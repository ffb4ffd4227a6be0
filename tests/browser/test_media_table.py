"""Looking after many media in the table for admins, with and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests import files
from tests.browser.library import Library
from tests.browser.test_every_page import find_violations

pytestmark = pytest.mark.usefixtures("as_admin")

both_ways = pytest.mark.parametrize(
    "context_options",
    [{"java_script_enabled": False}, {"java_script_enabled": True}],
    ids=["without-javascript", "with-javascript"],
)


@pytest.fixture(autouse=True)
def _boats(library: Library) -> None:
    for name in ("boat 1.png", "boat 2.png", "boat 3.png", "market.png"):
        library.upload(name, files.make_png())


def find(page: Page, words: str) -> None:
    page.goto("/admin/media")
    page.get_by_label("Name, description, alt text, tag or #number").fill(words)
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".count")).to_contain_text("found")


@both_ways
def test_several_are_found_selected_and_made_private(page: Page) -> None:
    find(page, "BOAT")
    expect(page.locator(".table__link")).to_have_text(["boat 3.png", "boat 2.png", "boat 1.png"])
    page.get_by_label("Select boat 1.png").check()
    page.get_by_label("Select boat 3.png").check()
    page.get_by_role("button", name="Make private").click()
    expect(page.locator(".notices")).to_contain_text("2 media changed.")
    expect(page).to_have_url("/admin/media?q=BOAT")
    expect(page.get_by_role("row", name="boat 3.png")).to_contain_text("Private")
    expect(page.get_by_role("row", name="boat 2.png")).to_contain_text("Public")


@both_ways
def test_all_on_a_page_get_alt_text_and_an_owner(page: Page) -> None:
    find(page, "boat")
    select_all(page)
    page.get_by_role("button", name="Set alt text…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set the alt text of 3 media")
    page.get_by_label("Alt text").fill("A boat at a quay")
    page.get_by_role("button", name="Set alt text").click()
    expect(page.locator(".notices")).to_contain_text("3 media changed.")
    select_all(page)
    page.get_by_role("button", name="Set owner…").click()
    page.get_by_label("Owner").select_option("Admin")
    page.get_by_role("button", name="Set owner").click()
    expect(page.locator(".notices")).to_contain_text("3 media changed.")
    expect(page.get_by_role("row", name="boat 2.png")).to_contain_text("Admin")


@both_ways
def test_several_are_deleted_undone_and_restored_from_the_trash(page: Page) -> None:
    find(page, "boat")
    page.get_by_label("Select boat 1.png").check()
    page.get_by_label("Select boat 2.png").check()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".notices")).to_contain_text("2 media moved into the trash.")
    expect(page.locator(".table__link")).to_have_text(["boat 3.png"])
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".notices")).to_have_text("2 media are back.")
    expect(page.locator(".table__link")).to_have_count(3)
    select_all(page)
    page.get_by_role("button", name="Delete").click()
    page.goto("/trash")
    page.get_by_label("boat 2.png").check()
    page.get_by_role("button", name="Restore").click()
    expect(page.locator(".notices")).to_have_text("1 media restored.")
    select_all(page)
    page.get_by_role("button", name="Delete for good…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete 2 media for good?")
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The trash is empty")


@both_ways
def test_one_is_edited_and_the_list_is_as_it_was(page: Page) -> None:
    page.goto("/admin/media?q=boat&sort=name")
    page.get_by_role("link", name="boat 2.png").click()
    page.get_by_label("Alt text").fill("A boat")
    page.get_by_label("Private").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notices")).to_contain_text("boat 2.png is saved.")
    assert "?q=boat&sort=name" in page.url
    page.get_by_role("link", name="boat 2.png").click()
    page.get_by_role("link", name="History").click()
    expect(page.locator(".activity__entry").first).to_contain_text("Admin changed boat 2.png")


def test_a_row_of_boxes_is_checked_with_shift_and_counted(page: Page) -> None:
    page.goto("/admin/media")
    boxes = page.locator("[data-role=one]")
    expect(page.get_by_role("button", name="Make public")).to_be_hidden()
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator(".selection__count")).to_have_text("3 selected")
    expect(page.get_by_label("Select all on this page")).to_be_checked(indeterminate=True)
    page.get_by_label("Select all on this page").check()
    expect(page.locator(".selection__count")).to_have_text("4 selected")


@pytest.mark.parametrize("action", ["Set owner…", "Set alt text…"])
@pytest.mark.parametrize("context_options", [{"viewport": {"width": 390, "height": 844}}])
def test_the_pages_in_between_keep_nobody_out(page: Page, action: str) -> None:
    page.goto("/admin/media")
    page.get_by_label("Select all on this page").check()
    expect(page.locator(".selection__count")).to_have_text("4 selected")
    assert find_violations(page) == []
    page.get_by_role("button", name=action).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("4 media")
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def select_all(page: Page) -> None:
    """Use whichever way there is: a box with JavaScript, a link without."""
    page.wait_for_load_state("load")
    page.locator("[data-role=all]:visible, [data-role=all-link]:visible").click()
