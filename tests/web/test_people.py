"""Admin → People: invite, change, shut out and delete, by forms."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediaweb.extensions import db
from mediaweb.models import Media, Role, User
from mediaweb.services.accounts import list_users
from tests.api.calls import assert_problem, upload
from tests.people import ADMIN_ID, add_person, make_token, sign_in_as, submit

PAGES = ["/admin/people", "/admin/people/new", "/admin/people/2", "/admin/people/2/removal"]
ACTIONS = ["", "/2", "/2/link", "/2/activation", "/2/activation/end", "/2/removal"]
PASSWORD = "quiet harbour lantern seven"


@pytest.fixture
def bea_id(app: Flask) -> int:
    return add_person(app, "Bea")


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    """The first admin's browser."""
    return sign_in_as(app.test_client(), app, ADMIN_ID)


def read_user(app: Flask, user_id: int) -> User | None:
    with app.app_context():
        return db.session.get(User, user_id)


def find_link(page: str) -> str:
    (link,) = re.findall(r'value="http://localhost(/set-password/[0-9a-f]{64})"', page)
    return str(link)


def test_the_pages_are_for_admins_only(app: Flask, client: FlaskClient, bea_id: int) -> None:
    for address in PAGES:
        assert_problem(client.get(address), 401, "authentication_required")
    member = sign_in_as(app.test_client(), app, bea_id)
    for address in PAGES:
        assert_problem(member.get(address), 403, "forbidden")
    for action in ACTIONS:
        assert_problem(submit(member, app, f"/admin/people{action}", fate="delete"), 403, "forbidden")
    headers = {"Authorization": f"Bearer {make_token(app, ADMIN_ID)}"}
    assert_problem(app.test_client().get("/admin/people", headers=headers), 401, "authentication_required")


def test_the_list_tells_role_state_and_media(app: Flask, admin: FlaskClient, bea_id: int) -> None:
    add_person(app, "Anna", Role.ADMIN)
    headers = {"Authorization": f"Bearer {make_token(app, bea_id)}"}
    uploader = app.test_client()
    uploader.environ_base["HTTP_AUTHORIZATION"] = headers["Authorization"]
    upload(uploader)
    with app.app_context():
        listed = [(one.user.name, one.media_count, one.state) for one in list_users(db.session())]
        assert listed == [("Admin", 0, "invited"), ("Anna", 0, "invited"), ("Bea", 1, "invited")]
    page = admin.get("/admin/people").text.partition("<main")[2]
    assert page.index("Anna") < page.index("Bea")
    assert page.count("not signed in") == 2
    assert "just now" in page
    assert 'aria-current="page">People' in page


def test_an_invitation_shows_a_link_that_sets_the_password(app: Flask, admin: FlaskClient) -> None:
    answer = submit(admin, app, "/admin/people", name="Jo", email="JO@example.org", role="member")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    link = find_link(answer.text)
    jo = app.test_client()
    assert "jo@example.org" in jo.get(link).text
    assert submit(jo, app, link, name="Jo", password=PASSWORD).status_code == 303
    assert jo.get("/account").status_code == 200
    assert jo.get("/admin/people").status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "", "Write a name of 1 to 100 characters."),
        ("email", "jo", "Write an email address, like anna@example.org."),
        ("email", "BEA@example.org", "Somebody else signs in with this address."),
        ("role", "owner", "Choose one of these."),
    ],
)
def test_a_bad_invitation_makes_nobody(
    app: Flask, admin: FlaskClient, bea_id: int, field: str, value: str, reason: str
) -> None:
    fields = {"name": "Jo", "email": "jo@example.org", "role": "member"} | {field: value}
    answer = submit(admin, app, "/admin/people", **fields)
    assert answer.status_code == 422
    assert reason in answer.text
    assert read_user(app, bea_id + 1) is None


def test_somebody_is_changed(app: Flask, admin: FlaskClient, bea_id: int) -> None:
    fields = {"name": "Beatrice", "email": "B@example.org", "role": "admin"}
    assert submit(admin, app, f"/admin/people/{bea_id}", **fields).status_code == 303
    user = read_user(app, bea_id)
    assert user is not None
    assert (user.name, user.email, user.role) == ("Beatrice", "b@example.org", "admin")
    assert "Beatrice is saved." in admin.get("/admin/people").text


def test_the_last_admin_is_not_demoted(app: Flask, admin: FlaskClient, bea_id: int) -> None:
    answer = submit(admin, app, "/admin/people/1", name="Admin", email="", role="member")
    assert answer.status_code == 422
    assert "This is the only active admin." in answer.text
    assert admin.get("/admin/people").status_code == 200


