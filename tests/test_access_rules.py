"""Every route, called by everybody in every mode, against one table that says who may what.

A route that the table lacks fails, and so does a row without a route. The rules are written down here anew,
by what docs/security.md promises: nothing is asked of the code under test but its answers.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mediaweb import create_app
from mediaweb.extensions import db
from mediaweb.http import guard
from mediaweb.http.guard import Callers, open_to
from mediaweb.models import Role, TokenScope
from mediaweb.services import one_time_links
from mediaweb.services.access import SYSTEM
from mediaweb.services.trash import trash
from mediaweb.settings import load_settings
from tests.api.calls import END, PNG, upload, write_part
from tests.callers import add_person, bearer, browser_headers, make_token, revoke_token
from tests.services.library import add_media

# --- Who calls --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Caller:
    """Somebody, and by what they show who they are."""

    name: str
    #: "owner" (of both items), "stranger", "admin", or None for nobody known.
    person: str | None = None
    #: "browser", with a cookie and the token of our page; "cookie", without that; "program", or "nothing".
    by: str = "nothing"
    can_write: bool = True
    has_dead_token: bool = False


ANONYMOUS = Caller("anonymous")
CALLERS = (
    ANONYMOUS,
    Caller("anonymous browser", by="browser"),
    Caller("owner", "owner", by="browser"),
    Caller("stranger", "stranger", by="browser"),
    Caller("admin", "admin", by="browser"),
    Caller("owner's cookie alone", "owner", by="cookie"),
    Caller("owner's write token", "owner", by="program"),
    Caller("owner's read token", "owner", by="program", can_write=False),
    Caller("admin's read token", "admin", by="program", can_write=False),
    Caller("owner's revoked token", by="program", has_dead_token=True),
)

# --- The rules: from mode, caller and item to the status, where 200 stands for "yes" ----------------------

YES, SIGN_IN, NO, UNKNOWN = 200, 401, 403, 404


@dataclass(frozen=True)
class Case:
    """One call: in which mode, by whom, about a public or a private item."""

    mode: str
    caller: Caller
    is_public: bool


Rule = Callable[[Case], int]


def everybody(_: Case) -> int:
    """Anybody in any mode, whatever they show."""
    return YES


def look(case: Case) -> int:
    """Whoever may see public media: in mode `none` only who is signed in."""
    if case.caller.has_dead_token or (case.caller.person is None and case.mode == "none"):
        return SIGN_IN
    return YES


def see(case: Case) -> int:
    """A public item as above; a private one its owner and admins."""
    if look(case) != YES or case.is_public or case.caller.person in ("owner", "admin"):
        return look(case)
    return NO if case.caller.person else SIGN_IN


def change(case: Case) -> int:
    """By the API: owner and admins who may write; anybody in mode `write` if it is public."""
    return change_by_page(without_cookie_alone(case))


def change_by_page(case: Case) -> int:
    """The same by a page."""
    if see(case) != YES:
        return see(case)
    if case.caller.person is None:
        return YES if case.mode == "write" else SIGN_IN
    return YES if case.caller.person in ("owner", "admin") and case.caller.can_write else NO


def add(case: Case) -> int:
    """By the API, new media: members and admins who may write; anybody in mode `write`."""
    return add_by_page(without_cookie_alone(case))


def take_ticket(case: Case) -> int:
    """Whoever can prove who they are, but not by a cookie alone."""
    known = without_cookie_alone(case)
    return look(known) if known.caller.person or look(known) != YES else SIGN_IN


def add_by_page(case: Case) -> int:
    """The same by a page."""
    if look(case) != YES or case.caller.person is None:
        return look(case) if case.mode == "write" else SIGN_IN
    return YES if case.caller.can_write else NO


def rummage(case: Case) -> int:
    """The trash, with whatever is in it for them: who is signed in, anybody in mode `write`."""
    return look(case) if case.mode == "write" or case.caller.person else SIGN_IN


def recall(case: Case) -> int:
    """By the API, from the trash: who could change the item; that it is there, others don't learn."""
    return recall_by_page(without_cookie_alone(case))


