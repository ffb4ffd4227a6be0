"""`/ws/gallery`: which tiles an open page is told to draw, to put away, and what it costs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event
from websockets.sync.client import ClientConnection, connect

from mediaweb.extensions import db
from mediaweb.live.audience import News, gather
from mediaweb.models import EventType
from mediaweb.services import bulk, event_log
from mediaweb.services.access import ANONYMOUS, SYSTEM, Actor
from mediaweb.services.incoming import MediaChanges
from mediaweb.web.live import MOST_DRAWN, MOST_MISSED, GalleryAudience
from mediaweb.web.media_query import MediaQuery
from tests.live.conftest import House
from tests.live.sockets import PATIENCE_SECONDS

HTML = {"Accept": "text/html"}


class OpenPage:
    """A page of the gallery, and the connection that it opens."""

    def __init__(self, html: str, socket: ClientConnection) -> None:
        self.html = html
        self.socket = socket

    def read(self) -> str:
        """Return the next message."""
        message = self.socket.recv(PATIENCE_SECONDS)
        assert isinstance(message, str)
        return message

    def hears_nothing(self) -> bool:
        """Tell whether nothing waits to be read: what was sent before the answer would be first."""
        self.socket.send("")
        return self.read() == ""


@contextmanager
def open_page(house: House, address: str = "/", person: str | None = None) -> Iterator[OpenPage]:
    """Load a page and connect as it says, until the block ends."""
    headers = house.bearer(person)
    html = house.server.call("GET", address, **headers, **HTML).body.decode()
    match = re.search(r'hx-ws:connect="([^"]+)"', html)
    assert match is not None
    with connect_to(house, unescape(match[1]), person) as socket:
        yield OpenPage(html, socket)


@contextmanager
def connect_to(house: House, path: str, person: str | None = None) -> Iterator[ClientConnection]:
    address = f"ws://127.0.0.1:{house.server.port}{path}"
    headers = house.bearer(person)
    with connect(address, additional_headers=headers, open_timeout=PATIENCE_SECONDS) as socket:
        yield socket


def gone(message: str) -> list[int]:
    """Return which tiles a message puts away."""
    match = re.search(r'data-gone="([\d ]*)"', message)
    assert match is not None
    return [int(media_id) for media_id in match[1].split()]


def drawn(message: str) -> list[int]:
    """Return which tiles a message draws."""
    return [int(media_id) for media_id in re.findall(r'<li id="media-(\d+)"', message)]


def tile(html: str, media_id: int) -> str:
    """Return the tile of a media as it stands in a page or a message."""
    match = re.search(rf'<li id="media-{media_id}".*?</li>', html, re.DOTALL)
    assert match is not None
    return match[0]


def test_a_page_is_told_of_what_matches_it_as_a_page_would_draw_it(house: House) -> None:
    with open_page(house) as everything, open_page(house, "/?q=ferry") as ferries:
        media_id = house.upload(filename="quay.png")
        message = everything.read()
        assert (drawn(message), gone(message)) == ([media_id], [])
        page = house.server.call("GET", "/", **HTML).body.decode()
        assert tile(message, media_id) == tile(page, media_id)
        assert gone(ferries.read()) == [media_id]
        house.patch(media_id, '{"description": "The ferry"}')
        found = ferries.read()
        assert drawn(everything.read()) == drawn(found) == [media_id]
        assert f'href="/gallery/{media_id}?q=ferry"' in found  # from which list one comes
        house.patch(media_id, '{"description": "The boat"}')
        assert gone(ferries.read()) == [media_id]
        house.delete(media_id)
        messages = [everything.read(), everything.read()]
        assert gone(messages[-1]) == [media_id]
        assert not drawn(messages[-1])


def test_nobody_is_told_of_what_they_may_not_see(house: House) -> None:
    with (
        open_page(house) as anonymous,
        open_page(house, person="stranger") as stranger,
        open_page(house, person="member") as owner,
        open_page(house, person="admin") as admin,
    ):
        media_id = house.upload(is_public=False, filename="diary.png")
        for page in (owner, admin):
            assert drawn(page.read()) == [media_id]
        for page in (anonymous, stranger):
            assert page.hears_nothing()
        house.patch(media_id, '{"is_public": true}')
        for page in (anonymous, stranger, owner, admin):
            assert drawn(page.read()) == [media_id]
        house.patch(media_id, '{"is_public": false, "filename": "secret.png"}')
        for page in (anonymous, stranger):
            message = page.read()
            assert (drawn(message), gone(message)) == ([], [media_id])
            assert "secret" not in message
        assert "secret.png" in owner.read()
        house.patch(media_id, '{"description": "x"}')
        assert drawn(owner.read()) == [media_id]
        assert anonymous.hears_nothing()
        assert stranger.hears_nothing()


def test_nothing_falls_between_a_page_and_its_connection(house: House) -> None:
    html = house.server.call("GET", "/", **HTML).body.decode()
    match = re.search(r'hx-ws:connect="([^"]+)"', html)
    assert match is not None
    media_id = house.upload(filename="in between.png")
    with connect_to(house, unescape(match[1])) as socket:
        page = OpenPage(html, socket)
        message = page.read()
        assert drawn(message) == [media_id]
        assert page.hears_nothing()
    last = re.search(r'data-event="(\d+)"', message)
    assert last is not None
    with connect_to(house, f"/ws/gallery?since={last[1]}") as socket:
        assert OpenPage("", socket).hears_nothing()


@pytest.mark.parametrize("address", ["/ws/gallery?since=999999999", "/ws/gallery?viewer=member-7"])
def test_who_can_t_be_told_what_they_missed_loads_the_list_anew(house: House, address: str) -> None:
    house.upload()
    with connect_to(house, address) as socket:
        assert "data-reset" in OpenPage("", socket).read()


def test_who_missed_too_much_loads_the_list_anew(house: House) -> None:
    ids = [house.upload() for _ in range(2)]
    with house.app.app_context():
        before = event_log.newest_id(db.session().connection())
        for number in range(MOST_MISSED // len(ids) + 1):
            bulk.update_many(db.session(), ids, MediaChanges(description=str(number)), SYSTEM)
    with connect_to(house, f"/ws/gallery?since={before}") as socket:
        assert "data-reset" in OpenPage("", socket).read()


def test_of_many_at_once_a_page_is_told_only_where_they_stand(house: House) -> None:
    ids = [house.upload(filename=f"{number}.png") for number in range(MOST_DRAWN + 1)]
    with open_page(house) as page:
        with house.app.app_context():
            bulk.update_many(db.session(), ids, MediaChanges(description="changed"), SYSTEM)
        message = page.read()
        assert drawn(message) == []
        places = dict(re.findall(r"(\d+):(\S+)", message))
        assert {int(media_id) for media_id in places} == set(ids)
        for media_id in ids[-5:]:
            assert f'data-place="{places[str(media_id)]}"' in tile(page.html, media_id)
        assert page.hears_nothing()


def test_a_page_is_told_at_most_five_times_a_second(house: House) -> None:
    with open_page(house) as page:
        ids = {house.upload(filename=f"{number}.png") for number in range(30)}
        house.upload(filename="last.png")
        messages: list[str] = []
        while not messages or "last.png" not in messages[-1]:
            messages.append(page.read())
        assert ids <= {media_id for message in messages for media_id in drawn(message)}
        assert len(messages) < len(ids)


@pytest.mark.parametrize("sort", ["uploaded", "taken", "name", "size", "changed"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_the_places_of_tiles_sort_as_the_list_does(house: House, sort: str, order: str) -> None:
    if sort == "uploaded" and order == "asc":
        for name in ("a.png", "A.png", "é.png", "\uffee.png", "😀.png", "ab.png", "10.png", "9.png"):
            house.upload(filename=name)
    html = house.server.call("GET", f"/?sort={sort}&order={order}", **HTML).body.decode()
    found = re.findall(r'<li id="media-(\d+)"[^>]*data-place="([^"]*)"', html)
    places = [(place, int(media_id)) for media_id, place in found]
    assert len(places) > 8
    assert places == sorted(places, reverse=order == "desc")


def test_pages_that_show_the_same_cost_one_look_at_the_library(house: House) -> None:
    app: Flask = house.app
    media_id = house.upload(filename="once.png")
    with app.app_context():
        news = newest(EventType.CREATED)
        audiences = {GalleryAudience(ANONYMOUS, MediaQuery(), "") for _ in range(3)}
        (audience,) = audiences
        statements: list[str] = []

        def note(*arguments: object) -> None:
            statements.append(str(arguments[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            frame = audience.tell(news)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
    assert f"media-{media_id}".encode() in frame
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1


@pytest.mark.parametrize(
    "different",
    [
        GalleryAudience(Actor(user_id=5, role=None), MediaQuery(), ""),
        GalleryAudience(ANONYMOUS, MediaQuery(q="x"), ""),
        GalleryAudience(ANONYMOUS, MediaQuery(), "/library"),
    ],
)
def test_who_sees_another_list_is_another_audience(different: GalleryAudience) -> None:
    assert different != GalleryAudience(ANONYMOUS, MediaQuery(), "")


def test_links_begin_where_the_library_does(house: House) -> None:
    house.upload()
    with house.app.app_context():
        frame = GalleryAudience(ANONYMOUS, MediaQuery(), "/library").tell(newest(EventType.CREATED))
    assert b'href="/library/gallery/' in frame


def newest(kind: EventType) -> News:
    """Return the newest event as news."""
    connection = db.session().connection()
    news = gather(connection, event_log.read_after(connection, event_log.newest_id(connection) - 1, 1))
    assert news.events[0].type == kind
    return news
