"""`/account`: everybody's own profile, password and sessions."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mediaweb.extensions import db
from mediaweb.models import User
from mediaweb.services.browser_sessions import list_sessions
from mediaweb.services.passwords import hash_password, verify_password
from mediaweb.web.browsers import browser_name
from tests.api.calls import assert_problem
from tests.people import FIREFOX, add_person, make_token, sign_in_as, submit

PASSWORD = "quiet harbour lantern seven"
NEW = "velvet otter granite ninety"
HASH = hash_password(PASSWORD)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0"
)


@pytest.fixture
def bea_id(app: Flask) -> int:
    user_id = add_person(app, "Bea")
    with app.app_context():
        db.session.get_one(User, user_id).password_hash = HASH
        db.session.commit()
    return user_id


@pytest.fixture
def bea(app: Flask, bea_id: int) -> FlaskClient:
    """Bea's browser."""
    return sign_in_as(app.test_client(), app, bea_id)


def read_user(app: Flask, user_id: int) -> User:
    with app.app_context():
        return db.session.get_one(User, user_id)


def count_sessions(app: Flask, user_id: int) -> int:
    with app.app_context():
        return len(list_sessions(db.session(), user_id))


@pytest.mark.parametrize("address", ["/account", "/account/tokens"])
def test_the_pages_are_for_people_only(app: Flask, client: FlaskClient, bea_id: int, address: str) -> None:
    assert_problem(client.get(address), 401, "authentication_required")
    headers = {"Authorization": f"Bearer {make_token(app, bea_id)}"}
    assert_problem(client.get(address, headers=headers), 401, "authentication_required")


def test_the_name_changes_without_a_password(app: Flask, bea: FlaskClient, bea_id: int) -> None:
    answer = submit(bea, app, "/account", name=" Beatrice  <B> ", email="bea@example.org")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert read_user(app, bea_id).name == "Beatrice <B>"
    page = bea.get("/account").text
    assert "Your profile is saved." in page
    assert "Beatrice &lt;B&gt;" in page
    assert "<B>" not in page


def test_the_address_changes_with_the_password_only(app: Flask, bea: FlaskClient, bea_id: int) -> None:
    for wrong in ("", "wrong"):
        fields = {"name": "Bea", "email": "b@example.org", "current_password": wrong}
        answer = submit(bea, app, "/account", **fields)
        assert answer.status_code == 422
        assert 'value="b@example.org"' in answer.text, "what was typed is still there"
        assert read_user(app, bea_id).email == "bea@example.org"
    submit(bea, app, "/account", **(fields | {"current_password": PASSWORD}))
    assert read_user(app, bea_id).email == "b@example.org"


def test_a_taken_address_is_refused(app: Flask, bea: FlaskClient) -> None:
    add_person(app, "Jo")
    fields = {"name": "Bea", "email": "JO@example.org", "current_password": PASSWORD}
    answer = submit(bea, app, "/account", **fields)
    assert answer.status_code == 422
    assert "Somebody else signs in with this address." in answer.text


def test_another_password_signs_other_browsers_out(app: Flask, bea: FlaskClient, bea_id: int) -> None:
    elsewhere = sign_in_as(app.test_client(), app, bea_id)
    fields = {"current_password": "wrong", "new_password": NEW}
    answer = submit(bea, app, "/account/password", **fields)
    assert answer.status_code == 422
    assert "This is not your password." in answer.text
    assert NEW not in answer.text
    answer = submit(bea, app, "/account/password", current_password=PASSWORD, new_password="short")
    assert "Use at least 10 characters." in answer.text
    answer = submit(bea, app, "/account/password", current_password=PASSWORD, new_password=NEW)
    assert answer.status_code == 303
    assert verify_password(read_user(app, bea_id).password_hash, NEW)
    assert bea.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 401


def test_the_list_of_browsers_marks_this_one(app: Flask, bea: FlaskClient, bea_id: int) -> None:
    sign_in_as(app.test_client(), app, bea_id, IPHONE)
    page = bea.get("/account").text
    assert page.count("This browser") == 1
    assert page.index("Firefox on Linux") < page.index("This browser")
    assert "Safari on iPhone" in page
    assert "127.0.0.1" in page


def test_one_browser_is_signed_out(app: Flask, bea: FlaskClient, bea_id: int) -> None:
    phone = sign_in_as(app.test_client(), app, bea_id, IPHONE)
    third = sign_in_as(app.test_client(), app, bea_id)
    assert submit(bea, app, "/account/sessions/end", session_id="2").status_code == 303
    assert [client.get("/account").status_code for client in (bea, phone, third)] == [200, 401, 200]


def test_all_other_browsers_are_signed_out(app: Flask, bea: FlaskClient, bea_id: int) -> None:
    others = [sign_in_as(app.test_client(), app, bea_id) for _ in range(2)]
    submit(bea, app, "/account/sessions/end")
    assert [client.get("/account").status_code for client in (bea, *others)] == [200, 401, 401]


@pytest.mark.parametrize("session_id", ["1", "99", "x", "", "9" * 30])
def test_nobody_ends_somebody_elses_session(app: Flask, bea: FlaskClient, session_id: str) -> None:
    jo_id = add_person(app, "Jo")
    jo = sign_in_as(app.test_client(), app, jo_id)
    sign_in_as(app.test_client(), app, jo_id)
    assert submit(jo, app, "/account/sessions/end", session_id=session_id).status_code == 303
    assert bea.get("/account").status_code == 200
    assert count_sessions(app, jo_id) == 2


@pytest.mark.parametrize("address", ["/account", "/account/password", "/account/sessions/end"])
def test_a_form_without_its_token_changes_nothing(
    app: Flask, bea: FlaskClient, bea_id: int, address: str
) -> None:
    fields = {"name": "X", "email": "bea@example.org", "current_password": PASSWORD, "new_password": NEW}
    assert bea.post(address, data=fields).status_code in (400, 403)
    assert read_user(app, bea_id).name == "Bea"
    assert verify_password(read_user(app, bea_id).password_hash, PASSWORD)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        (EDGE, "Edge on Windows"),
        ("curl/8.0", "Another program"),
        ("", "Another program"),
        ("Something (X11; Linux)", "A browser on Linux"),
    ],
)
def test_browsers_are_named_in_words(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