def recall_by_page(case: Case) -> int:
    """The same by a page."""
    if not case.caller.can_write:
        return NO
    return find_in_trash(case)


def find_in_trash(case: Case) -> int:
    """See an item that is in the trash."""
    if rummage(case) != YES or case.caller.person in ("owner", "admin"):
        return rummage(case)
    return YES if case.caller.person is None and case.is_public else UNKNOWN


def people(case: Case) -> int:
    """Who is signed in with a browser; a program's token signs nobody in."""
    return YES if case.caller.person and case.caller.by != "program" else SIGN_IN


def admins(case: Case) -> int:
    """The same, admins only."""
    return NO if people(case) == YES and case.caller.person != "admin" else people(case)


def form(rule: Rule, comes_first: bool = True) -> Rule:
    """Send in a page's form: with the token that it was drawn with. Upload looks at it after the rule."""

    def with_token(case: Case) -> int:
        if case.caller.by == "browser":
            return rule(case)
        return NO if comes_first or rule(case) == YES else rule(case)

    return with_token


def without_cookie_alone(case: Case) -> Case:
    """A cookie alone never authorises a change: it counts as nothing."""
    return Case(case.mode, ANONYMOUS, case.is_public) if case.caller.by == "cookie" else case


# --- The table: each route, its rule, and how it is called ------------------------------------------------


@dataclass(frozen=True)
class Row:
    """Who may call a route; `yes` is the status then. Paths name {id}, {owner}, {secret} and more."""

    rule: Rule
    path: str
    yes: int = 200
    json: Any = None
    data: Any = None
    #: What to make anew before each call: "item" or "link", an item in the "trash"; "session" for who is
    #: signed out by it.
    fresh: str = ""
    #: Whether the answer is a list, which holds the private item only for who may see it.
    is_list: bool = False


ITEMS = {"conditions": [{"field": "id", "operator": "in", "value": ["{public}", "{private}"]}]}
BOTH = {"ids": ["{public}", "{private}"]}
SEVERAL = {"id": BOTH["ids"], "alt_text": "z", "add": "sea"}
FILE = write_part("file", PNG, "new.png")
WRONG = {"email": "nobody@example.org", "password": "wrong"}

NOBODY = {"name": "", "email": ""}

