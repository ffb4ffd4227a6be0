"""A first visit from its beginning to its end: by mouse, by keyboard alone, and without JavaScript."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Download, FilePayload, Locator, Page, expect

from mediaweb.extensions import db
from mediaweb.web.gallery import PAGE_SIZE
from tests import files
from tests.browser.library import Library, Visit
from tests.services.library import add_media

#: The name below a tile's picture, or on its card.
NAMES = ".tile__caption, .tile__name"
PICTURES = ["harbour.png", "lake.png", "pier.png"]
ALL = ["harbour.png", "lake.png", "notes.txt", "pier.png"]
CHOSEN: list[FilePayload] = [
    {"name": "harbour.png", "mimeType": "image/png", "buffer": files.make_png(300, 200)},
    {"name": "lake.png", "mimeType": "image/png", "buffer": files.make_png(200, 300, (30, 90, 160))},
    {"name": "pier.png", "mimeType": "image/png", "buffer": files.make_png(240, 240, (90, 120, 60))},
    {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Remember the boat.\n"},
    {"name": "fake.jpg", "mimeType": "image/jpeg", "buffer": files.make_html()},
]
#: What Chromium itself writes into the console of an answer that refuses.
REFUSED = "Failed to load resource: the server responded with a status of 4"


@pytest.fixture(autouse=True)
def _quiet_visit(visit: Visit, library: Library) -> Iterator[None]:
    """Nothing in the console, which reports of a policy's breaches come to, too; no request to elsewhere."""
    yield
    assert [line for line in visit.complaints if not line.startswith(REFUSED)] == []
    elsewhere = [url for url in visit.requested_urls if not url.startswith((library.url, "data:", "blob:"))]
    assert elsewhere == []


def expect_focus_kept(page: Page) -> None:
    """Whatever was swapped: who works by keyboard goes on from where they were."""
    page.evaluate("new Promise(requestAnimationFrame)")  # what is hidden loses the focus with the next frame
    assert page.evaluate("document.activeElement !== document.body"), "The focus is lost."


def expect_names(page: Page, names: list[str]) -> None:
    """Wait for these tiles; several files are sent at once, and which of them arrives last is chance."""
    expect(page.locator(NAMES)).to_have_count(len(names))
    assert sorted(page.locator(NAMES).all_inner_texts()) == names


def watch_uploads(page: Page, library: Library) -> None:
    """Wait for the panel's word on every file: one is refused, the rest get their previews in the end."""
    panel = page.get_by_role("region", name="Uploads")
    expect(panel.get_by_role("button", name="4 uploaded 1 failed")).to_be_visible()
    states = panel.locator(".upload-line")
    expect(states.nth(4)).to_contain_text("The name ends in .jpg, but the content is text/html.")
    for number in range(3):
        expect(states.nth(number)).to_contain_text("Uploaded, making a preview")
    library.make_previews()
    for number in range(4):
        expect(states.nth(number)).to_have_attribute("data-state", "ready")
    expect(states.nth(4)).to_have_attribute("data-state", "failed")


def expect_saved(page: Page) -> None:
    """The viewer says what was saved, and the edit link has the focus."""
    expect(page.get_by_text("harbour.png is saved.")).to_be_visible()
    panel = page.get_by_role("region", name="Information")
    expect(panel.locator(".facts")).to_contain_text("Boats at dusk")
    expect(panel.locator(".tag")).to_have_text(["sea", "night"])
    expect_focus_kept(page)


def names_in(download: Download) -> list[str]:
    with zipfile.ZipFile(download.path()) as opened:
        assert opened.testzip() is None
        return sorted(opened.namelist())


def notice(page: Page, text: str) -> Locator:
    return page.locator(".notice--floating", has_text=text)


