"""Editing and deleting from the gallery: an owner theirs, anonymous what is public in the mode `write`."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mediaweb.extensions import db
from mediaweb.models import Media
from tests.api.calls import upload
from tests.people import ADMIN_ID, add_person, sign_in_as
from tests.web.pages import HTML, read_page, send

PAGES = ("edit", "delete")


@pytest.fixture
def owner_id(app: Flask) -> int:
    return add_person(app, "Anna")


@pytest.fixture
def owner(app: Flask, owner_id: int) -> FlaskClient:
    return sign_in_as(app.test_client(), app, owner_id)


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    return sign_in_as(app.test_client(), app, add_person(app, "Sam"))


def find_media(app: Flask, media_id: int) -> Media | None:
    with app.app_context():
        return db.session.get(Media, media_id)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("is_public", [True, False])
def test_only_who_may_change_it_gets_the_pages(
    app: Flask,
    client: FlaskClient,
    owner: FlaskClient,
    owner_id: int,
    stranger: FlaskClient,
    page: str,
    is_public: bool,
) -> None:
    media_id = upload(client, is_public=is_public, user_id=owner_id)["id"]
    admin = sign_in_as(app.test_client(), app, ADMIN_ID)
    address = f"/gallery/{media_id}/{page}"
    drawn = 200 if page == "edit" else 303  # deleting can be undone: nothing is asked
    assert owner.get(address, headers=HTML).status_code == drawn
    assert admin.get(address, headers=HTML).status_code == drawn
    assert stranger.get(address, headers=HTML).status_code == 403
    assert client.get(address, headers=HTML).status_code == (drawn if is_public else 303)
    for form in PAGES:
        assert send(stranger, app, f"/gallery/{media_id}/{form}", alt_text="x").status_code == 403
    media = find_media(app, media_id)
    assert media is not None
    assert media.alt_text is None


def test_in_the_mode_read_anonymous_changes_nothing(make_app: Callable[..., Flask]) -> None:
    media_id = upload(make_app().test_client())["id"]
    app = make_app(anonymous_access="read")
    client = app.test_client()
    assert "Edit" not in read_page(client, f"/gallery/{media_id}")
    for page in PAGES:
        assert client.get(f"/gallery/{media_id}/{page}", headers=HTML).status_code == 303
        assert send(client, app, f"/gallery/{media_id}/{page}", alt_text="x").status_code == 401
    assert find_media(app, media_id) is not None


def test_an_owner_edits_what_is_theirs(
    app: Flask, client: FlaskClient, owner: FlaskClient, owner_id: int
) -> None:
    media_id = upload(client, user_id=owner_id)["id"]
    assert f'href="/gallery/{media_id}/edit"' in owner.get(f"/gallery/{media_id}").get_data(as_text=True)
    answer = send(owner, app, f"/gallery/{media_id}/edit", alt_text="Boats", is_public="false")
    assert (answer.status_code, answer.location) == (303, f"/gallery/{media_id}")
    text = read_page(owner, f"/gallery/{media_id}")
    assert "beach.png is saved." in text
    assert "Private Only you and admins see it" in text
    assert "Anna (you)" in text


def test_an_owner_does_not_give_away_what_is_theirs(
    app: Flask, client: FlaskClient, owner: FlaskClient, owner_id: int
) -> None:
    media_id = upload(client, user_id=owner_id)["id"]
    assert 'name="user_id"' not in owner.get(f"/gallery/{media_id}/edit").get_data(as_text=True)
    send(owner, app, f"/gallery/{media_id}/edit", alt_text="Boats", user_id=str(ADMIN_ID))
    media = find_media(app, media_id)
    assert media is not None
    assert (media.alt_text, media.user_id) == ("Boats", owner_id)


def test_an_owner_deletes_what_is_theirs(
    app: Flask, client: FlaskClient, owner: FlaskClient, owner_id: int
) -> None:
    media_id = upload(client, user_id=owner_id)["id"]
    answer = send(owner, app, f"/gallery/{media_id}/delete")
    assert (answer.status_code, answer.location) == (303, "/")
    assert find_media(app, media_id) is None


def test_anonymous_edits_public_media_and_is_led_away_when_it_is_private_then(
    app: Flask, client: FlaskClient
) -> None:
    media_id = upload(client)["id"]
    answer = send(client, app, f"/gallery/{media_id}/edit", is_public="false")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "only its owner and admins see it" in read_page(client, "/")


def test_a_bad_value_is_told_beside_its_field(app: Flask, client: FlaskClient) -> None:
    media_id = upload(client)["id"]
    answer = send(client, app, f"/gallery/{media_id}/edit", filename="", alt_text="kept")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Give it a name." in page
    assert "kept" in page


def test_tags_are_shown_as_links_and_changed_as_a_text(app: Flask, client: FlaskClient) -> None:
    media_id = upload(client, tags="Sea & sand, <b>")["id"]
    page = client.get(f"/gallery/{media_id}").get_data(as_text=True)
    assert 'href="/?tag=Sea+%26+sand" dir="auto">Sea &amp; sand</a>' in page.replace("%20", "+")
    assert 'value="Sea &amp; sand, &lt;b&gt;"' in client.get(f"/gallery/{media_id}/edit").get_data(
        as_text=True
    )
    for sent, tags in (
        (
            {"tags": "Sea & sand, <b>, Summer", "shown_tags": "Sea & sand, <b>"},
            ("Sea & sand", "<b>", "Summer"),
        ),
        ({"tags": "old", "shown_tags": "old"}, ("Sea & sand", "<b>", "Summer")),  # others changed them since
        ({"tags": " ", "shown_tags": "Sea & sand, <b>, Summer"}, ()),
    ):
        assert send(client, app, f"/gallery/{media_id}/edit", **sent).status_code == 303
        media = find_media(app, media_id)
        assert media is not None
        assert media.tags == tags


def test_a_bad_tag_is_told_beside_its_field(app: Flask, client: FlaskClient) -> None:
    media_id = upload(client)["id"]
    answer = send(client, app, f"/gallery/{media_id}/edit", tags="fine, " + "x" * 65)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert '<a href="#tags">Tags</a>: A tag may have at most 64 characters.' in page
    assert f'value="fine, {"x" * 65}"' in page


def test_an_admin_gives_media_to_somebody_by_the_same_form(
    app: Flask, client: FlaskClient, owner_id: int
) -> None:
    media_id = upload(client)["id"]
    admin = sign_in_as(app.test_client(), app, ADMIN_ID)
    assert 'name="user_id"' in admin.get(f"/gallery/{media_id}/edit").get_data(as_text=True)
    send(admin, app, f"/gallery/{media_id}/edit", user_id=str(owner_id))
    media = find_media(app, media_id)
    assert media is not None
    assert media.user_id == owner_id