TABLE: dict[str, Row] = {
    # The API
    "GET media.index": Row(look, "/media/?limit=1000", is_list=True),
    "GET media.index_of_user": Row(look, "/media/user/{owner}?limit=1000", is_list=True),
    "GET media.index_of_type": Row(look, "/media/type/image?limit=1000", is_list=True),
    "GET media.index_of_public": Row(look, "/media/public/list?limit=1000"),
    "POST media.filter": Row(look, "/media/filter", json=ITEMS, is_list=True),
    "POST media.filter_paginated": Row(look, "/media/filter/paginated", json=ITEMS, is_list=True),
    "POST media.archive": Row(look, "/media/archive", json=BOTH, is_list=True),
    "GET media.storage_info": Row(look, "/media/stats/info"),
    "GET media.show": Row(see, "/media/{id}"),
    "GET media.download": Row(see, "/media/{id}/download"),
    "GET media.thumbnail": Row(see, "/media/{id}/thumbnail", yes=202),
    "GET media.clip": Row(see, "/media/{id}/clip", yes=404),
    "POST media.create": Row(add, "/media/upload", yes=201, data=FILE + END),
    "PATCH media.update": Row(change, "/media/{id}", json={"description": "changed"}),
    "DELETE media.destroy": Row(change, "/media/{id}", yes=204, fresh="item"),
    "GET media_trash.index": Row(rummage, "/media/trash"),
    "POST media_trash.restore": Row(recall, "/media/{id}/restore", fresh="trash"),
    "DELETE media_trash.destroy": Row(recall, "/media/trash/{id}", yes=204, fresh="trash"),
    # Straight to the store, which this library does not have
    "POST media_uploads.create": Row(
        add, "/media/uploads", yes=409, json={"filename": "a.png", "file_size": 1}
    ),
    "GET media_uploads.show": Row(add, "/media/uploads/unknown", yes=404),
    "POST media_uploads.complete": Row(add, "/media/uploads/unknown/complete", yes=404),
    "DELETE media_uploads.destroy": Row(add, "/media/uploads/unknown", yes=404),
    # Live: a WebSocket would be opened, were it asked for as one
    "GET live.media": Row(look, "/ws/media", yes=426),
    "GET live_pages.gallery": Row(look, "/ws/gallery", yes=426),
    "GET live.stats": Row(look, "/ws/stats"),
    "POST live.create_ticket": Row(take_ticket, "/ws/ticket", yes=201),
    # What every site is asked for
    "GET site.favicon": Row(everybody, "/favicon.ico"),
    "GET site.manifest": Row(everybody, "/manifest.webmanifest"),
    "GET site.robots": Row(everybody, "/robots.txt"),
    "GET themes.edit": Row(everybody, "/theme"),
    "POST themes.update": Row(form(everybody), "/theme", yes=303, data={"theme": "dark"}),
    # Its description
    "GET docs.openapi": Row(everybody, "/openapi.json"),
    "GET docs.show": Row(everybody, "/docs"),
    # The pages
    "GET static": Row(everybody, "/static/css/base.css"),
    "GET gallery.index": Row(look, "/", is_list=True),
    "GET advanced.show": Row(look, "/filter"),
    "GET timeline.index": Row(look, "/timeline"),
    "GET gallery.show": Row(see, "/gallery/{id}"),
    "GET archives.show": Row(look, "/archive?id={public}&id={private}", is_list=True),
    "POST archives.create": Row(form(look), "/archive", data={"id": BOTH["ids"]}, is_list=True),
    "GET tags.index": Row(look, "/tags?q=a"),
    "GET upload.new": Row(add_by_page, "/upload"),
    "GET upload.panel": Row(add_by_page, "/upload/panel"),
    "POST upload.create": Row(form(add_by_page, comes_first=False), "/upload", yes=303),
    # Signing in and out: for everybody, by their forms
    "GET sessions.new": Row(everybody, "/sign-in"),
    "POST sessions.create": Row(form(everybody), "/sign-in", yes=422, data=WRONG),
    "POST sessions.destroy": Row(form(everybody), "/sign-out", yes=303, fresh="session"),
    "GET passwords.edit": Row(everybody, "/set-password/{secret}"),
    "POST passwords.update": Row(
        form(everybody), "/set-password/{secret}", yes=422, data={"password": "short"}
    ),
    # One's own account
    "GET account.edit": Row(people, "/account"),
    "POST account.update": Row(form(people), "/account", yes=422, data=NOBODY),
    "POST account_passwords.update": Row(form(people), "/account/password", yes=422),
    "POST browser_sessions.destroy": Row(
        form(people), "/account/sessions/end", yes=303, data={"session_id": "0"}
    ),
    "GET tokens.index": Row(people, "/account/tokens"),
    "POST tokens.create": Row(form(people), "/account/tokens", yes=422, data=NOBODY),
    "POST tokens.destroy": Row(form(people), "/account/tokens/0/revoke", yes=303),
    # People
    "GET people.index": Row(admins, "/admin/people"),
    "GET people.new": Row(admins, "/admin/people/new"),
    "POST people.create": Row(form(admins), "/admin/people", yes=422, data=NOBODY),
    "GET people.edit": Row(admins, "/admin/people/{stranger}"),
    "POST people.update": Row(form(admins), "/admin/people/{stranger}", yes=422, data=NOBODY),
    "POST person_links.create": Row(form(admins), "/admin/people/{stranger}/link", yes=201),
    "POST activations.create": Row(form(admins), "/admin/people/{spare}/activation", yes=303),
    "POST activations.destroy": Row(form(admins), "/admin/people/{spare}/activation/end", yes=303),
    "GET removals.new": Row(admins, "/admin/people/{spare}/removal"),
    "POST removals.create": Row(form(admins), "/admin/people/{spare}/removal", yes=422, data=NOBODY),
    # Editing and deleting on pages
    "GET gallery.edit": Row(change_by_page, "/gallery/{id}/edit"),
    "POST gallery.update": Row(form(change_by_page), "/gallery/{id}/edit", yes=303, data={"alt_text": "x"}),
    "GET deletions.new": Row(change_by_page, "/gallery/{id}/delete", yes=303),
    "POST deletions.create": Row(form(change_by_page), "/gallery/{id}/delete", yes=303, fresh="item"),
    "POST undo.create": Row(form(add_by_page), "/undo", yes=303, data={"events": "1"}),
    # The trash
    "GET trash.index": Row(rummage, "/trash"),
    "GET trash.thumbnail": Row(find_in_trash, "/trash/{id}/thumbnail", yes=404, fresh="trash"),
    "POST trash.update": Row(form(add_by_page), "/trash/restore", yes=303, data={"id": "0"}),
    "POST trash.edit": Row(form(rummage), "/trash/selection", yes=303, data={"id": "0"}),
    "POST trash.destroy": Row(form(add_by_page), "/trash/selection/delete", yes=303, data={"id": "0"}),
    "GET emptyings.new": Row(rummage, "/trash/empty"),
    "POST emptyings.create": Row(form(add_by_page), "/trash/empty", yes=303),
    # Several at once: what one may not change is left out
    "GET tiles.index": Row(look, "/tiles?id={public}&id={private}", is_list=True),
    "POST selection.edit": Row(form(add_by_page), "/selection", yes=303),
    "POST selection.update": Row(form(add_by_page), "/selection/update", yes=303, data=SEVERAL),
    "POST selection.destroy": Row(form(add_by_page), "/selection/delete", yes=303, data={"id": "0"}),
    "POST selection_tags.update": Row(form(add_by_page), "/selection/tags", yes=303, data=SEVERAL),
    "GET selection_alt_texts.edit": Row(add_by_page, "/selection/alt-text", yes=303),
    "POST selection_alt_texts.update": Row(
        form(change_by_page), "/selection/alt-text", yes=303, data={"media_id": "{id}", "alt_text": "x"}
    ),
    # The library as admins see it
    "GET media_table.index": Row(admins, "/admin/media"),
    "GET media_table.edit": Row(admins, "/admin/media/{id}"),
    "POST media_table.update": Row(form(admins), "/admin/media/{id}", yes=303, data={"alt_text": "y"}),
    "GET previews.index": Row(admins, "/admin/previews"),
    "POST previews.update": Row(form(admins), "/admin/previews", yes=303, data={"id": "0"}),
    "GET activity.index": Row(admins, "/admin/activity"),
}

