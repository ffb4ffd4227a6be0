"""What holds for every page, for those that somebody has to sign in for; and the menu that leads to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mediaweb.extensions import db
from mediaweb.models import Role
from mediaweb.services import accounts
from mediaweb.services.access import SYSTEM
from tests import files
from tests.browser.doors import Doors, open_doors
from tests.browser.library import Visit, too_low_for_fingers
from tests.browser.test_every_page import PHONE, find_violations
from tests.people import ADMIN_ID, make_token, sign_in_as

LONG_NAME = "Anneliese Wolkenstein-Hohenberg von und zu der Heide"


@dataclass
class Office:
    """A library with people of every kind, and links to its pages."""

    doors: Doors
    cookies: list[Any]

    def new_link(self, user_id: int) -> str:
        with self.doors.app.app_context():
            return f"/set-password/{accounts.invite_again(db.session(), user_id, SYSTEM).secret}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_doors(tmp_path_factory.mktemp("office"), "write") as doors:
        doors.make_admin("ada@example.org", "purple giraffe lamp")
        doors.make_member("bea@example.org", "quiet harbour stairs")
        with doors.app.app_context():
            accounts.invite_user(db.session(), "anneliese@example.org", LONG_NAME, Role.MEMBER, SYSTEM)
            accounts.invite_user(db.session(), "gone@example.org", "Gone", Role.MEMBER, SYSTEM)
            accounts.update_user(db.session(), 4, {"is_active": False}, SYSTEM)
        for number in range(3):
            doors.add_media(f"{number}.png", files.make_png(), is_public=number > 1, user_id=2)
        make_token(doors.app, ADMIN_ID)
        for user_id in (ADMIN_ID, 2):
            sign_in_as(doors.app.test_client(), doors.app, user_id)
        client = sign_in_as(doors.app.test_client(), doors.app, ADMIN_ID)
        name = doors.app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        assert cookie is not None
        yield Office(doors, [{"name": name, "value": cookie.value, "url": doors.url}])


@pytest.fixture
def context(chromium: Browser, office: Office, context_options: dict[str, Any]) -> Iterator[BrowserContext]:
    """The admin's browser."""
    context = chromium.new_context(base_url=office.doors.url, **context_options)
    context.add_cookies(office.cookies)
    yield context
    context.close()


def visit_pages(office: Office, page: Page) -> Iterator[str]:
    """Open one page after the other; yield its name."""
    addresses = ["/", "/account", "/account/tokens", "/admin/people", "/admin/people/new", "/admin/people/1"]
    addresses += [f"/admin/people/{user_id}" for user_id in (2, 3, 4)]
    for address in [*addresses, "/admin/people/2/removal", "/admin/people/3/removal"]:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        yield address
    page.goto("/")
    page.locator("header summary").click()
    yield "the open menu"
    page.goto("/admin/people/3")
    page.get_by_role("button", name="Make a new link").click()
    expect(page.get_by_label("One-time link")).to_be_visible()
    page.wait_for_load_state("networkidle")
    yield "a new link"
    page.goto("/account/tokens")
    page.get_by_label("Name", exact=True).fill("Backup")
    page.get_by_role("button", name="Make token").click()
    expect(page.get_by_label("Token", exact=True)).to_be_visible()
    page.wait_for_load_state("networkidle")
    yield "a new token"
    page.get_by_role("button", name="Revoke Backup").click()
    expect(page.locator(".notices")).to_contain_text("revoked")
    page.wait_for_load_state("networkidle")
    yield "a revoked token"
    page.context.clear_cookies()
    for address in ("/sign-in", office.new_link(3), "/set-password/nothing"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        yield address


def test_no_page_keeps_anyone_out(office: Office, page: Page, visit: Visit) -> None:
    for name in visit_pages(office, page):
        assert find_violations(page) == [], name
    complaints = [text for text in visit.complaints if "404" not in text]  # the dead link
    assert complaints == []


@pytest.mark.parametrize("context_options", [PHONE])
def test_pages_fit_a_phone_and_fingers(office: Office, page: Page) -> None:
    for name in visit_pages(office, page):
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        controls = ".button, .field__input, .menu__item, .admin-nav__link"
        assert too_low_for_fingers(page, controls) == [], name


def test_the_menu_opens_and_closes_by_keyboard(page: Page) -> None:
    page.goto("/")
    toggle = page.locator("header summary")
    toggle.focus()
    page.keyboard.press("Enter")
    account = page.get_by_role("banner").get_by_role("link", name="Account")
    expect(account).to_be_visible()
    page.keyboard.press("Tab")
    expect(account).to_be_focused()
    page.keyboard.press("Escape")
    expect(account).to_be_hidden()
    expect(toggle).to_be_focused()


def test_a_click_elsewhere_closes_the_menu(page: Page) -> None:
    page.goto("/account")
    page.locator("header summary").click()
    account = page.get_by_role("banner").get_by_role("link", name="Account")
    expect(account).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(account).to_be_hidden()


@pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])
def test_without_javascript_the_menu_leads_to_every_page(page: Page) -> None:
    page.goto("/")
    for name, address in (("Account", "/account"), ("People", "/admin/people")):
        page.locator("header summary").click()
        page.get_by_role("banner").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        assert page.url.endswith(address)


@pytest.mark.parametrize("context_options", [{"permissions": ["clipboard-write"]}])
def test_a_new_link_is_copied_by_its_button(page: Page) -> None:
    page.goto("/admin/people/3")
    page.get_by_role("button", name="Make a new link").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
