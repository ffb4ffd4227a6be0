"""Uploading by the form, with and without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import files
from tests.browser.library import Library, Visit

both_ways = pytest.mark.parametrize(
    "context_options",
    [{"java_script_enabled": False}, {"java_script_enabled": True}],
    ids=["without-javascript", "with-javascript"],
)


@both_ways
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


@both_ways
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


def test_the_form_works_again_after_a_bad_file(page: Page, tmp_path: Path, visit: Visit) -> None:
    (tmp_path / "fake.jpg").write_bytes(files.make_html())
    (tmp_path / "real.png").write_bytes(files.make_png())
    page.goto("/upload")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "fake.jpg")
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "real.png")
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("real.png")


def test_a_file_beyond_the_limit_is_named_before_it_is_sent(page: Page, tmp_path: Path, visit: Visit) -> None:
    with (tmp_path / "huge.bin").open("wb") as huge:
        huge.truncate(11_000_000)
    page.goto("/upload")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "huge.bin")
    expect(page.get_by_text("This file has 11.0 MB; the limit is 10.5 MB.")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    assert not [url for url in visit.requested_urls[1:] if url.endswith("/upload")]


@pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])
def test_a_file_beyond_the_limit_is_refused_on_the_form(page: Page, tmp_path: Path) -> None:
    with (tmp_path / "huge.bin").open("wb") as huge:
        huge.truncate(11_000_000)
    page.goto("/upload")
    page.get_by_label("Description").fill("Too much")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "huge.bin")
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_contain_text("The file is larger than the limit")
    expect(page.get_by_label("Description")).to_have_value("Too much")


def test_a_private_upload_of_a_stranger_is_confirmed_and_not_shown(
    library: Library, page: Page, tmp_path: Path
) -> None:
    (tmp_path / "secret.png").write_bytes(files.make_png())
    page.goto("/upload")
    page.get_by_label("Private").check()
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "secret.png")
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    expect(page.locator(".notices")).to_contain_text("It is private: only admins see it.")
    page.goto("/")
    expect(page.get_by_text("secret.png")).to_have_count(0)


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
