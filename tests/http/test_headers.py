"""What every response tells a browser: what may run, who may frame, that https is here to stay."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mediaweb.extensions import db
from mediaweb.services.account_passwords import set_first_password
from tests.api.calls import upload
from tests.http.test_errors import BROWSER

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAGES = ["/", "/upload", "/docs", "/sign-in", "/gallery/1", "/gallery/999", "/nowhere"]
STATIC_PAGE = "/static/media-upload-test.html"


def get(client: FlaskClient, address: str) -> TestResponse:
    """Get a page as a browser does, and close it: it may be a file."""
    return client.get(address, headers=BROWSER, buffered=True)


def policy_of(client: FlaskClient, address: str) -> dict[str, str]:
    policy = get(client, address).headers["Content-Security-Policy"]
    return dict(directive.split(" ", 1) for directive in policy.split("; "))


@pytest.mark.parametrize("address", PAGES)
def test_every_script_of_a_page_carries_its_nonce(client: FlaskClient, address: str) -> None:
    upload(client)
    response = get(client, address)
    scripts = re.findall(r"<script\b[^>]*>", response.text)
    policy = response.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([\w-]{22})' 'strict-dynamic'$", policy)
    if nonce is None:
        assert scripts == []
        assert policy.endswith("script-src 'none'")
    else:
        assert scripts
        assert all(f'nonce="{nonce[1]}"' in script for script in scripts)


def test_a_nonce_is_good_for_one_response(client: FlaskClient) -> None:
    assert policy_of(client, "/docs")["script-src"] != policy_of(client, "/docs")["script-src"]


@pytest.mark.parametrize("address", [*PAGES, STATIC_PAGE])
def test_no_page_may_run_or_style_inline_or_ask_other_hosts(client: FlaskClient, address: str) -> None:
    upload(client)
    policy = policy_of(client, address)
    assert policy["default-src"] == policy["style-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert not [value for value in policy.values() if "unsafe" in value or "http" in value or "*" in value]
    text = get(client, address).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", text)


def test_a_page_that_is_a_file_runs_our_own_scripts(client: FlaskClient) -> None:
    assert policy_of(client, STATIC_PAGE)["script-src"] == "'self'"


@pytest.mark.parametrize("address", [*PAGES, STATIC_PAGE])
def test_every_page_gives_up_what_it_does_not_use(client: FlaskClient, address: str) -> None:
    upload(client)
    headers = get(client, address).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    permissions = headers["Permissions-Policy"].split(", ")
    assert {"camera=()", "microphone=()", "geolocation=()", "fullscreen=(self)"} <= set(permissions)
    assert "clipboard-write=(self)" in permissions


@pytest.mark.parametrize("address", PAGES)
def test_no_shared_cache_keeps_a_page(client: FlaskClient, address: str) -> None:
    assert get(client, address).headers["Cache-Control"] == "private, no-cache"


def test_a_page_for_somebody_who_is_signed_in_is_kept_nowhere(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        set_first_password(db.session(), "admin@example.org", "four unrelated words here")
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    form = {"csrf_token": token[1], "email": "admin@example.org", "password": "four unrelated words here"}
    assert client.post("/sign-in", data=form).status_code == 303
    for address in ("/", "/upload", "/docs", "/gallery/999"):
        assert get(client, address).headers["Cache-Control"] == "no-store"
    assert "no-cache" in get(client, STATIC_PAGE).headers["Cache-Control"]


RESPONSES = [*PAGES, STATIC_PAGE, "/media/", "/media/1", "/media/999", "/media/1/download", "/openapi.json"]


@pytest.mark.parametrize("address", RESPONSES)
def test_with_an_https_address_browsers_stay_with_https(make_app: Callable[..., Flask], address: str) -> None:
    client = make_app(public_url="https://media.example.org").test_client()
    upload(client)
    for method in ("GET", "HEAD"):
        headers = client.open(address, method=method, buffered=True).headers
        assert headers.getlist("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]


def test_conditional_and_partial_files_say_so_too(make_app: Callable[..., Flask]) -> None:
    client = make_app(public_url="https://media.example.org").test_client()
    upload(client)
    etag = client.get("/media/1/download").headers["ETag"]
    for headers, status in (({"If-None-Match": etag}, 304), ({"Range": "bytes=0-1,4-5"}, 206)):
        response = client.get("/media/1/download", headers=headers)
        assert (response.status_code, "Strict-Transport-Security" in response.headers) == (status, True)


@pytest.mark.parametrize("public_url", [None, "http://media.example.org"])
def test_without_one_they_do_not(make_app: Callable[..., Flask], public_url: str | None) -> None:
    client = make_app(public_url=public_url).test_client()
    upload(client)
    for address in RESPONSES:
        assert "Strict-Transport-Security" not in get(client, address).headers


@pytest.mark.parametrize(
    ("public_url", "name", "is_secure"),
    [
        (None, "mediaweb_session", False),
        ("http://media.example.org", "mediaweb_session", False),
        ("https://media.example.org/library", "__Host-session", True),
    ],
)
def test_the_session_cookie_is_for_this_site_alone(
    make_app: Callable[..., Flask], public_url: str | None, name: str, is_secure: bool
) -> None:
    client = make_app(public_url=public_url).test_client()
    (written,) = client.get("/upload").headers.getlist("Set-Cookie")
    value, *attributes = written.split("; ")
    assert value.startswith(f"{name}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert ("Secure" in attributes) == is_secure
    assert "Domain" not in written
