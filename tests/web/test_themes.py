"""Light, dark or as the system is: chosen once, drawn by the server, with nothing to sign in to."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mediaweb.web.themes import PAGE_COLOURS
from tests.web.pages import HTML, send

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def head_of(client: FlaskClient, address: str = "/") -> tuple[str | None, str, set[str]]:
    """Return a page's theme, its colour schemes and the colours around it."""
    page = client.get(address, headers=HTML).get_data(as_text=True)
    theme = re.search(r'<html lang="en" data-theme="(\w+)">', page)
    schemes = re.search(r'<meta name="color-scheme" content="([^"]*)">', page)
    assert schemes is not None
    colours = set(re.findall(r'<meta name="theme-color"[^>]* content="([^"]*)">', page))
    return theme[1] if theme else None, schemes[1], colours


def test_a_page_is_as_the_system_is_until_something_else_is_chosen(client: FlaskClient) -> None:
    assert head_of(client) == (None, "light dark", set(PAGE_COLOURS.values()))
    assert "Set-Cookie" not in client.get("/", headers=HTML).headers


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_choice_holds_for_every_page_and_is_taken_back(client: FlaskClient, app: Flask, theme: str) -> None:
    answer = send(client, app, "/theme", theme=theme, next="/upload")
    assert (answer.status_code, answer.location) == (303, "/upload")
    for address in ("/", "/sign-in", "/nowhere"):
        assert head_of(client, address) == (theme, theme, {PAGE_COLOURS[theme]})
    form = client.get("/theme").get_data(as_text=True)
    assert re.findall(r'value="(\w+)" checked', form) == [theme]
    send(client, app, "/theme", theme="auto")
    assert head_of(client)[0] is None


def test_the_cookie_tells_nothing_but_the_choice(client: FlaskClient, app: Flask) -> None:
    for theme in ("sepia", '"><script>'):
        assert not re.search(r"theme=[^;]", str(send(client, app, "/theme", theme=theme).headers))
        client.set_cookie("theme", theme)
        assert head_of(client)[0] is None
    answer = send(client, app, "/theme", theme="dark", next="https://example.org/")
    assert answer.location == "/"
    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("theme=")]
    assert "SameSite=Lax" in cookie


def test_a_page_says_that_it_depends_on_the_cookie(client: FlaskClient) -> None:
    assert "Cookie" in client.get("/", headers=HTML).vary
