"""Uploading: by the panel, from wherever files come, and by the form without JavaScript."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from tests import files
from tests.browser.library import Library, Visit
from tests.browser.test_every_page import find_violations

without_javascript = pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])

#: Lets a page have files as if they were dropped on it or pasted into it; they are given as name → text.
HAND_OVER = """(target, [type, contents]) => {
    const transfer = new DataTransfer();
    for (const [name, text] of Object.entries(contents)) transfer.items.add(new File([text], name));
    const options = { bubbles: true, cancelable: true };
    if (type === "paste") {
        target.dispatchEvent(new ClipboardEvent(type, { ...options, clipboardData: transfer }));
        return;
    }
    for (const step of [type, "drop"]) {
        target.dispatchEvent(new DragEvent(step, { ...options, dataTransfer: transfer }));
    }
}"""


def payload(name: str, content: bytes, mime_type: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": mime_type, "buffer": content}


def choose(page: Page, *chosen: FilePayload) -> None:
    """Choose files by the button of the upload page."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(chosen)


def drop(page: Page, path: Path) -> None:
    """Drop what is on the disk into the middle of the page, as the system's file manager does."""
    browser = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for step in ("dragEnter", "dragOver", "drop"):
        if step == "drop":
            expect(page.get_by_text("Drop to upload")).to_be_visible()
        browser.send("Input.dispatchDragEvent", {"type": step, "x": 300, "y": 300, "data": data})


def line(page: Page, name: str) -> Locator:
    return page.locator(".upload-line", has=page.locator(f'[title="{name}"]'))


def read_media(page: Page) -> dict[str, Any]:
    """Return what visitors see of the library, by filename."""
    return {media["filename"]: media for media in page.request.get("/media/").json()}


def break_off(times: int) -> Callable[[Route], None]:
    """Break off so many requests, and let the rest pass."""
    left = [times]

    def handle(route: Route) -> None:
        left[0] -= 1
        route.abort() if left[0] >= 0 else route.continue_()

    return handle


def test_one_bad_file_stops_none_of_the_others(library: Library, page: Page) -> None:
    known = library.upload("known.png", files.make_png(30, 20))
    page.goto("/upload")
    page.route("**/upload", break_off(1))
    choose(
        page,
        payload("Harbour at dusk.png", files.make_png(64, 48)),
        payload("fake.jpg", files.make_html(), "image/jpeg"),
        payload("empty.txt", b"", "text/plain"),
        payload("known again.png", files.make_png(30, 20)),
        payload("notes.txt", b"Remember the boat.\n", "text/plain"),
    )
    panel = page.get_by_role("region", name="Uploads")
    expect(panel.get_by_role("button", name="2 uploaded, 1 already here 2 failed")).to_be_visible()
    expect(line(page, "Harbour at dusk.png")).to_contain_text("Uploaded, making a preview")
    expect(line(page, "fake.jpg")).to_contain_text("The name ends in .jpg, but the content is text/html.")
    expect(line(page, "empty.txt")).to_contain_text("The file is empty.")
    expect(line(page, "empty.txt").get_by_role("button", name="Retry")).to_be_hidden()
    expect(line(page, "notes.txt")).to_contain_text("Uploaded")
    library.make_previews()
    expect(line(page, "Harbour at dusk.png")).to_have_attribute("data-state", "ready")

    duplicate = line(page, "known again.png")
    expect(duplicate.get_by_role("link", name="Show it")).to_have_attribute("href", f"/gallery/{known}")
    duplicate.get_by_role("button", name="Upload anyway").press("Enter")
    expect(duplicate).to_contain_text("Uploaded")
    expect(duplicate.locator(":focus")).to_have_accessible_name("Edit details of known again.png")

    line(page, "fake.jpg").get_by_role("button", name="Retry").press("Enter")
    expect(line(page, "fake.jpg").get_by_role("button", name="Retry")).to_be_visible()
    assert find_violations(page) == []
    panel.get_by_role("button", name="Clear finished").click()
    expect(page.locator(".upload-line")).to_have_count(2)
    panel.get_by_role("button", name="Close uploads").press("Enter")
    expect(panel).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()
    assert sorted(read_media(page)) == ["Harbour at dusk.png", "known again.png", "known.png", "notes.txt"]