def test_a_first_visit_by_mouse(library: Library, page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Upload the first file").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(CHOSEN)
    watch_uploads(page, library)
    page.get_by_role("link", name="mediaweb").click()

    page.get_by_role("link", name="harbour.png").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("textbox", name="Alt text").click()
    page.keyboard.type("Boats at dusk")
    page.get_by_role("combobox", name="Tags").click()
    page.keyboard.type("sea, night")
    page.get_by_role("button", name="Save").click()
    expect_saved(page)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect_focus_kept(page)

    box = page.get_by_role("searchbox", name="Search media")
    box.click()
    page.keyboard.type("dus")
    expect_names(page, ["harbour.png"])
    expect_focus_kept(page)
    box.clear()
    expect_names(page, ALL)
    page.get_by_role("link", name="Images", exact=True).click()
    expect_names(page, PICTURES)
    expect_focus_kept(page)

    page.locator(".tile").first.hover()
    page.locator(".tile__box").first.click()
    page.locator(".tile").last.click(modifiers=["Shift"])
    bar = page.get_by_role("group", name="Selected media")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Tags…").click()
    page.get_by_role("dialog").get_by_role("combobox", name="Add tags").click()
    page.keyboard.type("water")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(notice(page, "3 media changed.")).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect_focus_kept(page)
    with page.expect_download() as download:
        bar.get_by_role("button", name="Download").click()
    assert names_in(download.value) == PICTURES

    bar.get_by_role("button", name="Delete").click()
    expect(bar).to_be_hidden()
    expect_names(page, [])
    expect_focus_kept(page)
    deleted = notice(page, "3 media moved into the trash.")
    deleted.get_by_role("button", name="Undo").click()
    expect_names(page, PICTURES)
    expect_focus_kept(page)
    notice(page, "3 media are back.").get_by_role("button", name="Dismiss").click()
    expect_focus_kept(page)
    page.get_by_role("link", name="Images", exact=True).click()
    expect_names(page, ALL)


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the focus is there."""
    for _ in range(40):
        page.keyboard.press(key)
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{key} does not lead to {target}")


def select_three(page: Page) -> Locator:
    """Select the first tile and the two behind it."""
    tab_to(page, page.locator(".tile").first)
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    bar = page.get_by_role("group", name="Selected media")
    expect(bar).to_contain_text("3 selected")
    return bar


@pytest.mark.usefixtures("as_admin")
def test_a_first_visit_by_keyboard_alone(library: Library, page: Page) -> None:
    page.on("filechooser", lambda chooser: chooser.set_files(CHOSEN))
    page.goto("/")
    page.keyboard.press("u")
    choose = page.get_by_role("button", name="Choose files")
    expect(choose).to_be_visible()
    tab_to(page, choose)
    page.keyboard.press("Enter")
    watch_uploads(page, library)
    tab_to(page, page.get_by_role("link", name="mediaweb"), "Shift+Tab")
    page.keyboard.press("Enter")

    tile = page.get_by_role("link", name="harbour.png")
    expect(tile).to_be_visible()
    tab_to(page, tile)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Information").get_by_role("link", name="Edit")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_label("Name")).to_be_focused()
    tab_to(page, page.get_by_role("textbox", name="Alt text"))
    page.keyboard.type("Boats at dusk")
    tab_to(page, page.get_by_role("combobox", name="Tags"))
    page.keyboard.type("sea,night")
    page.keyboard.press("Enter")  # takes the tag
    page.keyboard.press("Enter")
    expect_saved(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="harbour.png")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(tile).to_be_focused()

    page.keyboard.press("/")
    page.keyboard.type("dus")
    expect_names(page, ["harbour.png"])
    expect_focus_kept(page)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect_names(page, ALL)
    tab_to(page, page.locator("summary", has_text="Filters"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Type"))
    page.keyboard.type("Im")
    expect_names(page, PICTURES)
    expect(page.get_by_label("Type")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("summary", has_text="Filters")).to_be_focused()

    bar = select_three(page)
    tab_to(page, bar.get_by_title("Visibility"))
    page.keyboard.press("Enter")
    tab_to(page, bar.get_by_role("button", name="Make public"))
    page.keyboard.press("Escape")  # closes the menu only
    page.keyboard.press("Enter")
    tab_to(page, bar.get_by_role("button", name="Make public"))
    page.keyboard.press("Enter")
    expect(notice(page, "3 media changed.")).to_be_visible()
    expect(page.locator(".tile__lock")).to_have_count(0)
    expect(bar).to_contain_text("3 selected")
    expect_focus_kept(page)
    page.keyboard.press("z")
    expect(page.locator(".tile__lock")).to_have_count(3)
    expect_focus_kept(page)

    tab_to(page, bar.get_by_role("button", name="Download"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert names_in(download.value) == PICTURES
    page.keyboard.press("Delete")
    expect(bar).to_be_hidden()
    expect_names(page, [])
    expect(notice(page, "3 media moved into the trash.")).to_be_visible()
    expect_focus_kept(page)
    page.keyboard.press("z")
    expect_names(page, PICTURES)
    expect_focus_kept(page)
    tab_to(page, page.locator(".tile").last)
    page.keyboard.press("x")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    expect(page.locator(".tile").last).to_be_focused()


@pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])
def test_a_visit_without_javascript(library: Library, page: Page, tmp_path: Path) -> None:
    with library.app.app_context():
        add_media(db.session(), ({"filename": f"{number}.zip"} for number in range(PAGE_SIZE)))
        db.session.remove()
    (tmp_path / "harbour.png").write_bytes(files.make_png(300, 200))
    page.goto("/")
    page.get_by_role("link", name="Upload").click()
    page.get_by_label("Alt text").fill("Boats at dusk")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "harbour.png")
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    expect(page.locator(".notices")).to_contain_text("harbour.png was uploaded.")
    library.make_previews()

    page.get_by_role("link", name="mediaweb").click()
    expect(page.locator(NAMES).first).to_have_text("harbour.png")
    page.get_by_role("link", name="Show more").click()
    expect(page.locator(NAMES)).to_have_text(["0.zip"])
    page.get_by_role("searchbox", name="Search media").fill("dus")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 found")).to_be_visible()
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Type").select_option("image")
    page.get_by_role("button", name="Apply").click()
    expect_names(page, ["harbour.png"])

    page.get_by_role("link", name="harbour.png").click()
    expect(page.get_by_role("img", name="Boats at dusk")).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name").fill("")
    page.get_by_label("Tags").fill("sea, night")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Give it a name.")
    page.get_by_label("Name").fill("Harbour.png")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notices")).to_contain_text("Harbour.png is saved.")
    expect(page.locator(".facts .tag")).to_have_text(["sea", "night"])
    page.locator(".notices").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("harbour.png")

    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".notices")).to_contain_text("“harbour.png” is in the trash.")
    page.locator(".notices").get_by_role("button", name="Undo").click()
    expect(page.locator(".notices")).to_contain_text("“harbour.png” is back.")
    page.goto("/?q=dusk")
    expect_names(page, ["harbour.png"])
    page.get_by_label("Select harbour.png").check()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.goto("/trash")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("heading", name="The trash is empty")).to_be_visible()
    page.goto("/?q=dusk")
    expect_names(page, ["harbour.png"])
