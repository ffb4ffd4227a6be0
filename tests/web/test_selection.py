"""Several media at once: by forms and by scripts, for an owner, a stranger and somebody not known."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mediaweb.extensions import db
from mediaweb.models import Media, Role
from tests import files
from tests.api.calls import upload
from tests.people import ADMIN_ID, add_person, csrf_token, sign_in_as
from tests.web.pages import HTML, read_page, read_text, send

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BACK = "/?q=harbour"
SCRIPT = {"Accept": "application/json", "HX-Request": "true"}


@pytest.fixture
def owner_id(app: Flask) -> int:
    return add_person(app, "Anna")


@pytest.fixture
def owner(app: Flask, owner_id: int) -> FlaskClient:
    return sign_in_as(app.test_client(), app, owner_id)


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    return sign_in_as(app.test_client(), app, add_person(app, "Sam"))


@pytest.fixture
def ids(client: FlaskClient, owner_id: int) -> list[str]:
    """A picture of the owner, a private one of theirs, a picture of nobody, and a text of the owner."""
    png, user = files.make_png(), owner_id
    made = [
        upload(client, png, filename="mine.png", user_id=user, tags="Sea,night"),
        upload(client, png, filename="secret.png", user_id=user, is_public=False, tags="sea,hidden"),
        upload(client, png, filename="shared.png"),
        upload(client, b"Remember the boat.\n", filename="notes.txt", user_id=user),
    ]
    return [str(media["id"]) for media in made]


def ask(client: FlaskClient, app: Flask, address: str, **fields: Any) -> Any:
    """Send a form as a script does; return what the answer says in JSON."""
    data = {"csrf_token": csrf_token(client, app), **fields}
    return client.post(address, data=data, headers=SCRIPT).get_json()


def field_of_all(app: Flask, name: str) -> list[Any]:
    with app.app_context():
        return [getattr(media, name) for media in db.session.query(Media).order_by(Media.id)]


def test_an_owner_changes_their_own_and_is_told_of_the_others(
    app: Flask, owner: FlaskClient, ids: list[str]
) -> None:
    answer = send(owner, app, "/selection/update", id=[*ids, "999"], is_public="false", next=BACK)
    assert (answer.status_code, answer.location) == (303, BACK)
    told = "2 media changed, 1 was like that before, 1 isn’t yours to change, 1 was already gone."
    assert told in read_page(owner, BACK)
    assert field_of_all(app, "is_public") == [False, False, True, False]


def test_a_stranger_changes_nothing_and_learns_nothing(
    app: Flask, stranger: FlaskClient, ids: list[str]
) -> None:
    told = {"message": "No media changed, 3 aren’t yours to change, 2 were already gone.", "is_problem": True}
    for address in ("/selection/update", "/selection/tags"):
        answer = ask(stranger, app, address, id=[*ids, "999"], alt_text="x", add="x", remove="hidden")
        assert answer == told | {"events": ""}
    assert ask(stranger, app, "/selection/delete", id=ids)["is_problem"]
    assert field_of_all(app, "alt_text") == [None] * 4
    asked = send(stranger, app, "/selection", id=ids[:2], action="tags", next=BACK)
    assert (asked.status_code, asked.location) == (303, BACK)
    assert "hidden" not in read_page(stranger, BACK)


def test_somebody_not_known_changes_what_all_see_where_anyone_may(
    app: Flask, client: FlaskClient, ids: list[str]
) -> None:
    assert "Set the owner" not in read_text(send(client, app, "/selection", id=ids, action="tags"))
    assert send(client, app, "/selection", id=ids, action="owner").status_code == 401
    assert send(client, app, "/selection/update", id=ids, user_id=str(ADMIN_ID)).status_code == 401
    deleted = ask(client, app, "/selection/delete", id=ids)
    assert deleted["message"] == "3 media moved into the trash, 1 was already gone."
    assert field_of_all(app, "filename") == ["secret.png"]


def test_where_one_may_only_look_one_downloads(make_app: Callable[..., Flask]) -> None:
    app = make_app(anonymous_access="read")
    admin_id = add_person(app, "Ada", Role.ADMIN)
    admin, visitor = sign_in_as(app.test_client(), app, admin_id), app.test_client()
    bar = visitor.get("/", headers=HTML).get_data(as_text=True).partition('id="selection"')[2]
    assert 'action="/archive"' in bar
    assert "csrf_token" not in bar
    assert "/selection/update" not in bar
    assert "/selection/update" in admin.get("/", headers=HTML).get_data(as_text=True)
    assert send(visitor, app, "/selection", id="1", action="delete").status_code == 401


def test_tags_are_added_and_taken(app: Flask, owner: FlaskClient, ids: list[str]) -> None:
    mine = [ids[0], ids[1], ids[3]]
    asked = read_text(send(owner, app, "/selection", id=mine, action="tags"))
    assert "Tags of 3 media" in asked
    assert "Sea 2 hidden 1 night 1" in asked
    send(owner, app, "/selection/tags", id=mine, add="boat, harbour", remove=["sea", "night"])
    expected = [("boat", "harbour"), ("hidden", "boat", "harbour"), (), ("boat", "harbour")]
    assert field_of_all(app, "tags") == expected


def test_a_bad_tag_is_told_beside_its_field(app: Flask, owner: FlaskClient, ids: list[str]) -> None:
    answer = send(owner, app, "/selection/tags", id=ids, add="x" * 65, next=BACK)
    assert answer.status_code == 422
    assert "at most 64 characters" in read_text(answer)
    problem = ask(owner, app, "/selection/tags", id=ids, add="x" * 65)
    assert "at most 64 characters" in problem["detail"][0]["msg"]


def test_alt_texts_are_written_one_after_the_other_by_forms(
    app: Flask, owner: FlaskClient, ids: list[str]
) -> None:
    begun = send(owner, app, "/selection", id=[ids[1], ids[3], ids[2], ids[0]], action="alt-texts", next=BACK)
    page = read_page(owner, begun.location)
    assert "1 of 2 secret.png" in page  # neither the text nor what is another's
    form: dict[str, Any] = {"id": [ids[1], ids[0]], "next": BACK}
    saved = send(
        owner,
        app,
        "/selection/alt-text",
        **form,
        at="0",
        media_id=ids[1],
        alt_text="Boats",
        shown_alt_text="",
    )
    assert "2 of 2 mine.png" in read_page(owner, saved.location)
    back = send(owner, app, "/selection/alt-text", **form, at="1", go="back")
    assert ">\r\nBoats</textarea>" in owner.get(back.location).get_data(as_text=True)
    ended = send(owner, app, "/selection/alt-text", **form, at="1", go="skip")
    assert ended.location == BACK
    assert field_of_all(app, "alt_text") == [None, "Boats", None, None]


def test_a_script_gets_the_ids_of_the_pictures_and_one_at_a_time(
    app: Flask, owner: FlaskClient, ids: list[str]
) -> None:
    answer = ask(owner, app, "/selection", id=ids[::-1], action="alt-texts")
    assert answer == {"ids": [int(ids[1]), int(ids[0])]}
    part = owner.get(f"/selection/alt-text?id={ids[0]}", headers=SCRIPT)
    assert (part.status_code, part.mimetype) == (200, "text/html")
    assert "<html" not in part.get_data(as_text=True)


def test_an_alt_text_of_what_is_anothers_is_refused(
    app: Flask, stranger: FlaskClient, ids: list[str]
) -> None:
    for media_id in ids[:2]:
        fields = {"id": media_id, "media_id": media_id, "alt_text": "x", "shown_alt_text": ""}
        assert send(stranger, app, "/selection/alt-text", **fields).status_code == 403
    assert stranger.get(f"/selection/alt-text?id={ids[0]}", headers=HTML).status_code == 303


def test_too_many_and_none_are_said(app: Flask, owner: FlaskClient) -> None:
    many = [str(number) for number in range(1, 1002)]
    for fields, words in (({"id": many}, "at most 1,000"), ({}, "at least one")):
        for address in ("/selection", "/selection/update", "/selection/delete", "/selection/tags"):
            answer = ask(owner, app, address, **fields, action="tags", is_public="true", add="sea")
            assert words in answer["detail"][0]["msg"], address


def test_tiles_are_drawn_of_what_the_visitor_may_see(
    app: Flask, client: FlaskClient, owner: FlaskClient, ids: list[str]
) -> None:
    query = {"id": [*ids, "999"]}
    seen = client.get("/tiles", query_string=query).get_data(as_text=True)
    assert [f'id="media-{media_id}"' in seen for media_id in ids] == [True, False, True, True]
    assert 'aria-label="Select mine.png"' in seen
    assert "secret" not in seen
    assert "secret" in owner.get("/tiles", query_string=query).get_data(as_text=True)
    for wrong in ([], list(range(1, 102))):
        assert client.get("/tiles", query_string={"id": wrong}).status_code == 422
