"""The table of all media for admins: found by anything, edited one by one and many at once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediaweb.extensions import db, storage
from mediaweb.models import Event, Media
from tests.api.calls import upload
from tests.people import ADMIN_ID, add_person, sign_in_as
from tests.services.library import add_media
from tests.web.pages import HTML, listed_names, read_page, read_text, send, undo

BACK = "/admin/media?type=image&sort=name"


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return sign_in_as(app.test_client(), app, ADMIN_ID)


@pytest.fixture
def member(app: Flask) -> FlaskClient:
    return sign_in_as(app.test_client(), app, add_person(app, "Mia"))


@pytest.fixture
def fill(app: Flask) -> Callable[..., list[int]]:
    """Add media that differ in the given fields; return their ids."""

    def fill(*rows: dict[str, object]) -> list[int]:
        with app.app_context():
            return add_media(db.session(), rows)

    return fill


def find_media(app: Flask, media_id: int) -> Media | None:
    with app.app_context():
        return db.session.get(Media, media_id)


def count_updates(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Event).where(Event.type != "created")).all())


PAGES = ("/admin/media", "/admin/media/{id}", "/admin/activity")


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_for_admins(
    app: Flask, client: FlaskClient, admin: FlaskClient, member: FlaskClient, address: str
) -> None:
    address = address.format(id=upload(client)["id"])
    assert admin.get(address, headers=HTML).status_code == 200
    assert member.get(address, headers=HTML).status_code == 403
    stranger = client.get(address, headers=HTML)
    assert (stranger.status_code, stranger.location.partition("?")[0]) == (303, "/sign-in")


def test_its_form_is_for_admins(app: Flask, client: FlaskClient, member: FlaskClient) -> None:
    media_id = upload(client)["id"]
    assert send(member, app, f"/admin/media/{media_id}", is_public="false").status_code == 403
    assert send(client, app, f"/admin/media/{media_id}", is_public="false").status_code == 401
    assert count_updates(app) == 0


SEARCHES: list[tuple[str, list[str]]] = [
    ("harb", ["Harbour.jpg"]),
    ("HARBOUR", ["Harbour.jpg"]),
    ("straße", ["b.jpg"]),
    ("STRASSE", ["b.jpg"]),
    ("a quay", ["c.pdf"]),
    ("100%25", []),
    ("%00", ["c.pdf", "b.jpg", "Harbour.jpg"]),
    ("   ", ["c.pdf", "b.jpg", "Harbour.jpg"]),
]


def test_a_search_finds_names_descriptions_and_alt_texts(
    admin: FlaskClient, fill: Callable[..., list[int]], subtests: pytest.Subtests
) -> None:
    fill(
        {"filename": "Harbour.jpg"},
        {"filename": "b.jpg", "description": "Lange Straße"},
        {"filename": "c.pdf", "alt_text": "Boats at a quay"},
    )
    for search, names in SEARCHES:
        with subtests.test(search):
            assert listed_names(admin, f"/admin/media?q={search}") == names


def test_a_number_finds_its_media(admin: FlaskClient, fill: Callable[..., list[int]]) -> None:
    first, *_ = fill({"filename": "a.jpg"}, {"filename": "b.jpg"})
    assert listed_names(admin, f"/admin/media?q=%23{first}") == ["a.jpg"]
    assert listed_names(admin, f"/admin/media?q=%23{'9' * 30}") == []


FILTERS: list[tuple[str, list[str] | str]] = [
    ("type=document", ["d.pdf"]),
    ("visibility=public", ["d.pdf", "b.jpg"]),
    ("visibility=private", ["c.jpg", "a.jpg"]),
    ("owner=1", ["a.jpg"]),
    ("owner=nobody", ["d.pdf", "c.jpg", "b.jpg"]),
    ("owner=99", []),
    ("alt=missing", ["c.jpg", "b.jpg"]),
    ("size=tiny", ["c.jpg", "b.jpg", "a.jpg"]),
    ("size=small", ["d.pdf"]),
    ("from=2026-05-02", ["d.pdf", "c.jpg"]),
    ("to=2026-05-02", ["c.jpg", "b.jpg", "a.jpg"]),
    ("from=2026-05-02&to=2026-05-02", ["c.jpg"]),
    ("from=9999-12-31", []),
    ("to=9999-12-31&from=0001-01-01", ["d.pdf", "c.jpg", "b.jpg", "a.jpg"]),
    ("visibility=private&alt=missing&q=c", ["c.jpg"]),
    ("owner=" + "0" * 20 + "1" * 20, "all"),
    ("type=nonsense&visibility=1&owner=x&alt=1&size=1&from=1&to=x&sort=x&order=x&page=x", "all"),
]


def test_filters_narrow_the_list(
    admin: FlaskClient, fill: Callable[..., list[int]], subtests: pytest.Subtests
) -> None:
    days = [datetime(2026, 5, day, 12, tzinfo=UTC) for day in (1, 1, 2, 3)]
    fill(
        {"filename": "a.jpg", "is_public": False, "user_id": 1, "alt_text": "A", "created_at": days[0]},
        {"filename": "b.jpg", "alt_text": "", "created_at": days[1]},
        {"filename": "c.jpg", "is_public": False, "created_at": days[2]},
        {"filename": "d.pdf", "file_type": "document", "file_size": 100_000, "created_at": days[3]},
    )
    all_names = ["d.pdf", "c.jpg", "b.jpg", "a.jpg"]
    for filters, names in FILTERS:
        with subtests.test(filters):
            # Two on one day come in the order of their ids.
            found = listed_names(admin, f"/admin/media?{filters}")
            assert found == (all_names if names == "all" else names)


ORDERS: list[tuple[str, list[str]]] = [
    ("sort=name", ["a.jpg", "b.jpg", "c.jpg"]),
    ("sort=name&order=desc", ["c.jpg", "b.jpg", "a.jpg"]),
    ("sort=size", ["a.jpg", "c.jpg", "b.jpg"]),
    ("sort=size&order=asc", ["b.jpg", "c.jpg", "a.jpg"]),
    ("sort=changed", ["b.jpg", "a.jpg", "c.jpg"]),
    ("order=asc", ["c.jpg", "a.jpg", "b.jpg"]),
]


def test_columns_sort_the_list(
    admin: FlaskClient, fill: Callable[..., list[int]], subtests: pytest.Subtests
) -> None:
    fill(
        {"filename": "c.jpg", "file_size": 20},
        {"filename": "a.jpg", "file_size": 30},
        {"filename": "b.jpg", "file_size": 10},
    )
    for order, names in ORDERS:
        with subtests.test(order):
            assert listed_names(admin, f"/admin/media?{order}") == names


def test_a_column_that_sorts_already_sorts_the_other_way(
    admin: FlaskClient, fill: Callable[..., list[int]]
) -> None:
    fill({})
    page = admin.get("/admin/media?q=file&sort=name&page=1").get_data(as_text=True)
    assert 'href="/admin/media?q=file&amp;sort=name&amp;order=desc"' in page
    assert 'href="/admin/media?q=file&amp;sort=size"' in page
    assert page.count("aria-sort") == 1


def test_there_are_fifty_on_a_page_and_its_links_keep_the_state(
    admin: FlaskClient, fill: Callable[..., list[int]]
) -> None:
    fill(*({"filename": f"{number:03}.jpg"} for number in range(60)))
    assert len(listed_names(admin, "/admin/media?type=image")) == 50
    assert listed_names(admin, "/admin/media?type=image&sort=name&page=2")[0] == "050.jpg"
    page = admin.get("/admin/media?type=image&sort=name").get_data(as_text=True)
    assert 'href="/admin/media?type=image&amp;sort=name&amp;order=asc&amp;page=2"' in page or (
        'href="/admin/media?type=image&amp;sort=name&amp;page=2"' in page
    )
    assert "There is no page 9" in read_page(admin, "/admin/media?page=9")


def test_a_row_says_who_owns_it_and_whether_alt_text_is_missing(
    app: Flask, admin: FlaskClient, fill: Callable[..., list[int]]
) -> None:
    owner_id = add_person(app, "Anna <b>")
    fill({"user_id": owner_id, "is_public": False, "filename": "<i>.jpg"})
    text = read_page(admin, "/admin/media?q=jpg")
    row = text[text.index("Select <i>.jpg") :]
    assert "Anna <b>" in row
    assert "Private Alt text: Missing" in row


def test_a_row_shows_the_preview_and_never_the_file(
    admin: FlaskClient, fill: Callable[..., list[int]]
) -> None:
    shown, waiting = fill({"preview_state": "ready", "preview_width": 640, "preview_height": 480}, {})
    page = admin.get("/admin/media").get_data(as_text=True)
    assert f"/media/{shown}/thumbnail?size=320" in page
    assert f"/media/{waiting}/thumbnail" not in page
    assert "/download" not in page


def test_everything_of_a_media_is_edited(app: Flask, client: FlaskClient, admin: FlaskClient) -> None:
    owner_id = add_person(app, "Anna")
    media_id = upload(client)["id"]
    answer = send(
        admin,
        app,
        f"/admin/media/{media_id}",
        filename="quay.png",
        description="One\r\ntwo",
        alt_text="Boats",
        is_public="false",
        user_id=str(owner_id),
        next=BACK,
    )
    assert (answer.status_code, answer.location) == (303, BACK)
    media = find_media(app, media_id)
    assert media is not None
    assert (media.filename, media.description, media.alt_text) == ("quay.png", "One\ntwo", "Boats")
    assert (media.is_public, media.user_id) == (False, owner_id)
    assert count_updates(app) == 1
    assert "quay.png is saved." in read_page(admin, BACK)


def test_saving_what_was_shown_changes_nothing(app: Flask, client: FlaskClient, admin: FlaskClient) -> None:
    media_id = upload(client, description="One\ntwo")["id"]
    fields = {"filename": "beach.png", "description": "One\r\ntwo", "alt_text": "", "is_public": "true"}
    send(admin, app, f"/admin/media/{media_id}", user_id="", **fields)
    assert count_updates(app) == 0


def test_what_somebody_else_changed_meanwhile_stays(
    app: Flask, client: FlaskClient, admin: FlaskClient
) -> None:
    media_id = upload(client, description="old")["id"]
    form = {"description": "old", "shown_description": "old", "alt_text": "Boats", "shown_alt_text": ""}
    send(admin, app, f"/admin/media/{media_id}", description="new")
    send(admin, app, f"/admin/media/{media_id}", **form)
    media = find_media(app, media_id)
    assert media is not None
    assert (media.description, media.alt_text) == ("new", "Boats")


def test_what_is_left_empty_is_unset(app: Flask, client: FlaskClient, admin: FlaskClient) -> None:
    media_id = upload(client, alt_text="Boats", description="D", user_id=ADMIN_ID)["id"]
    send(admin, app, f"/admin/media/{media_id}", alt_text=" ", description="", user_id="")
    media = find_media(app, media_id)
    assert media is not None
    assert (media.alt_text, media.description, media.user_id) == (None, None, None)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("filename", " ", "Give it a name."),
        ("user_id", "999", "There is no user with this id."),
        ("user_id", "x", "Choose one of these people."),
        ("is_public", "perhaps", "Choose public or private."),
        ("alt_text", "x" * 2001, "at most 2000 characters"),
        ("description", "x" * 10_001, "at most 10000 characters"),
    ],
)
def test_a_bad_value_is_told_beside_its_field(
    app: Flask, client: FlaskClient, admin: FlaskClient, field: str, value: str, problem: str
) -> None:
    media_id = upload(client)["id"]
    answer = send(admin, app, f"/admin/media/{media_id}", **{field: value, "next": BACK})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert problem in page
    assert f'id="{field}-error"' in page
    assert BACK.replace("&", "&amp;") in page
    assert count_updates(app) == 0


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com", "/\\example.com", ""])
def test_a_form_never_leads_to_another_site(
    app: Flask, client: FlaskClient, admin: FlaskClient, target: str
) -> None:
    media_id = upload(client)["id"]
    answer = send(admin, app, f"/admin/media/{media_id}", alt_text="A", next=target)
    assert answer.location == "/admin/media"


def test_several_are_made_private_at_once(
    app: Flask, admin: FlaskClient, fill: Callable[..., list[int]]
) -> None:
    ids = fill({}, {}, {"is_public": False})
    answer = send(
        admin,
        app,
        "/selection/update",
        id=[str(media_id) for media_id in [*ids, 999]],
        is_public="false",
        next=BACK,
    )
    assert (answer.status_code, answer.location) == (303, BACK)
    assert "2 media changed, 1 was like that before, 1 was already gone." in read_page(admin, BACK)


def test_several_get_an_owner_and_alt_text(
    app: Flask, admin: FlaskClient, fill: Callable[..., list[int]]
) -> None:
    ids = [str(media_id) for media_id in fill({"filename": "a.jpg"}, {"filename": "b.jpg"})]
    owner_id = str(add_person(app, "Anna"))
    asked = send(admin, app, "/selection", id=ids, action="owner")
    assert "Set the owner of 2 media" in read_text(asked)
    send(admin, app, "/selection/update", id=ids, user_id=owner_id)
    send(admin, app, "/selection/update", id=ids, alt_text="Boats\r\nat a quay")
    for media_id in ids:
        media = find_media(app, int(media_id))
        assert media is not None
        assert (media.user_id, media.alt_text) == (int(owner_id), "Boats\nat a quay")


def test_a_bad_value_for_several_is_told_beside_its_field(
    app: Flask, admin: FlaskClient, fill: Callable[..., list[int]]
) -> None:
    ids = [str(media_id) for media_id in fill({}, {})]
    answer = send(admin, app, "/selection/update", id=ids, user_id="999", next=BACK)
    assert answer.status_code == 422
    assert "There is no user with this id." in read_text(answer)
    assert answer.get_data(as_text=True).count('name="id"') == 2


def test_deleting_several_can_be_undone(app: Flask, admin: FlaskClient, client: FlaskClient) -> None:
    ids = [str(upload(client, filename=name)["id"]) for name in ("a.png", "b.png", "c.png")]
    answer = send(admin, app, "/selection/delete", id=ids[:2], next=BACK)
    assert (answer.status_code, answer.location) == (303, BACK)
    page = admin.get("/admin/media", headers=HTML)
    assert "2 media moved into the trash." in read_text(page)
    assert undo(admin, app, page).location == "/admin/media"
    assert "2 media are back." in read_page(admin, "/admin/media")
    assert len(listed_names(admin, "/admin/media")) == 3


def test_a_change_of_several_can_be_undone(app: Flask, admin: FlaskClient, client: FlaskClient) -> None:
    ids = [str(upload(client, filename=name)["id"]) for name in ("a.png", "b.png")]
    send(admin, app, "/selection/update", id=ids, is_public="false", next=BACK)
    undo(admin, app, admin.get("/admin/media", headers=HTML))
    assert "The change of 2 media is undone." in read_page(admin, "/admin/media")
    assert client.get(f"/media/{ids[0]}").status_code == 200


def test_without_a_trash_deleting_several_asks_first_and_says_which(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(trash_days=0)
    admin, client = sign_in_as(app.test_client(), app, ADMIN_ID), app.test_client()
    ids = [str(upload(client, filename=name)["id"]) for name in ("a.png", "b.png", "c.png")]
    asked = read_text(send(admin, app, "/selection", id=ids[:2], action="delete", next=BACK))
    assert "Delete 2 media?" in asked
    assert "a.png" in asked
    assert "c.png" not in asked
    answer = send(admin, app, "/selection/delete", id=ids[:2], next=BACK)
    assert (answer.status_code, answer.location) == (303, BACK)
    assert listed_names(admin, "/admin/media") == ["c.png"]
    with app.app_context():
        assert len(list(storage.keys())) == 1


@pytest.mark.parametrize("address", ["/selection", "/selection/delete"])
def test_nothing_selected_is_said(app: Flask, admin: FlaskClient, address: str) -> None:
    answer = send(admin, app, address, action="delete", next=BACK)
    assert (answer.status_code, answer.location) == (303, BACK)
    assert "Select at least one media." in read_page(admin, BACK)


def test_all_on_a_page_are_selected_without_a_script(
    admin: FlaskClient, fill: Callable[..., list[int]]
) -> None:
    fill({}, {})
    page = admin.get("/admin/media?type=image&selected=all").get_data(as_text=True)
    assert len(re.findall(r'name="id"[^>]*checked', page)) == 2


def test_without_a_trash_a_deletion_asks_first_and_leads_back(make_app: Callable[..., Flask]) -> None:
    app = make_app(trash_days=0)
    admin, client = sign_in_as(app.test_client(), app, ADMIN_ID), app.test_client()
    media_id = upload(client)["id"]
    assert "Delete beach.png?" in read_page(admin, f"/gallery/{media_id}/delete?next=/admin/media")
    answer = send(admin, app, f"/gallery/{media_id}/delete", next="/admin/media")
    assert (answer.status_code, answer.location) == (303, "/admin/media")
    assert find_media(app, media_id) is None


def test_a_media_that_is_gone_is_not_found(admin: FlaskClient) -> None:
    assert admin.get("/admin/media/99", headers=HTML).status_code == 404
    assert admin.get(f"/admin/media/{10**30}", headers=HTML).status_code == 404