def test_what_is_said_meanwhile_is_saved_whenever_the_file_arrives(page: Page) -> None:
    held: list[Route] = []
    page.goto("/upload")
    page.route("**/upload", lambda route: held.append(route) if len(held) < 3 else route.continue_())
    choose(page, *(payload(f"{number}.png", files.make_png(8, number)) for number in range(1, 5)))
    for name, words in (("1.png", "Sent already"), ("4.png", "Still waiting")):
        page.get_by_role("button", name=f"Edit details of {name}").press("Enter")
        expect(line(page, name).get_by_label("Alt text")).to_be_focused()
        page.keyboard.type(words)
    expect(page.get_by_role("button", name="0 of 4 uploaded")).to_be_visible()
    page.get_by_role("radio", name="Private").check()  # three were sent as public
    assert len(held) == 3
    for route in held:
        route.continue_()
    expect(page.get_by_role("button", name="4 uploaded")).to_be_visible()
    expect(line(page, "1.png")).to_contain_text("Saved")
    expect(line(page, "3.png")).to_contain_text("Saved")
    expect(line(page, "4.png")).to_contain_text("Only admins see it.")
    assert read_media(page) == {}


@pytest.mark.usefixtures("as_admin")
def test_what_changes_after_the_upload_is_saved_too(page: Page) -> None:
    page.goto("/upload")
    choose(page, payload("one.png", files.make_png()), payload("two.txt", b"Two.\n", "text/plain"))
    expect(page.get_by_role("button", name="2 uploaded")).to_be_visible()
    page.get_by_role("button", name="Edit details of two.txt").click()
    expect(line(page, "two.txt").get_by_label("Alt text")).to_be_hidden()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        line(page, "two.txt").get_by_label("Description").fill("A note")
        page.keyboard.press("Tab")
    expect(line(page, "two.txt")).to_contain_text("Saved")
    assert read_media(page)["two.txt"]["description"] == "A note"
    assert not any(media["is_public"] for media in read_media(page).values())
    page.get_by_role("radio", name="Public").check()
    expect(line(page, "one.png")).to_contain_text("Saved")
    page.route("**/media/*", lambda route: route.abort())
    line(page, "two.txt").get_by_label("Description").fill("Another")
    page.keyboard.press("Tab")
    expect(line(page, "two.txt")).to_contain_text("Not saved")
    page.unroute("**/media/*")
    line(page, "two.txt").get_by_role("button", name="Save again").click()
    expect(line(page, "two.txt")).to_contain_text("Saved")
    assert read_media(page)["two.txt"]["description"] == "Another"
    assert all(media["is_public"] for media in read_media(page).values())


def test_files_are_dropped_and_pasted_on_any_page_but_not_into_a_text(page: Page, visit: Visit) -> None:
    page.goto("/")
    page.evaluate(
        "document.addEventListener('mediaweb:uploaded', ({ detail }) => (window.uploaded = detail))"
    )
    body = page.locator("body")
    body.evaluate(HAND_OVER, ["dragenter", {"dropped.txt": "Dropped.", "second.txt": "Second."}])
    expect(page.get_by_role("button", name="2 uploaded")).to_be_visible()
    body.evaluate(HAND_OVER, ["paste", {"image.png": "A note that calls itself a picture."}])
    pasted = page.locator(
        ".upload-line", has_text=re.compile(r"Pasted \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png")
    )
    expect(pasted).to_contain_text("The name ends in .png")
    page.get_by_role("button", name="Edit details of dropped.txt").click()
    description = line(page, "dropped.txt").get_by_label("Description")
    description.evaluate(HAND_OVER, ["paste", {"other.txt": "Other."}])
    expect(page.locator(".upload-line")).to_have_count(3)
    assert page.evaluate("window.uploaded.id") in [media["id"] for media in read_media(page).values()]
    fold = page.get_by_role("button", name="2 uploaded 1 failed")
    fold.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".upload-line").first).to_be_hidden()
    refused = "Failed to load resource: the server responded with a status of 415 (UNSUPPORTED MEDIA TYPE)"
    assert visit.complaints == [refused]


