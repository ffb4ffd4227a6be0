"""Names in Hebrew or Arabic turn nothing around them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mediaweb.web.bidi import isolate
from tests import files
from tests.api.calls import upload
from tests.web.pages import HTML, send

NAME = "נמל בערב.png"


@pytest.mark.parametrize("name", ["Harbour.png", "Größe – 2.png", "港.png", ""])
def test_names_from_left_to_right_stay_as_they_are(name: str) -> None:
    assert isolate(name) == name


@pytest.mark.parametrize("name", [NAME, "a " + NAME, "ميناء (2).jpg"])
def test_names_from_right_to_left_are_isolated(name: str) -> None:
    assert isolate(name) == f"\u2068{name}\u2069"


def test_nothing_in_a_name_ends_its_isolation() -> None:
    assert isolate("\u2069\u202eא") == "\u2068א\u2069"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_isolate_a_name_wherever_it_stands(client: FlaskClient, app: Flask) -> None:
    media_id = upload(client, files.make_png(), filename=NAME)["id"]
    page = client.get(f"/gallery/{media_id}", headers=HTML).get_data(as_text=True)
    assert f"<title>\u2068{NAME}\u2069 – mediaweb</title>" in page
    assert f"<bdi>{NAME}</bdi></h1>" in page
    send(client, app, f"/gallery/{media_id}/edit", alt_text="x", shown_alt_text="")
    assert f"\u2068{NAME}\u2069 is saved." in client.get("/", headers=HTML).get_data(as_text=True)
    form = client.get(f"/gallery/{media_id}/edit", headers=HTML).get_data(as_text=True)
    assert form.count('dir="auto"') >= 3
