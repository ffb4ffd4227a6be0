"""Looking through the library."""

import pytest
from playwright.sync_api import Page, expect

from mediaweb.web.gallery import PAGE_SIZE
from tests import files
from tests.browser.library import Library, Visit

#: A tile's name, whether it has a picture yet or not.
NAME = ".tile__caption, .tile__name"


def test_an_empty_library_says_what_to_do(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=2)).to_have_text("Nothing here yet")
    page.get_by_role("link", name="Upload the first file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Upload")


def test_the_newest_come_first_and_the_older_behind(library: Library, page: Page) -> None:
    names = [f"picture {number:02}.png" for number in range(PAGE_SIZE + 3)]
    for name in names:
        library.upload(name, files.make_png())
    page.goto("/")
    expect(page.get_by_role("heading", level=2)).to_have_text("Today")
    page.keyboard.press("End")  # what comes next is there before the end is
    expect(page.locator(NAME)).to_have_text(names[::-1])


def test_a_tile_is_named_by_its_file_and_leads_to_it(library: Library, page: Page) -> None:
    library.upload("Harbour.png", files.make_png())
    library.make_previews()
    page.goto("/")
    page.get_by_role("link", name="Harbour.png", exact=True).click()
    expect(page.get_by_role("heading", name="Harbour.png")).to_be_visible()


def test_a_tile_reserves_its_place_before_its_picture_arrives(library: Library, page: Page) -> None:
    library.upload("Harbour.png", files.make_png(300, 900))
    library.make_previews()
    page.route("**/thumbnail*", lambda _: None)
    page.goto("/", wait_until="domcontentloaded")
    box = page.locator(".tile").bounding_box()
    assert box is not None
    assert box["height"] == pytest.approx(0.88 * 220, abs=1)  # alone in its row, it does not grow
    assert box["width"] == pytest.approx(box["height"] / 2, abs=3)  # the narrowest that a tile gets


def test_tab_reaches_the_tiles_with_a_visible_focus(library: Library, page: Page) -> None:
    library.upload("first.png", files.make_png())
    library.upload("second.png", files.make_png())
    library.make_previews()
    page.goto("/")
    focused: list[str] = []
    while "first.png" not in focused and len(focused) < 20:
        page.keyboard.press("Tab")
        focused.append(" ".join(page.evaluate("document.activeElement.innerText").split()))
    search_box = ""
    assert focused[:6] == ["Skip to content", "mediaweb", search_box, "Upload", "Sign in", "More"]
    assert focused[6:11] == ["Filters", "Images", "Videos", "Audio", "Documents"]
    boxes = ""  # of the day and of each tile
    assert focused[11:] == [
        *("Timeline", "Sorted: Newest first", boxes, "second.png", boxes, "first.png"),
    ]
    tile = page.locator(".tile:focus")
    expect(tile).to_have_css("outline-style", "solid")
    expect(tile).to_have_css("outline-width", "3px")
    expect(tile.locator(".tile__caption")).to_have_css("opacity", "1")


def test_the_skip_link_leads_to_the_content(library: Library, page: Page) -> None:
    library.upload("first.png", files.make_png())
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="Filters")).to_be_focused()


def test_what_has_no_picture_is_a_card_with_its_kind(library: Library, page: Page) -> None:
    library.fill()
    page.goto("/")
    for kind in ("TXT", "ZIP"):
        expect(page.locator(".tile__kind", has_text=kind)).to_be_visible()
    expect(page.get_by_role("img")).to_have_count(1)  # with alt text; the drawing has none yet


@pytest.mark.parametrize(
    ("kind", "selector"), [("picture", "img"), ("svg", "img"), ("video", "video"), ("audio", "audio")]
)
def test_a_media_is_drawn_or_played(library: Library, page: Page, kind: str, selector: str) -> None:
    page.goto(f"/gallery/{library.fill()[kind]}")
    ready = "element => element.naturalWidth > 0 || element.readyState >= 1"
    element = page.locator(f".stage {selector}")
    expect(element).to_be_visible()
    page.wait_for_function(ready, arg=element.element_handle())


def test_a_video_that_browsers_do_not_play_says_so(library: Library, page: Page) -> None:
    page.goto(f"/gallery/{library.upload('old.mp4', files.make_mp4())}")
    expect(page.get_by_text("This browser can’t play this video.")).to_be_visible()
    expect(page.locator("video")).to_be_hidden()


def test_a_pdf_is_shown_in_its_page(library: Library, page: Page, visit: Visit) -> None:
    address = f"/gallery/{library.fill()['pdf']}"
    with page.expect_event("framenavigated", lambda frame: frame.url.endswith("?disposition=inline")):
        page.goto(address)
    page.wait_for_load_state("networkidle")
    assert visit.complaints == []


def test_a_picture_that_is_gone_leaves_its_name(library: Library, page: Page) -> None:
    library.upload("Harbour.png", files.make_png())
    library.make_previews()
    page.route("**/thumbnail*", lambda route: route.fulfill(status=404))
    page.goto("/")
    expect(page.locator(".tile__caption")).to_have_css("opacity", "1")