def test_a_folder_is_taken_with_all_that_is_in_it(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "Holiday"
    (folder / "Day two").mkdir(parents=True)
    (folder / ".DS_Store").write_bytes(b"litter")
    with (folder / "huge.bin").open("wb") as huge:
        huge.truncate(11_000_000)
    for number in range(130):
        (folder / f"{number}.txt").write_text(f"Day one, {number}.")
    (folder / "Day two" / "last.txt").write_text("Day two.")
    page.goto("/upload")
    page.route("**/upload", lambda route: route.fulfill(status=429, headers={"Retry-After": "90"}))
    drop(page, folder)
    expect(page.get_by_role("button", name="0 of 132 uploaded 1 failed")).to_be_visible()
    expect(page.locator(".upload-line")).to_have_count(100)
    expect(page.locator(".upload-panel")).to_contain_text("and 32 more")
    expect(line(page, "huge.bin")).to_contain_text("This file has 11.0 MB; the limit is 10.5 MB.")
    expect(page.locator(".upload-panel")).to_contain_text("The server asked for a pause.")
    page.context.set_offline(True)
    expect(page.locator(".upload-panel")).to_contain_text("You are offline.")
    page.get_by_role("button", name="Cancel").first.press("Enter")
    expect(page.get_by_role("button", name="0 of 131 uploaded")).to_be_visible()
    expect(page.locator(".upload-line :focus")).to_have_count(1)


@without_javascript
def test_an_uploaded_picture_is_shown_on_its_own_page(page: Page, tmp_path: Path) -> None:
    picture = tmp_path / "Harbour at dusk.png"
    picture.write_bytes(files.make_png(64, 48))
    page.goto("/upload")
    page.get_by_label("Description").fill("Taken from the ferry")
    page.get_by_label("Alt text").fill("Boats at a quay")
    page.get_by_label("File", exact=True).set_input_files(picture)
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour at dusk.png")
    expect(page.locator(".notices")).to_contain_text("Harbour at dusk.png was uploaded.")
    expect(page.get_by_text("Taken from the ferry")).to_be_visible()
    expect(page.get_by_role("img", name="Boats at a quay")).to_be_visible()


@without_javascript
def test_a_bad_file_says_why_and_keeps_what_was_entered(page: Page, tmp_path: Path) -> None:
    fake = tmp_path / "fake.jpg"
    fake.write_bytes(files.make_html())
    page.goto("/upload")
    page.get_by_label("Description").fill("Two lines\nof <text>")
    page.get_by_label("Alt text").fill("Nothing")
    page.get_by_label("Private").check()
    page.get_by_label("File", exact=True).set_input_files(fake)
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_contain_text("The file was not uploaded")
    expect(page.get_by_label("File", exact=True)).to_have_accessible_description(
        "Up to 10.5 MB. The name ends in .jpg, but the content is text/html."
    )
    expect(page.get_by_label("Description")).to_have_value("Two lines\nof <text>")
    expect(page.get_by_label("Alt text")).to_have_value("Nothing")
    expect(page.get_by_label("Private")).to_be_checked()


@without_javascript
def test_a_file_beyond_the_limit_is_refused_on_the_form(page: Page, tmp_path: Path) -> None:
    with (tmp_path / "huge.bin").open("wb") as huge:
        huge.truncate(11_000_000)
    page.goto("/upload")
    page.get_by_label("Description").fill("Too much")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "huge.bin")
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_contain_text("The file is larger than the limit")
    expect(page.get_by_label("Description")).to_have_value("Too much")


def test_the_guides_upload_form_shows_the_answer_and_the_picture(
    page: Page, tmp_path: Path, visit: Visit
) -> None:
    (tmp_path / "image.png").write_bytes(files.make_png(64, 48))
    page.goto("/static/media-upload-test.html")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "image.png")
    page.get_by_label("Description").fill("Profile picture")
    page.get_by_label("Alt text").fill("User profile photo")
    page.get_by_label("User id").fill("1")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Answer, status 201")).to_be_visible()
    expect(page.locator("pre")).to_contain_text('"message": "File uploaded successfully"')
    picture = page.get_by_role("img", name="User profile photo")
    expect(picture).to_be_visible()
    page.wait_for_function("document.querySelector('.answer__picture').naturalWidth === 64")
    assert visit.complaints == []


def test_the_guides_upload_form_shows_what_was_wrong(page: Page, tmp_path: Path) -> None:
    (tmp_path / "image.png").write_bytes(files.make_png())
    page.goto("/static/media-upload-test.html")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "image.png")
    page.get_by_label("User id").fill("7777")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Answer, status 422")).to_be_visible()
    expect(page.locator("pre")).to_contain_text("There is no user with this id.")