#: GET /sign-in leads on who is signed in already.
LED_ON = {"GET sessions.new": people}

# --- The library: for each database and mode, once --------------------------------------------------------


@dataclass
class Library:
    """People, their items and what each caller sends."""

    app: Flask
    mode: str
    client: FlaskClient
    people: dict[str, int]
    headers: dict[str, dict[str, str]]
    names: dict[str, Any] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def call(self, route: str, case: Case) -> TestResponse:
        row = TABLE[route]
        names = self.names | {"id": self.names["public" if case.is_public else "private"]}
        if row.fresh in ("item", "trash"):
            names["id"] = self.add_item(case.is_public, in_trash=row.fresh == "trash")
        headers = dict(self.headers[case.caller.name])
        if row.fresh == "session" and case.caller.by in ("browser", "cookie"):
            headers = send_by(self.app, case.caller, self.people)
        options: dict[str, Any] = {"headers": headers}
        if row.json is not None:
            options["json"] = fill_in(row.json, self.names)
        else:
            options["data"] = fill_in(row.data, names)
        if route == "POST upload.create":
            options["data"] = self.upload_form(headers)
        if isinstance(options.get("data"), bytes):
            options["content_type"] = "multipart/form-data; boundary=b"
        return self.client.open(row.path.format(**names), method=route.split()[0], buffered=True, **options)

    def upload_form(self, headers: dict[str, str]) -> bytes:
        token = headers.get("X-CSRFToken")
        fields = write_part("csrf_token", token.encode()) if token else b""
        return fields + write_part("keep_duplicate", b"true") + FILE + END

    def add_item(self, is_public: bool, in_trash: bool) -> int:
        with self.app.app_context():
            key = f"doomed/{next(self.numbers)}"
            row = {"user_id": self.people["owner"], "is_public": is_public, "filename": "doomed.png"}
            [media_id] = add_media(db.session(), [row | {"storage_path": key}])
            if in_trash:
                trash(db.session(), media_id, SYSTEM)
            return media_id


