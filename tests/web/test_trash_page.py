"""`/trash` and the button *Undo*: what somebody deleted or changed, and how they get it back."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mediaweb.extensions import db
from mediaweb.services import trash
from mediaweb.services.access import SYSTEM
from mediaweb.web.notices import MAX_LENGTH, read_ids, write_ids
from tests.api.calls import stored_files, upload
from tests.files import make_png
from tests.people import ADMIN_ID, add_person, csrf_token, sign_in_as
from tests.previewing import make_all
from tests.services.library import add_media
from tests.web.pages import HTML, read_page, read_text, send, undo

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def owner_id(app: Flask) -> int:
    return add_person(app, "Anna")


@pytest.fixture
def owner(app: Flask, owner_id: int) -> FlaskClient:
    return sign_in_as(app.test_client(), app, owner_id)


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return sign_in_as(app.test_client(), app, ADMIN_ID)


def open_page(client: FlaskClient, address: str) -> str:
    return client.get(address, headers=HTML).get_data(as_text=True)


def test_a_deletion_says_so_and_is_undone(
    app: Flask, client: FlaskClient, owner: FlaskClient, owner_id: int
) -> None:
    media_id = upload(client, user_id=owner_id, is_public=False)["id"]
    assert f'formaction="/gallery/{media_id}/delete"' in open_page(owner, f"/gallery/{media_id}/edit")
    assert send(owner, app, f"/gallery/{media_id}/delete").location == "/"
    page = owner.get("/?page=1", headers=HTML)
    assert "“beach.png” is in the trash." in read_text(page)
    assert undo(owner, app, page).location == "/?page=1"
    assert "“beach.png” is back." in read_page(owner, "/")
    assert owner.get(f"/gallery/{media_id}").status_code == 200


@pytest.mark.parametrize("address", ["/gallery/{id}/edit", "/admin/media/{id}"])
def test_an_edit_says_so_and_is_undone(
    app: Flask, client: FlaskClient, admin: FlaskClient, address: str
) -> None:
    media_id = upload(client, description="Boats")["id"]
    send(admin, app, address.format(id=media_id), description="Ships", next=f"/gallery/{media_id}")
    page = admin.get(f"/gallery/{media_id}", headers=HTML)
    assert "beach.png is saved. Undo" in read_text(page)
    assert undo(admin, app, page).location == f"/gallery/{media_id}"
    text = read_page(admin, f"/gallery/{media_id}")
    assert "The change of “beach.png” is undone." in text
    assert "Boats" in text
    send(admin, app, address.format(id=media_id), description="Boats")
    assert 'action="/undo"' not in open_page(admin, "/")


def test_undo_answers_scripts_in_json(app: Flask, client: FlaskClient) -> None:
    media_id = upload(client)["id"]
    send(client, app, f"/gallery/{media_id}/edit", alt_text="x")
    events = re.findall(r'name="events" value="([^"]*)"', open_page(client, "/"))
    headers = {"Accept": "application/json", "X-CSRFToken": csrf_token(client, app)}
    answer = client.post("/undo", data={"events": events}, headers=headers)
    assert (answer.status_code, answer.get_json()) == (
        200,
        {"message": "The change of “beach.png” is undone."},
    )
    again = client.post("/undo", data={"events": events}, headers=headers)
    assert again.get_json() == {"message": "Nothing is undone: it was changed again since, or is gone."}
    nonsense = client.post("/undo", data={"events": "1-99999"}, headers=headers)
    assert (nonsense.status_code, nonsense.get_json()["code"]) == (422, "invalid_input")


def test_what_can_be_undone_fits_into_a_cookie(app: Flask, admin: FlaskClient) -> None:
    with app.app_context():
        ids = add_media(db.session(), ({} for _ in range(1000)))
    for change in ({"alt_text": "x"}, {"is_public": "false"}):
        send(admin, app, "/selection/update", id=[str(i) for i in ids], **change)
        page = admin.get("/admin/media", headers=HTML)
    assert "1,000 media changed." in read_text(page)
    undo(admin, app, page)
    assert "The change of 1,000 media is undone." in read_page(admin, "/")
    scattered = write_ids(range(1, 10_000, 3))
    assert len(scattered) > MAX_LENGTH
    assert read_ids(write_ids([7, 1, 2, 3, 9])) == [1, 2, 3, 7, 9]
    assert write_ids([7, 1, 2, 3, 9]) == "1-3,7,9"
    for text in ("", "x", "3-1", "1,", "1-2-3", "-1", "1-5000", "1-900,2001-2900", "٣"):
        assert read_ids(text) == []


def test_the_page_lists_what_one_may_restore(
    app: Flask, client: FlaskClient, owner: FlaskClient, admin: FlaskClient, owner_id: int
) -> None:
    assert "The trash is empty" in read_page(owner, "/trash")
    mine = upload(client, filename="mine.png", user_id=owner_id, is_public=False)["id"]
    other = upload(client, filename="other.png", is_public=False)["id"]
    for media_id in (mine, other):
        send(admin, app, f"/gallery/{media_id}/delete")
    assert 'href="/trash"' in open_page(owner, "/")
    text = read_page(owner, "/trash")
    assert "mine.png PNG, 77 bytes, private" in text
    assert "Deleted just now by Admin Gone for good in 30 days" in text
    assert "other.png" not in text
    assert "other.png" in read_page(admin, "/trash")
    assert "Deleted just now by you" in read_page(admin, "/trash")
    assert send(owner, app, "/trash/restore", id=[str(mine), str(other)]).location == "/trash"
    assert "1 media restored, 1 was not in the trash any more." in read_page(owner, "/trash")
    assert "Select at least one media." in read_page(owner, send(owner, app, "/trash/restore").location)


def test_anonymous_finds_what_is_public_where_they_may_write(
    app: Flask, client: FlaskClient, make_app: Callable[..., Flask]
) -> None:
    assert '<a class="menu__item" href="/trash">Trash</a>' in open_page(client, "/")
    for is_public in (True, False):
        media_id = upload(client, filename=f"public-{is_public}.png", is_public=is_public)["id"]
        with app.app_context():
            trash.trash(db.session(), media_id, SYSTEM)
    text = read_page(client, "/trash")
    assert "public-True.png" in text
    assert "public-False.png" not in text
    reader = make_app(anonymous_access="read").test_client()
    assert "/trash" not in open_page(reader, "/")
    assert reader.get("/trash", headers=HTML).location == "/sign-in?next=/trash"


def test_pictures_in_the_trash_are_for_who_may_restore_them(
    app: Flask, client: FlaskClient, owner: FlaskClient, owner_id: int
) -> None:
    media_id = upload(client, make_png(400, 300), user_id=owner_id)["id"]
    stranger = sign_in_as(app.test_client(), app, add_person(app, "Sam"))
    make_all(app, media_id)
    address = f"/trash/{media_id}/thumbnail"
    assert owner.get(address).status_code == 404
    send(owner, app, f"/gallery/{media_id}/delete")
    assert f'src="{address}"' in open_page(owner, "/trash")
    picture = owner.get(address)
    assert (picture.status_code, picture.content_type) == (200, "image/webp")
    assert picture.headers["Cache-Control"] == "private, no-cache"
    assert owner.get(address, headers={"If-None-Match": picture.headers["ETag"]}).status_code == 304
    assert stranger.get(address).status_code == 404


def test_deleting_for_good_asks_first_and_says_which(
    app: Flask, client: FlaskClient, owner: FlaskClient, owner_id: int
) -> None:
    ids = [str(upload(client, filename=name, user_id=owner_id)["id"]) for name in ("a.png", "b.png", "c.png")]
    for media_id in ids:
        send(owner, app, f"/gallery/{media_id}/delete")
    asked = read_text(send(owner, app, "/trash/selection", id=ids[:2], next="/trash?page=1"))
    assert "Delete 2 media for good?" in asked
    assert "a.png" in asked
    assert "c.png PNG" not in asked
    assert (
        send(owner, app, "/trash/selection/delete", id=ids[:2], next="/trash?page=1").location
        == "/trash?page=1"
    )
    text = read_page(owner, "/trash")
    assert "2 media deleted for good." in text
    assert "c.png" in text
    assert len(stored_files(app)) == 1
    send(owner, app, "/trash/selection", id=ids[:1])
    assert "Nothing is left to delete" in read_page(owner, "/trash")


def test_emptying_asks_first_and_keeps_what_came_since(
    app: Flask, client: FlaskClient, owner: FlaskClient, owner_id: int
) -> None:
    def delete_one(name: str) -> None:
        send(owner, app, f"/gallery/{upload(client, filename=name, user_id=owner_id)['id']}/delete")

    delete_one("a.png")
    page = open_page(owner, "/trash/empty")
    assert "One media is in it." in page
    delete_one("b.png")
    until = re.findall(r'name="until" value="([^"]*)"', page)
    assert send(owner, app, "/trash/empty", until=until).location == "/trash"
    text = read_page(owner, "/trash")
    assert "1 media deleted for good." in text
    assert "b.png" in text
    send(owner, app, "/trash/empty", until="soon")
    assert "The trash is empty" in read_page(owner, "/trash")
    assert "Nothing is in it any more." in read_page(owner, "/trash/empty")
    assert stored_files(app) == []


def test_it_comes_in_pages(app: Flask, admin: FlaskClient) -> None:
    with app.app_context():
        trash.trash_many(db.session(), add_media(db.session(), ({} for _ in range(61))), SYSTEM)
    first = open_page(admin, "/trash?selected=all")
    assert len(re.findall(r'name="id"[^>]*checked', first)) == 60
    assert len(re.findall(r'name="id"', open_page(admin, "/trash?page=2"))) == 1
    assert "There is no page 3" in read_page(admin, "/trash?page=3")


def test_the_history_tells_of_the_trash(app: Flask, client: FlaskClient, admin: FlaskClient) -> None:
    media_id = upload(client)["id"]
    send(admin, app, f"/gallery/{media_id}/delete")
    send(admin, app, "/trash/restore", id=str(media_id))
    text = read_page(admin, f"/admin/activity?media={media_id}")
    assert "Admin moved beach.png into the trash" in text
    assert "Admin restored beach.png from the trash" in text


def test_without_a_trash_nothing_leads_there(make_app: Callable[..., Flask]) -> None:
    app = make_app(trash_days=0)
    client = app.test_client()
    media_id = upload(client)["id"]
    assert "/trash" not in open_page(client, "/")
    assert "Delete beach.png?" in read_page(client, f"/gallery/{media_id}/delete")
    send(client, app, f"/gallery/{media_id}/delete")
    assert 'action="/undo"' not in open_page(client, "/")
    assert "Deleting is final in this library." in read_page(client, "/trash")
    assert stored_files(app) == []
    assert client.get("/media/trash").get_json() == []
