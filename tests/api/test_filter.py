"""POST /media/filter and /media/filter/paginated on the wire; tests/services has what filters match."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.calls import assert_invalid, upload
from tests.files import make_pdf

ADDRESSES = ["/media/filter", "/media/filter/paginated"]


@pytest.fixture
def three(client: FlaskClient) -> list[int]:
    """Three public media of user 1: two images and a document."""
    images = [upload(client, user_id="1", filename=f"{name}.png")["id"] for name in "ab"]
    return [*images, upload(client, make_pdf(), "c.pdf", user_id="1")["id"]]


def matching_ids(client: FlaskClient, **query: Any) -> list[int]:
    response = client.post("/media/filter", json=query)
    assert (response.status_code, response.content_type) == (200, "application/json")
    return [media["id"] for media in response.get_json()]


def condition(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def test_no_conditions_match_everything(client: FlaskClient, three: list[int]) -> None:
    assert matching_ids(client) == three[::-1]
    assert matching_ids(client, conditions=[], order_by="id") == three


def test_the_guides_filter_works(client: FlaskClient, three: list[int]) -> None:
    ids = matching_ids(
        client,
        conditions=[condition("file_type", "eq", "image"), condition("is_public", "eq", True)],
        operator="and",
        order_by="created_at",
        order_direction="desc",
        limit=10,
    )
    assert ids == [three[1], three[0]]


def test_groups_nest(client: FlaskClient, three: list[int]) -> None:
    group = {
        "operator": "or",
        "conditions": [condition("id", "eq", three[0]), condition("id", "eq", three[2])],
    }
    ids = matching_ids(client, conditions=[group, condition("file_type", "ne", "image")])
    assert ids == [three[2]]


def test_a_page_tells_how_much_there_is(client: FlaskClient, three: list[int]) -> None:
    query = {"conditions": [condition("user_id", "eq", 1)], "order_by": "id", "limit": 2, "offset": 0}
    page = client.post("/media/filter/paginated", json=query).get_json()
    assert set(page) == {"data", "total", "limit", "offset", "has_more"}
    assert [media["id"] for media in page["data"]] == three[:2]
    assert (page["total"], page["limit"], page["offset"], page["has_more"]) == (3, 2, 0, True)


@pytest.mark.parametrize(
    ("limit", "offset", "count", "has_more"),
    [(3, 0, 3, False), (2, 2, 1, False), (1, 1, 1, True), (5, 3, 0, False), (5, 1_000, 0, False)],
)
def test_every_page_has_the_same_total(
    client: FlaskClient, three: list[int], limit: int, offset: int, count: int, has_more: bool
) -> None:
    page = client.post("/media/filter/paginated", json={"limit": limit, "offset": offset}).get_json()
    assert (len(page["data"]), page["total"], page["has_more"]) == (count, 3, has_more)


def test_a_hundred_lists_of_a_thousand_values_are_accepted(client: FlaskClient, three: list[int]) -> None:
    lists = [condition("id", "in", list(range(10 + n, 1_010 + n))) for n in range(99)]
    assert (
        matching_ids(client, conditions=[*lists, condition("id", "in", three)], operator="or") == three[::-1]
    )


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"limit": 0}, ["limit"]),
        ({"limit": 1_001}, ["limit"]),
        ({"limit": "10"}, ["limit"]),
        ({"limit": True}, ["limit"]),
        ({"limit": 1e9}, ["limit"]),
        ({"offset": -1}, ["offset"]),
        ({"offset": 2**64}, ["offset"]),
        ({"order_by": "colour"}, ["order_by"]),
        ({"order_direction": "up"}, ["order_direction"]),
        ({"operator": "xor"}, ["operator"]),
        ({"conditions": {}}, ["conditions"]),
        ({"conditions": [5]}, ["conditions", 0]),
        ({"filters": []}, ["filters"]),
        ({"conditions": [condition("colour", "eq", 1)]}, ["conditions", 0, "field"]),
        ({"conditions": [condition("id", "like", 1)]}, ["conditions", 0, "operator"]),
        ({"conditions": [condition("is_public", "eq", "true")]}, ["conditions", 0, "value"]),
        ({"conditions": [condition("id", "in", 5)]}, ["conditions", 0, "value"]),
        ({"conditions": [condition("id", "eq", 2**64)]}, ["conditions", 0, "value"]),
        ({"conditions": [condition("created_at", "gt", "yesterday")]}, ["conditions", 0, "value"]),
        (
            {"conditions": [{"conditions": [condition("id", "eq", "x")]}]},
            ["conditions", 0, "conditions", 0, "value"],
        ),
    ],
)
def test_a_bad_query_is_named(
    harmless_client: FlaskClient, address: str, query: dict[str, Any], place: list[str | int]
) -> None:
    assert_invalid(harmless_client.post(address, json=query), ["body", *place])


def test_a_thousand_and_one_values_are_too_many(client: FlaskClient) -> None:
    query = {"conditions": [condition("id", "in", list(range(1_001)))]}
    assert_invalid(client.post("/media/filter", json=query), ["body", "conditions", 0, "value"])


def test_a_hundred_and_one_conditions_are_too_many(client: FlaskClient) -> None:
    query = {"conditions": [condition("id", "eq", 1)] * 101}
    assert_invalid(client.post("/media/filter", json=query), ["body", "conditions"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_private_media_does_not_match(client: FlaskClient, address: str, three: list[int]) -> None:
    hidden = upload(client, is_public=False, user_id="1", filename="secret.png")["id"]
    response = client.post(address, json={"conditions": [condition("id", "eq", hidden)]})
    found = response.get_json()
    assert found in ([], {"data": [], "total": 0, "limit": 100, "offset": 0, "has_more": False})