@pytest.fixture(scope="module", params=["sqlite-write", "sqlite-read", "sqlite-none", "postgresql-read"])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    database, _, mode = request.param.partition("-")
    folder = tmp_path_factory.mktemp(request.param)
    app = create_app(
        load_settings(
            instance_path=folder,
            media_folder=folder / "media",
            anonymous_access=mode,
            database_url=find_database(request, database, folder),
        )
    )
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    yield fill_library(app, mode)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def find_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    if kind == "postgresql":
        empty: Callable[[str], None] = request.getfixturevalue("empty_postgres")
        url: str = request.getfixturevalue("postgres_database")
        empty(url)
        return url
    shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "mediaweb.sqlite3")
    return f"sqlite:///{folder / 'mediaweb.sqlite3'}"


def fill_library(app: Flask, mode: str) -> Library:
    ids = {"owner": add_person(app, "Olga"), "stranger": add_person(app, "Sven")}
    ids["admin"] = add_person(app, "Ada", Role.ADMIN)
    client = app.test_client(use_cookies=False)
    headers = {caller.name: send_by(app, caller, ids) for caller in CALLERS}
    client.environ_base["HTTP_AUTHORIZATION"] = headers["owner's write token"]["Authorization"]
    names: dict[str, Any] = {**ids, "spare": add_person(app, "Spare")}
    names["public"] = upload(client, filename="public-item.png")["id"]
    names["private"] = upload(client, filename="private-item.png", is_public=False)["id"]
    del client.environ_base["HTTP_AUTHORIZATION"]
    with app.app_context():
        names["secret"], _ = one_time_links.make_link(db.session(), add_person(app, "Ivo"))
        db.session.commit()
    return Library(app, mode, client, ids, headers, names)


def send_by(app: Flask, caller: Caller, ids: dict[str, int]) -> dict[str, str]:
    """Return the headers that this caller sends."""
    user_id = ids.get(caller.person or "")
    if caller.by in ("browser", "cookie"):
        return browser_headers(app, user_id, with_csrf_token=caller.by == "browser")
    if caller.by == "nothing":
        return {}
    token_id, secret = make_token(
        app, user_id or ids["owner"], TokenScope.WRITE if caller.can_write else TokenScope.READ
    )
    if caller.has_dead_token:
        revoke_token(app, token_id, ids["owner"])
    return bearer(secret)


