"""What tests of pages say again and again: send this form, read that table."""

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.people import csrf_token

HTML = {"Accept": "text/html"}


def send(client: FlaskClient, app: Flask, address: str, **fields: str | list[str]) -> TestResponse:
    """Send a form as a page of ours would, with fields that may have several values."""
    return client.post(address, data={"csrf_token": csrf_token(client, app), **fields}, headers=HTML)


def read_page(client: FlaskClient, address: str) -> str:
    """Return the text of a page that is there, without its tags."""
    response = client.get(address, headers=HTML)
    assert response.status_code == 200, (address, response.status_code)
    return read_text(response)


def read_text(response: TestResponse) -> str:
    """Return a response's text without tags and line breaks."""
    text = re.sub(r"<[^>]*>", "", response.get_data(as_text=True))
    return " ".join(unescape(text).split())


def listed_names(client: FlaskClient, address: str) -> list[str]:
    """Return the names in the table of media, from top to bottom."""
    response = client.get(address, headers=HTML)
    assert response.status_code == 200, address
    return re.findall(r'class="table__link"[^>]*>([^<]*)<', unescape(response.get_data(as_text=True)))


def undo(client: FlaskClient, app: Flask, page: TestResponse) -> TestResponse:
    """Press *Undo* in the notice of a page."""
    form = page.get_data(as_text=True).partition('action="/undo"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(events|next)" value="([^"]*)"', unescape(form)))
    return send(client, app, "/undo", **fields)
