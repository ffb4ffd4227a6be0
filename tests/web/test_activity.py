"""Who did what, in words, for admins."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mediaweb.extensions import db
from mediaweb.models import EventType, Role, Subject, TokenScope, User
from mediaweb.services import accounts, bulk, events, tokens
from mediaweb.services.access import ANONYMOUS, SYSTEM, Actor
from mediaweb.services.incoming import MediaChanges
from mediaweb.services.media import media_service
from tests.api.calls import PNG
from tests.people import ADMIN_ID, FIREFOX, add_person, sign_in_as, submit
from tests.web.pages import HTML, read_page

ADMIN = Actor(ADMIN_ID, Role.ADMIN)
Act = Callable[[int], object]


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return sign_in_as(app.test_client(), app, ADMIN_ID)


@pytest.fixture
def anna_id(app: Flask) -> int:
    return add_person(app, "Anna")


def act(app: Flask, what: Callable[..., object]) -> None:
    with app.app_context():
        what(db.session())


def upload(app: Flask, filename: str = "a.png", actor: Actor = ADMIN) -> int:
    with app.app_context():
        file = io.BytesIO(PNG)
        return int(media_service.upload_file(db.session(), file, filename, is_public=True, actor=actor).id)


@pytest.mark.parametrize(
    ("actor", "sentence"),
    [(ADMIN, "Admin uploaded a.png"), (ANONYMOUS, "Anonymous uploaded"), (SYSTEM, "The system uploaded")],
)
def test_it_says_who_uploaded(app: Flask, admin: FlaskClient, actor: Actor, sentence: str) -> None:
    media_id = upload(app, actor=actor)
    assert sentence in read_page(admin, "/admin/activity")
    assert f'<a href="/admin/media/{media_id}">a.png</a>' in admin.get("/admin/activity").get_data(
        as_text=True
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"is_public": False}, "Admin made a.png private"),
        ({"alt_text": "Boats"}, "Admin changed a.png Alt text"),
        ({"filename": "quay.png"}, "Admin renamed a media to quay.png"),
        ({"user_id": None}, "Admin left a.png without an owner"),
        ({"user_id": 2}, "Admin gave a.png to Anna"),
        (
            {"user_id": 2, "is_public": False, "alt_text": "B", "description": "D"},
            "Admin changed a.png Description, alt text, made private, gave to Anna",
        ),
    ],
)
def test_it_says_what_changed(
    app: Flask, admin: FlaskClient, anna_id: int, changes: dict[str, object], sentence: str
) -> None:
    media_id = upload(app)
    values = MediaChanges.model_validate(changes)
    act(app, lambda session: media_service.update(session, media_id, values, ADMIN))
    assert sentence in read_page(admin, "/admin/activity")


def test_it_says_what_was_made_public(app: Flask, admin: FlaskClient) -> None:
    media_id = upload(app)
    for is_public in (False, True):
        values = MediaChanges(is_public=is_public)
        act(app, lambda session, values=values: bulk.update_many(session, [media_id], values, ADMIN))
    assert "Admin made a.png public" in read_page(admin, "/admin/activity")


def test_a_deleted_media_keeps_its_name_and_loses_its_link(app: Flask, admin: FlaskClient) -> None:
    media_id = upload(app, "<b>.png")
    act(app, lambda session: media_service.delete(session, media_id, ADMIN))
    assert "Admin deleted <b>.png" in read_page(admin, "/admin/activity")
    assert f"/admin/media/{media_id}" not in admin.get("/admin/activity").get_data(as_text=True)


def test_it_says_what_happened_to_people(app: Flask, admin: FlaskClient, anna_id: int) -> None:
    def change(session: object, values: dict[str, object]) -> None:
        accounts.update_user(db.session(), anna_id, values, ADMIN)

    act(app, lambda session: accounts.invite_user(session, "ben@example.org", "Ben", Role.MEMBER, ADMIN))
    for values in ({"role": "admin"}, {"name": "Anne"}, {"is_active": False}, {"is_active": True}):
        act(app, lambda session, values=values: change(session, values))
    act(app, lambda session: accounts.invite_again(session, anna_id, ADMIN))
    text = read_page(admin, "/admin/activity?kind=people")
    for sentence in (
        "Admin invited Ben",
        "Admin made Anna an admin",
        "Admin changed Anne Name",
        "Admin deactivated Anne",
        "Admin activated Anne",
        "Admin made a new invitation link for Anne",
    ):
        assert sentence in text


def test_it_says_whose_tokens_were_made_and_revoked(app: Flask, admin: FlaskClient, anna_id: int) -> None:
    def make_and_revoke(session: object) -> None:
        token, _ = tokens.create_token(db.session(), anna_id, "backup", TokenScope.READ, None, ADMIN)
        tokens.revoke_token(db.session(), token.id, anna_id, Actor(anna_id, Role.MEMBER))

    act(app, make_and_revoke)
    text = read_page(admin, "/admin/activity?kind=tokens")
    assert "Admin made the token “backup” of Anna" in text
    assert "Anna revoked the token “backup”" in text


def test_it_says_who_signed_out_from_which_browser(app: Flask, admin: FlaskClient, anna_id: int) -> None:
    first, second, third = (
        sign_in_as(app.test_client(), app, anna_id, agent) for agent in ("A", "B", FIREFOX)
    )
    submit(third, app, "/sign-out")
    text = read_page(admin, "/admin/activity")
    assert text.count("Anna signed out from Firefox on Linux") == 1
    submit(first, app, "/account/sessions/end")
    assert read_page(admin, "/admin/activity").count("Anna signed out from") == 2
    assert first.get("/account").status_code == 200
    assert second.get("/account").status_code != 200


def test_somebody_who_is_gone_is_told_by_number(app: Flask, admin: FlaskClient, anna_id: int) -> None:
    upload(app, actor=Actor(anna_id, Role.MEMBER))

    def delete_anna(session: object) -> None:
        db.session.delete(db.session.get(User, anna_id))
        fields = {"id": anna_id, "name": "Anna"}
        entry = events.describe_account(EventType.DELETED, Subject.USER, fields, ADMIN)
        events.record(db.session.connection(), entry)
        db.session.commit()

    act(app, delete_anna)
    text = read_page(admin, f"/admin/activity?by={anna_id}")
    assert f"Someone deleted (#{anna_id}) uploaded a.png" in text
    assert "Admin deleted Anna" in read_page(admin, f"/admin/activity?person={anna_id}")


def test_filters_narrow_it(app: Flask, admin: FlaskClient, anna_id: int) -> None:
    first = upload(app, "first.png")
    upload(app, "second.png", Actor(anna_id, Role.MEMBER))
    act(app, lambda session: accounts.update_user(session, anna_id, {"name": "Anne"}, ADMIN))
    for address, is_there in {
        "kind=media": (True, True, False),
        "kind=people": (False, False, True),
        f"by={anna_id}": (False, True, False),
        "by=1&kind=media": (True, False, False),
        f"media={first}": (True, False, False),
        "by=system": (False, False, False),
        "kind=nonsense&by=nobody&media=x&before=x": (True, True, True),
    }.items():
        text = read_page(admin, f"/admin/activity?{address}")
        found = tuple(
            words in text for words in ("uploaded first.png", "uploaded second.png", "changed Anne")
        )
        assert found == is_there, address


def test_a_media_leads_to_its_history(app: Flask, admin: FlaskClient) -> None:
    media_id = upload(app)
    assert f'href="/admin/activity?media={media_id}"' in admin.get(f"/admin/media/{media_id}").get_data(
        as_text=True
    )
    assert "History of a.png" in read_page(admin, f"/admin/activity?media={media_id}")


def test_there_are_fifty_on_a_page(app: Flask, admin: FlaskClient) -> None:
    media_id = upload(app)
    for number in range(60):
        values = MediaChanges(alt_text=str(number))
        act(app, lambda session, values=values: media_service.update(session, media_id, values, ADMIN))
    first = admin.get("/admin/activity?kind=media").get_data(as_text=True)
    assert first.count("activity__entry") == 50
    assert 'href="/admin/activity?kind=media&amp;before=12"' in first
    second = admin.get("/admin/activity?kind=media&before=12").get_data(as_text=True)
    assert second.count("activity__entry") == 11
    assert 'href="/admin/activity?kind=media&amp;after=11"' in second
    assert "Nothing matches" in read_page(admin, "/admin/activity?before=1")


def test_it_is_for_admins(app: Flask, client: FlaskClient, admin: FlaskClient, anna_id: int) -> None:
    member = sign_in_as(app.test_client(), app, anna_id)
    assert admin.get("/admin/activity", headers=HTML).status_code == 200
    assert member.get("/admin/activity", headers=HTML).status_code == 403
    assert client.get("/admin/activity", headers=HTML).status_code == 303
