"""Looking at media over the gallery: walking through them, editing and deleting on the way."""

import pytest
from playwright.sync_api import Locator, Page, expect

from mediaweb.extensions import db
from mediaweb.services import media_service
from mediaweb.web.gallery import PAGE_SIZE
from tests import files
from tests.browser.library import Library, Visit
from tests.browser.test_every_page import find_violations

#: The name below a tile's picture, or on its card.
NAME = ".tile__caption, .tile__name"


def panel_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Information")


def open_over_gallery(page: Page, name: str) -> Locator:
    """Open a tile's media and wait until all of it is there."""
    page.get_by_role("link", name=name).click()
    viewer = page.get_by_role("dialog", name=name)
    expect(panel_of(page).get_by_role("heading", name=name)).to_be_visible()
    expect(viewer.locator(".pswp__container")).to_be_visible()
    return viewer


def test_one_walks_on_edits_and_comes_back_to_the_place_by_keyboard(
    library: Library, page: Page, visit: Visit
) -> None:
    names = [f"picture {number:02}.png" for number in range(PAGE_SIZE + 4)][::-1]
    ids = {name: library.upload(name, files.make_png()) for name in names[::-1]}
    page.goto("/?type=image")
    tile = page.get_by_role("link", name=names[PAGE_SIZE - 3])
    tile.focus()
    page.keyboard.press("Enter")
    for name in names[PAGE_SIZE - 2 : PAGE_SIZE + 2]:  # beyond what the page came with
        expect(page.locator(".pswp--open")).to_be_visible()
        page.wait_for_timeout(300)
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
    expect(page).to_have_title(f"{names[PAGE_SIZE + 1]} – mediaweb")
    expect(page).to_have_url(f"{library.url}/gallery/{ids[names[PAGE_SIZE + 1]]}?type=image")
    expect(page.locator("dialog [role=status]").first).to_have_text(
        f"{PAGE_SIZE + 2} of {PAGE_SIZE + 4}: {names[PAGE_SIZE + 1]}"
    )

    expect(panel_of(page).get_by_role("heading", name=names[PAGE_SIZE + 1])).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.get_by_role("textbox", name="Name").fill("")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Give it a name.").first).to_be_visible()
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.type("Harbour.png")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Harbour.png is saved.")).to_be_visible()
    expect(panel_of(page).get_by_role("heading", name="Harbour.png")).to_be_visible()

    page.go_back()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page).to_have_url(f"{library.url}/?type=image")
    changed = page.get_by_role("link", name="Harbour.png")
    expect(changed).to_be_focused()
    expect(changed).to_be_in_viewport()
    assert all("422" in complaint for complaint in visit.complaints), visit.complaints


def test_back_drops_what_was_edited_at_the_second_time_only(
    library: Library, page: Page, visit: Visit
) -> None:
    media_id = library.upload("harbour.png", files.make_png())
    page.goto("/")
    viewer = open_over_gallery(page, "harbour.png")
    page.keyboard.press("e")
    page.get_by_role("textbox", name="Name").fill("Lake.png")
    page.go_back()
    expect(page.get_by_text("What you changed isn’t saved.")).to_be_visible()
    expect(page).to_have_url(f"{library.url}/gallery/{media_id}")
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Lake.png")
    page.keyboard.press("?")  # is typed, too
    page.go_back()
    expect(page).to_have_url(f"{library.url}/gallery/{media_id}")
    page.go_back()
    expect(viewer).to_be_hidden()
    expect(page).to_have_url(f"{library.url}/")
    expect(page.get_by_role("link", name="harbour.png")).to_be_focused()
    assert visit.complaints == []


def test_what_is_deleted_here_or_elsewhere_is_left_out(library: Library, page: Page) -> None:
    ids = {name: library.upload(f"{name}.png", files.make_png()) for name in ("fourth", "third", "second")}
    library.upload("first.png", files.make_png())
    library.make_previews()
    page.goto("/")
    open_over_gallery(page, "first.png")
    page.keyboard.press("Delete")
    expect(page.get_by_role("dialog", name="second.png")).to_be_visible()
    expect(page.get_by_text("first.png” is in the trash")).to_be_visible()
    expect(panel_of(page).get_by_role("heading", name="second.png")).to_be_visible()

    with library.app.app_context():
        media_service.delete(db.session(), ids["third"])
        db.session.remove()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("third.png is not here any more")).to_be_visible()
    expect(page.get_by_role("dialog", name="fourth.png")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(NAME)).to_have_text(["second.png", "fourth.png"])
    expect(page.get_by_role("link", name="fourth.png")).to_be_focused()


@pytest.mark.parametrize("context_options", [{"reduced_motion": "reduce"}])
def test_the_viewer_has_its_own_address_and_is_for_everybody(
    library: Library, page: Page, visit: Visit
) -> None:
    library.fill()
    page.goto("/")
    viewer = open_over_gallery(page, "Harbour.png")
    expect(viewer.get_by_role("img", name="A red field")).to_be_visible()
    assert find_violations(page) == []
    page.keyboard.press("e")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    assert find_violations(page) == []
    page.keyboard.press("Escape")
    expect(panel_of(page)).to_be_visible()

    page.go_back()
    expect(viewer).to_be_hidden()
    page.go_forward()
    expect(viewer).to_be_visible()
    page.get_by_role("button", name="Previous").click()
    expect(page.get_by_role("dialog", name="scan.tiff")).to_be_visible()
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()

    viewer = open_over_gallery(page, "crossing.webm")
    expect(viewer.locator("video")).to_be_visible()
    page.keyboard.press(" ")
    page.wait_for_function("document.querySelector('dialog video').currentTime > 0")
    page.reload()
    expect(page.locator("main video")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="crossing.webm")).to_be_visible()
    assert visit.complaints == []