def test_who_gives_up_being_admin_lands_on_their_account(app: Flask, admin: FlaskClient, bea_id: int) -> None:
    add_person(app, "Anna", Role.ADMIN)
    answer = submit(admin, app, "/admin/people/1", name="Admin", email="", role="member")
    assert answer.headers["Location"] == "/account"
    assert admin.get("/account").status_code == 200
    assert admin.get("/admin/people").status_code == 403


def test_a_new_link_replaces_the_old_one(app: Flask, admin: FlaskClient, bea_id: int) -> None:
    old, new = (find_link(submit(admin, app, f"/admin/people/{bea_id}/link").text) for _ in range(2))
    assert app.test_client().get(old).status_code == 404
    assert app.test_client().get(new).status_code == 200


def test_deactivation_shuts_out_at_once_and_activation_lets_in(
    app: Flask, admin: FlaskClient, bea_id: int
) -> None:
    bea = sign_in_as(app.test_client(), app, bea_id)
    headers = {"Authorization": f"Bearer {make_token(app, bea_id)}"}
    link = find_link(submit(admin, app, f"/admin/people/{bea_id}/link").text)
    assert bea.get("/account").status_code == 200
    assert submit(admin, app, f"/admin/people/{bea_id}/activation/end").status_code == 303
    assert bea.get("/account").status_code == 401
    assert app.test_client().get("/media/", headers=headers).status_code == 401
    assert app.test_client().get(link).status_code == 404
    assert "Bea is deactivated and signed out everywhere." in admin.get(f"/admin/people/{bea_id}").text
    assert submit(admin, app, f"/admin/people/{bea_id}/link").status_code == 303
    submit(admin, app, f"/admin/people/{bea_id}/activation")
    user = read_user(app, bea_id)
    assert user is not None
    assert user.is_active


def test_the_last_admin_is_not_deactivated(app: Flask, admin: FlaskClient) -> None:
    assert submit(admin, app, "/admin/people/1/activation/end").status_code == 303
    assert "This is the only active admin." in admin.get("/admin/people/1").text


def test_somebody_who_does_not_exist_is_not_found(admin: FlaskClient) -> None:
    for address in ("/admin/people/99", "/admin/people/99/removal", f"/admin/people/{'9' * 25}"):
        assert admin.get(address).status_code == 404


def own_media(app: Flask, admin: FlaskClient, bea_id: int) -> None:
    bea = app.test_client()
    bea.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {make_token(app, bea_id)}"
    upload(bea)
    upload(bea, is_public=False)


def owners(app: Flask) -> list[int | None]:
    with app.app_context():
        return list(db.session.scalars(select(Media.user_id).order_by(Media.id)))


def test_the_consequences_of_a_removal_are_named_with_numbers(
    app: Flask, admin: FlaskClient, bea_id: int
) -> None:
    own_media(app, admin, bea_id)
    sign_in_as(app.test_client(), app, bea_id)
    page = " ".join(
        re.sub(r"<[^>]+>", "", html.unescape(admin.get(f"/admin/people/{bea_id}/removal").text)).split()
    )
    assert "Bea owns 2 media, " in page
    assert "1 of them is private" in page
    assert "1 browser is signed out, and 1 access token stops working" in page
    assert "All 2 media are gone for good" in page


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ({"fate": "give", "heir_id": "1"}, [1, 1]),
        ({"fate": "leave"}, [None, None]),
        ({"fate": "delete"}, []),
    ],
    ids=str,
)
def test_the_account_is_deleted_and_its_media_as_chosen(
    app: Flask, admin: FlaskClient, bea_id: int, fields: dict[str, str], left: list[int | None]
) -> None:
    own_media(app, admin, bea_id)
    answer = submit(admin, app, f"/admin/people/{bea_id}/removal", **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/people")
    assert owners(app) == left
    assert read_user(app, bea_id) is None
    assert "Bea is deleted; 2 media" in admin.get("/admin/people").text


@pytest.mark.parametrize(
    "fields", [{}, {"fate": "burn"}, {"fate": "give"}, {"fate": "give", "heir_id": "2"}], ids=str
)
def test_without_a_choice_nothing_is_deleted(
    app: Flask, admin: FlaskClient, bea_id: int, fields: dict[str, str]
) -> None:
    own_media(app, admin, bea_id)
    answer = submit(admin, app, f"/admin/people/{bea_id}/removal", **fields)
    assert answer.status_code == 422
    user = read_user(app, bea_id)
    assert user is not None
    assert user.is_active
    assert owners(app) == [bea_id, bea_id]


def test_nobody_deletes_themselves(app: Flask, admin: FlaskClient) -> None:
    add_person(app, "Anna", Role.ADMIN)
    answer = submit(admin, app, "/admin/people/1/removal", fate="leave")
    assert answer.status_code == 422
    assert "You can’t delete your own account." in answer.text
    assert read_user(app, 1) is not None
