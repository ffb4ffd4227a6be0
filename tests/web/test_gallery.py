"""The gallery: every state is an address, and says what it is narrowed to; a walk meets every media once."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from mediaweb.extensions import db
from mediaweb.services import media_service
from mediaweb.web import gallery
from mediaweb.web.media_conditions import to_filter
from mediaweb.web.media_query import MediaQuery
from tests.people import ADMIN_ID, add_person, sign_in_as
from tests.services.library import add_media
from tests.web.pages import HTML, read_page

FIRST = datetime(2026, 5, 1, 12, tzinfo=UTC)
#: As htmx asks: for what changes, not for the page.
PART = {"HX-Request": "true"}


#: The services that pages ask are tested on both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def fill(app: Flask, *rows: dict[str, Any]) -> list[int]:
    with app.app_context():
        return add_media(db.session(), rows)


def read_ids(page: str) -> list[int]:
    return [int(media_id) for media_id in re.findall(r'<li id="media-(\d+)"', page)]


def ids_at(client: FlaskClient, address: str) -> list[int]:
    response = client.get(address, headers=HTML)
    assert response.status_code == 200, address
    return read_ids(response.get_data(as_text=True))


def link(page: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}"[^>]* href="([^"]*)"', page)
    return None if found is None else unescape(found[1])


def walk(client: FlaskClient, address: str | None, rel: str = "next") -> list[list[int]]:
    pages = []
    while address is not None:
        page = client.get(address, headers=HTML).get_data(as_text=True)
        pages.append(read_ids(page))
        address = link(page, rel)
    return pages


def test_every_filter_of_the_address_narrows_the_gallery_and_is_said(app: Flask, client: FlaskClient) -> None:
    day = FIRST + timedelta(days=1)
    first, second, third = fill(
        app,
        {"filename": "Lake.jpg", "camera": "X100", "tags": ("sea", "Été"), "width": 4000, "height": 10},
        {"filename": "b.mp4", "file_type": "video", "created_at": day, "file_size": 2_000_000},
        {"filename": "c.jpg", "alt_text": "A hill", "tags": ("sea",), "taken_at": day},
    )
    for address, ids, chip in (
        ("/?q=lak", [first], "1 found"),
        ("/?q=%23" + str(second), [second], "1 found"),
        ("/?type=video", [second], 'aria-current="true"'),
        ("/?tag=SEA", [third, first], "Remove the filter SEA"),
        ("/?tag=sea&tag=ete", [], "Remove the filter ete"),
        ("/?tag=sea,été", [first], "Remove the filter été"),
        ("/?camera=X100", [first], "Remove the filter X100"),
        ("/?dimensions=2000", [first], "2,000 px and more"),
        ("/?size=medium", [second], "1 to 10 MB"),
        ("/?alt=missing", [first], "Missing alt text"),
        ("/?from=2026-05-02&to=2026-05-02", [second], "Uploaded from 2 May 2026"),
        ("/?sort=taken&from=2026-05-02", [third], "Taken from 2 May 2026"),
        (
            '/?filter={"conditions":[{"field":"id","operator":"eq","value":' + str(first) + "}]}",
            [first],
            "Advanced",
        ),
    ):
        page = client.get(address, headers=HTML).get_data(as_text=True)
        assert read_ids(page) == ids, address
        assert chip in page, address


def test_a_filter_that_is_not_understood_is_said_and_shows_nothing(app: Flask, client: FlaskClient) -> None:
    fill(app, {})
    broken = '{"conditions":[{"field":"file_size","operator":"gt","value":"big"}]}'
    for address in ("/", "/filter"):
        for headers in (HTML, PART) if address == "/" else (HTML,):
            response = client.get(address, query_string={"filter": broken, "apply": "1"}, headers=headers)
            page = response.get_data(as_text=True)
            assert response.status_code == 422
            assert "conditions › 0 › value" in page
            assert "a whole number is needed" in page
            assert read_ids(page) == []
    for nonsense in ("x", "[]", '"\\ud800"', "[" * 3000, "1" * 5000):
        assert client.get("/", query_string={"filter": nonsense}, headers=HTML).status_code == 422
        assert client.get("/filter", query_string={"filter": nonsense}, headers=HTML).status_code == 422


def test_the_advanced_panel_tells_the_call_that_finds_the_same(app: Flask, client: FlaskClient) -> None:
    ids = fill(app, {"filename": "It’s a lake.jpg"}, {"filename": "lake.mp4", "file_type": "video"}, {})
    group = '{"operator":"or","conditions":[{"field":"filename","operator":"icontains","value":"It’s"}]}'
    state = {"q": "lake", "type": "image", "from": "2025-01-01", "sort": "name", "filter": group}
    page = unescape(client.get("/filter", query_string=state, headers=HTML).get_data(as_text=True))
    body = re.search(r"-d '(.*?)'</code>", page, re.DOTALL)
    assert body is not None
    found = client.post("/media/filter", json=json.loads(body[1])).get_json()
    assert [media["id"] for media in found] == ids[:1]
    assert ids_at(client, client.get("/filter", query_string=state | {"apply": "1"}).location) == ids[:1]
    assert "Bearer" not in page
    owner = sign_in_as(app.test_client(), app, ADMIN_ID)
    assert "Bearer $MEDIAWEB_TOKEN" in owner.get("/filter", headers=HTML).get_data(as_text=True)
    nothing = client.get("/filter", query_string={"filter": '{"conditions":[]}', "apply": "1", "q": "lake"})
    assert nothing.location == "/?q=lake"


@pytest.mark.parametrize("sort", ["uploaded", "taken", "name", "size", "changed"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_a_walk_by_links_meets_every_media_once_in_order(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, sort: str, order: str
) -> None:
    monkeypatch.setattr(gallery, "PAGE_SIZE", 3)
    equal = [
        None,
        FIRST,
        FIRST,
        FIRST,
        None,
        FIRST + timedelta(1),
        None,
        FIRST - timedelta(1),
        FIRST,
        None,
        FIRST,
    ]
    ids = fill(
        app,
        *(
            {
                "taken_at": taken,
                "filename": f"{number // 4}.jpg",
                "file_size": 1 + number // 5,
                "created_at": FIRST,
            }
            for number, taken in enumerate(equal)
        ),
    )
    pages = walk(client, f"/?sort={sort}&order={order}")
    met = [media_id for page in pages for media_id in page]
    assert sorted(met) == ids
    assert met == ids_at_once(app, sort, order)


def ids_at_once(app: Flask, sort: str, order: str) -> list[int]:
    with app.test_request_context(f"/?sort={sort}&order={order}"):
        query = MediaQuery.read(request.args)
        return [media.id for media in media_service.filter(db.session(), to_filter(query, 100))]


def test_what_comes_and_goes_meanwhile_disturbs_no_walk(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "PAGE_SIZE", 3)
    ids = fill(app, *({"created_at": FIRST + timedelta(hours=number)} for number in range(9)))
    page = client.get("/", headers=HTML).get_data(as_text=True)
    older = link(page, "next")
    fill(app, {"created_at": FIRST + timedelta(days=9)})
    with app.app_context():
        media_service.delete(db.session(), ids[6])  # the very row that the link begins behind
        media_service.delete(db.session(), ids[4])
    rest = walk(client, older)
    assert [media_id for one in rest for media_id in one] == [ids[5], ids[3], ids[2], ids[1], ids[0]]
    back = walk(client, link(client.get(str(older), headers=HTML).get_data(as_text=True), "prev"), "prev")
    assert ids[8] in back[0]


def test_a_visitor_finds_only_what_they_may_see(app: Flask, client: FlaskClient) -> None:
    owner, other = add_person(app, "Mia"), add_person(app, "Ole")
    private, public = fill(
        app,
        {"filename": "diary.jpg", "is_public": False, "user_id": owner, "camera": "Secret 1"},
        {"filename": "diary 2.jpg", "camera": "Known 2"},
    )
    for user_id, ids in (
        (None, [public]),
        (other, [public]),
        (owner, [public, private]),
        (1, [public, private]),
    ):
        visitor = app.test_client() if user_id is None else sign_in_as(app.test_client(), app, user_id)
        page = visitor.get("/?q=diary", headers=HTML).get_data(as_text=True)
        assert read_ids(page) == ids
        assert f"{len(ids)} found" in page
        assert ("Secret 1" in page) is (private in ids)
        assert ("Mia" in page) is (user_id is not None)
        assert str(len(ids)) in read_page(visitor, "/timeline")


def test_nothing_found_tells_what_there_is_without_the_filters(app: Flask, client: FlaskClient) -> None:
    fill(app, {"filename": "lake.jpg"}, {"filename": "lake 2.jpg"})
    text = read_page(client, "/?q=lake&type=audio")
    assert "Nothing matches" in text
    assert "Show 2 without the filters" in text
    assert "without the filters" not in read_page(client, "/?q=sea&type=audio")


def test_a_script_gets_the_list_and_what_is_said_of_it(app: Flask, client: FlaskClient) -> None:
    fill(app, {"filename": "lake.jpg"})
    response = client.get("/?q=lake&size=tiny", headers=PART)
    part = response.get_data(as_text=True)
    assert "HX-Request" in response.vary
    assert "<html" not in part
    assert 'hx-target="#narrowed"' in part
    assert "Remove the filter Up to 100 kB" in part
    further = client.get("/?after=" + "x" * 5000, headers=PART)
    assert further.status_code == 200


@pytest.mark.parametrize(
    "value", ['["\\u0000",1]', "[18446744073709551615,1]", '["0001-01-01T00:00:00+14:00",1]']
)
@pytest.mark.parametrize("sort", ["uploaded", "name", "size"])
def test_a_cursor_that_no_database_could_hold_is_none(client: FlaskClient, value: str, sort: str) -> None:
    cursor = base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")
    assert client.get(f"/?sort={sort}&after={cursor}", headers=HTML).status_code == 200
