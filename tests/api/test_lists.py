"""The four lists: newest first, a part at a time, only what the caller may see."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from mediaweb.extensions import db
from mediaweb.models import Media
from tests.api.calls import assert_invalid, assert_problem, upload
from tests.files import make_pdf

LISTS = ["/media/", "/media/public/list", "/media/user/1", "/media/type/image"]


def listed_ids(client: FlaskClient, url: str) -> list[int]:
    response = client.get(url)
    assert (response.status_code, response.content_type) == (200, "application/json")
    return [media["id"] for media in response.get_json()]


@pytest.fixture
def three(client: FlaskClient) -> list[int]:
    """Three public images of user 1, in the order of their upload."""
    return [upload(client, user_id="1")["id"] for _ in range(3)]


@pytest.mark.parametrize("url", LISTS)
def test_an_empty_library_lists_nothing(client: FlaskClient, url: str) -> None:
    assert listed_ids(client, url) == []


@pytest.mark.parametrize("url", LISTS)
def test_the_newest_come_first(client: FlaskClient, three: list[int], url: str) -> None:
    assert listed_ids(client, url) == three[::-1]


@pytest.mark.parametrize("url", LISTS)
def test_ties_are_broken_by_id(app: Flask, client: FlaskClient, three: list[int], url: str) -> None:
    with app.app_context():
        db.session.execute(update(Media).values(created_at=datetime(2026, 1, 1, tzinfo=UTC)))
        db.session.commit()
    assert listed_ids(client, url) == three[::-1]


@pytest.mark.parametrize("url", LISTS)
def test_skip_and_limit_choose_a_part(client: FlaskClient, three: list[int], url: str) -> None:
    assert listed_ids(client, f"{url}?limit=2") == three[:0:-1]
    assert listed_ids(client, f"{url}?skip=1&limit=1") == [three[1]]
    assert listed_ids(client, f"{url}?skip=3") == []
    assert listed_ids(client, f"{url}?skip={2**63 - 1}&limit=1000") == []


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "-1"),
        ("limit", "0"),
        ("limit", "1001"),
        ("limit", "1e9"),
        ("limit", "abc"),
        ("limit", ""),
        ("limit", "%00"),
        ("skip", "-1"),
        ("skip", "abc"),
        ("skip", str(2**63)),
        ("skip", "9" * 3_000),
    ],
)
def test_a_bad_limit_is_named(harmless_client: FlaskClient, url: str, name: str, value: str) -> None:
    assert_invalid(harmless_client.get(f"{url}?{name}={value}"), ["query", name])


def test_the_address_works_without_its_last_slash(client: FlaskClient, three: list[int]) -> None:
    assert listed_ids(client, "/media") == listed_ids(client, "/media/") == three[::-1]


def test_a_list_is_of_one_type(client: FlaskClient, three: list[int]) -> None:
    document = upload(client, make_pdf(), "a.pdf")["id"]
    assert listed_ids(client, "/media/type/document") == [document]
    assert listed_ids(client, "/media/type/image") == three[::-1]
    assert listed_ids(client, "/media/type/video") == []


@pytest.mark.parametrize("file_type", ["picture", "IMAGE", "%00", "image%20", "🖼"])
def test_an_unknown_type_is_invalid(client: FlaskClient, file_type: str) -> None:
    assert_invalid(client.get(f"/media/type/{file_type}"), ["path", "file_type"])


def test_a_list_is_of_one_user(client: FlaskClient, three: list[int]) -> None:
    upload(client)
    assert listed_ids(client, "/media/user/1") == three[::-1]


@pytest.mark.parametrize("user_id", [0, -1, 2, 2**31, 2**63 - 1, 2**63, 2**64, -(2**64)])
def test_a_user_that_does_not_exist_has_no_media(client: FlaskClient, user_id: int) -> None:
    upload(client)
    assert listed_ids(client, f"/media/user/{user_id}") == []


def test_a_user_is_a_number(client: FlaskClient) -> None:
    assert_problem(client.get("/media/user/me"), 404, "not_found")


@pytest.mark.parametrize("url", LISTS)
def test_private_media_is_not_listed(client: FlaskClient, url: str) -> None:
    upload(client, is_public=False, user_id="1")
    assert listed_ids(client, url) == []
