"""Previews as a person meets them: still, moving, on their way, and missing."""

import pytest
from playwright.sync_api import Page, expect

from tests import files
from tests.browser.library import Library, Visit

CALM = [{"reduced_motion": "reduce"}]


def upload_film(library: Library) -> int:
    media_id = library.upload("ferry.mp4", files.make_moving_film())
    library.make_previews()
    return media_id


def test_a_video_moves_under_the_pointer_and_rests_without_it(
    library: Library, page: Page, visit: Visit
) -> None:
    media_id = upload_film(library)
    page.goto("/")
    assert not any("/clip?" in url for url in visit.requested_urls)
    page.locator(".tile").hover()
    expect(page.locator("video[data-playing]")).to_be_visible()
    assert any(f"/media/{media_id}/clip?v=" in url for url in visit.requested_urls)
    page.mouse.move(0, 0)
    expect(page.locator("video")).to_have_count(0)
    assert visit.complaints == []


def test_a_video_moves_for_the_keyboard_too(library: Library, page: Page) -> None:
    upload_film(library)
    page.goto("/")
    page.locator(".tile").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.locator(".tile")).to_be_focused()
    expect(page.locator("video[data-playing]")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("video")).to_have_count(0)


@pytest.mark.parametrize("context_options", CALM)
def test_nothing_moves_for_who_wants_no_motion(library: Library, page: Page, visit: Visit) -> None:
    upload_film(library)
    moving = library.upload("bounce.gif", files.make_moving_gif())
    library.make_previews()
    page.goto("/")
    page.locator(".tile", has_text="ferry").hover()
    page.goto(f"/gallery/{moving}")
    source = page.locator(".stage img").evaluate("image => image.decode().then(() => image.currentSrc)")
    assert "/thumbnail" in source
    assert not any("/clip?" in url for url in visit.requested_urls)


def test_a_page_shows_its_preview_by_itself_once_it_is_made(
    library: Library, page: Page, visit: Visit
) -> None:
    page.goto(f"/gallery/{library.upload('scan.tiff', files.make_tiff(320, 200))}")
    expect(page.get_by_text("Its preview is being made.")).to_be_visible()
    expect(page.get_by_role("link", name="Reload")).to_be_visible()
    library.make_previews()
    image = page.locator(".stage img")
    expect(image).to_be_visible()
    expect(page.get_by_text("320 × 200 px")).to_be_visible()
    expect(page.get_by_role("link", name="Reload")).to_have_count(0)
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert visit.complaints == []


@pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])
def test_everything_is_seen_without_a_script(library: Library, page: Page) -> None:
    ids = library.fill()
    page.goto("/")
    expect(page.locator(".tile__picture")).to_have_count(9)
    page.goto(f"/gallery/{ids['tiff']}")
    expect(page.locator(".stage img")).to_be_visible()
    page.goto(f"/gallery/{library.upload('late.tiff', files.make_tiff())}")
    page.get_by_role("link", name="Reload").click()
    expect(page.get_by_text("Its preview is being made.")).to_be_visible()


def test_what_was_transparent_lies_on_squares_and_what_was_not_on_its_colours(
    library: Library, page: Page
) -> None:
    library.upload("badge.png", files.make_clear_png())
    library.upload("harbour.png", files.make_png(320, 200))
    library.make_previews()
    page.goto("/")
    clear, opaque = (page.locator(".tile", has_text=name) for name in ("badge", "harbour"))
    expect(clear.locator(".tile__placeholder")).to_have_count(0)
    expect(opaque.locator(".tile__placeholder")).to_have_count(1)
    assert "conic-gradient" in clear.locator(".tile__picture").evaluate(
        "image => getComputedStyle(image).backgroundImage"
    )


def test_a_browser_without_a_viewer_of_pdf_shows_the_first_page(library: Library, page: Page) -> None:
    media_id = library.upload("programme.pdf", files.make_pdf(3))
    library.make_previews()
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'pdfViewerEnabled', {value: false})")
    page.goto(f"/gallery/{media_id}")
    expect(page.get_by_role("img", name="The first page of programme.pdf")).to_be_visible()
    expect(page.locator("iframe")).to_be_hidden()


@pytest.mark.usefixtures("as_admin")
def test_an_admin_has_a_failed_preview_tried_again(library: Library, page: Page, visit: Visit) -> None:
    library.upload("broken.png", files.make_png(300, 200)[:60])
    library.make_previews()
    page.goto("/admin/previews")
    expect(page.get_by_role("cell", name="damaged")).to_be_visible()
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("Its preview is tried again.")).to_be_visible()
    expect(page.get_by_text("Nothing has failed.")).to_be_visible()
    assert visit.complaints == []
