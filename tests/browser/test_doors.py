"""From the first start to closed doors: people come in where they belong, and nowhere else."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from mediaweb.models import TokenScope
from tests import files
from tests.browser.doors import Doors, open_doors

ADMIN = ("ada@example.org", "purple giraffe lamp")
MEMBER = ("bea@example.org", "quiet harbour stairs")
STRANGER = ("cleo@example.org", "seven wooden clocks")


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    """A library just started, which shows public media to everybody."""
    with open_doors(tmp_path, "read") as doors:
        yield doors


@pytest.fixture
def new_browser(chromium: Browser) -> Iterator[Callable[[], Page]]:
    """Open browsers that know nothing of each other."""
    contexts = []

    def open_page() -> Page:
        contexts.append(chromium.new_context())
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def status_of(page: Page, address: str) -> int:
    """Return how the library answers to this browser when it opens an address, redirects not followed."""
    return page.request.get(address, max_redirects=0, headers={"Accept": "text/html"}).status


def test_from_the_first_start_to_a_closed_door(
    doors: Doors, new_browser: Callable[[], Page], tmp_path: Path
) -> None:
    picture = tmp_path / "diary.png"
    picture.write_bytes(files.make_png(64, 48))
    page = new_browser()
    page.goto(doors.printed_link())
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Email").fill(ADMIN[0])
    page.get_by_label("New password").fill(ADMIN[1])
    page.get_by_role("button", name="Set password").click()
    expect(page.locator(".notices")).to_contain_text("Your password is set")
    sign_out(page)
    for email, password in (MEMBER, STRANGER):
        doors.make_member(email, password)

    doors.sign_in(page, *MEMBER)
    page.goto(doors.url + "/upload")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(picture)
    expect(page.locator(".upload-line")).to_contain_text("Uploaded")
    page.goto(doors.url)
    address = f"{doors.url}{page.locator('.tile').get_attribute('href')}"
    media_id = address.rpartition("/")[2]
    file = f"{doors.url}/media/{media_id}/download"
    thumbnail = f"{doors.url}/media/{media_id}/thumbnail"
    assert status_of(page, file) == 200

    sign_out(page)
    assert (status_of(page, address), status_of(page, file), status_of(page, thumbnail)) == (303, 401, 401)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

    stranger = new_browser()
    doors.sign_in(stranger, *STRANGER)
    assert {status_of(stranger, url) for url in (address, file, thumbnail)} == {403}
    expect(stranger.get_by_text("diary.png")).to_have_count(0)

    admin = new_browser()
    doors.sign_in(admin, *ADMIN)
    expect(admin.locator(".tile")).to_have_count(1)
    admin.goto(address)
    expect(admin.get_by_role("heading", level=1)).to_have_text("diary.png")
    assert status_of(admin, file) == 200


def test_deactivating_somebody_ends_their_open_session(doors: Doors, new_browser: Callable[[], Page]) -> None:
    doors.make_admin(*ADMIN)
    doors.make_member(*MEMBER)
    member, admin = new_browser(), new_browser()
    doors.sign_in(member, *MEMBER)
    member.goto(doors.url + "/account")
    expect(member.get_by_label("Email")).to_have_value(MEMBER[0])

    doors.sign_in(admin, *ADMIN)
    admin.goto(doors.url + "/admin/people")
    admin.get_by_role("link", name="Bea").click()
    admin.get_by_role("button", name="Deactivate").click()
    expect(admin.locator(".notices")).to_contain_text("deactivated")

    member.reload()
    expect(member.get_by_role("heading", level=1)).to_have_text("Sign in")
    member.get_by_label("Email").fill(MEMBER[0])
    member.get_by_label("Password").fill(MEMBER[1])
    member.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(member.get_by_role("alert")).to_contain_text("The email address or the password is wrong.")


def test_a_revoked_token_is_dead_at_once(doors: Doors, new_browser: Callable[[], Page]) -> None:
    doors.make_admin(*ADMIN)
    user_id = doors.make_member(*MEMBER)
    _, secret = doors.make_token(user_id, TokenScope.WRITE)
    media_id = doors.add_media("diary.png", files.make_png(), is_public=False, user_id=user_id)
    assert call(f"{doors.url}/media/{media_id}", secret) == 200
    page = new_browser()
    doors.sign_in(page, *MEMBER)
    page.goto(doors.url + "/account")
    page.get_by_role("link", name="Access tokens").click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator(".notices")).to_contain_text("revoked")
    assert call(f"{doors.url}/media/{media_id}", secret) == 401


def test_a_copied_link_to_a_private_file_dies(
    doors: Doors, new_browser: Callable[[], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = doors.make_member(*MEMBER)
    _, secret = doors.make_token(user_id, TokenScope.READ)
    names = ("left alone", "made private", "deleted")
    ids = {name: doors.add_media(f"{name}.png", files.make_png(), False, user_id) for name in names}
    anybody = new_browser()
    links = [doors.link_to(media_id, secret) for media_id in ids.values()]
    assert [status_of(anybody, link) for link in links] == [200, 200, 200]
    doors.change_media(ids["made private"], is_public=True)
    doors.change_media(ids["made private"], is_public=False)
    doors.remove_media(ids["deleted"])
    assert [status_of(anybody, link) for link in links] == [200, 403, 404]
    assert status_of(anybody, doors.sign_link_to(ids["left alone"])) == 200
    an_hour_ago = time.time() - 3601
    monkeypatch.setattr(time, "time", lambda: an_hour_ago)
    assert status_of(anybody, doors.sign_link_to(ids["left alone"])) == 403


def sign_out(page: Page) -> None:
    menu = page.locator("header summary")
    if menu.count():
        menu.click()
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def call(address: str, token: str) -> int:
    """Ask for an address as a program with a token; return the status."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