def fill_in(value: Any, names: dict[str, Any]) -> Any:
    """Put what the library holds in the place of "{name}"."""
    if isinstance(value, dict):
        return {key: fill_in(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [fill_in(part, names) for part in value]
    return names.get(value[1:-1], value) if isinstance(value, str) and value.startswith("{") else value


# --- The walk ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", TABLE)
def test_each_route_answers_as_the_table_says(library: Library, route: str) -> None:
    surprises = [
        f"{library.mode}, {case.caller.name}, {'public' if case.is_public else 'private'}: {surprise}"
        for case in all_cases(library.mode)
        if (surprise := find_surprise(library, route, case))
    ]
    assert not surprises, "\n".join([route, *surprises])


def all_cases(mode: str) -> Iterator[Case]:
    for caller in CALLERS:
        for is_public in (True, False):
            yield Case(mode, caller, is_public)


def find_surprise(library: Library, route: str, case: Case) -> str:
    row = TABLE[route]
    expected = row.rule(case)
    if expected == YES:
        expected = row.yes
    if route in LED_ON and LED_ON[route](case) == YES:
        expected = 303
    answer = library.call(route, case)
    if answer.status_code != expected:
        return f"{answer.status_code} instead of {expected}: {answer.get_data(as_text=True)[:200]}"
    if expected >= 400 and leaks(answer):
        return "the refusal tells of the item"
    return check_list(library, answer, case) if row.is_list and expected == row.yes else ""


def leaks(answer: TestResponse) -> bool:
    return b"private-item" in answer.data or "ETag" in answer.headers


def check_list(library: Library, answer: TestResponse, case: Case) -> str:
    """Tell what is wrong with a list: it holds the public item, and the private one for who may see it."""
    sees_both = see(Case(case.mode, case.caller, is_public=False)) == YES
    if b"public-item.png" not in answer.data:
        return "the public item is missing"
    if (b"private-item.png" in answer.data) != sees_both:
        return "the private item is missing" if sees_both else "the private item is listed"
    total = answer.get_json()["total"] if b'"total":' in answer.data[-100:] else None
    return f"the total is {total}" if total not in (None, 1 + sees_both) else ""


def test_head_answers_as_get(library: Library) -> None:
    for route in (route for route in TABLE if route.startswith("GET ")):
        for case in (Case(library.mode, ANONYMOUS, False), Case(library.mode, CALLERS[3], False)):
            row = TABLE[route]
            names = library.names | {"id": library.names["private"]}
            headers = library.headers[case.caller.name]
            get, head = (
                library.client.open(row.path.format(**names), method=method, headers=headers, buffered=True)
                for method in ("GET", "HEAD")
            )
            assert (head.status_code, head.data) == (get.status_code, b""), route


# --- The table and the routes are the same ----------------------------------------------------------------


def test_the_table_has_every_route_and_no_other(library: Library) -> None:
    assert compare_with_table(library.app) == ([], [])


def compare_with_table(app: Flask) -> tuple[list[str], list[str]]:
    """Return the routes that the table lacks, and the rows whose route does not exist."""
    routes = find_routes(app)
    return sorted(routes - TABLE.keys()), sorted(TABLE.keys() - routes)


def find_routes(app: Flask) -> set[str]:
    return {
        f"{method} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def plant_route(app: Flask, *, has_rule: bool) -> None:
    def show() -> str:
        return "planted"

    blueprint = Blueprint("planted", __name__)
    blueprint.get("/planted")(open_to(Callers.VIEWERS)(show) if has_rule else show)
    app.register_blueprint(blueprint)


def test_the_start_fails_for_a_route_that_does_not_say_who_may_call_it(app: Flask) -> None:
    plant_route(app, has_rule=False)
    with pytest.raises(RuntimeError, match=r"planted\.show"):
        guard.check_routes(app)


def test_the_walk_fails_for_a_route_that_the_table_lacks(app: Flask) -> None:
    plant_route(app, has_rule=True)
    guard.check_routes(app)
    assert compare_with_table(app) == (["GET planted.show"], [])


def test_the_walk_fails_for_a_row_without_route(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TABLE, "GET nothing.show", Row(everybody, "/nothing"))
    assert compare_with_table(app) == ([], ["GET nothing.show"])
