"""The URLs of private media carry an expiry and a signature: who has one may fetch the file, for a while."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.calls import PNG, assert_problem, upload, visit
from tests.callers import Headers, add_person, bearer, make_token
from tests.previewing import make_all
from tests.storages import each_own_link, served_by_library

#: What is tested here asks the database for no more than a row.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Private:
    """A private media of Olga's, the links in its representation, and how Olga calls."""

    app: Flask
    #: Somebody without an account.
    client: FlaskClient
    media: dict[str, Any]
    owner: Headers

    @property
    def link(self) -> str:
        return relative(self.media["download_url"])

    def show(self) -> dict[str, Any]:
        media: dict[str, Any] = self.client.get(f"/media/{self.media['id']}", headers=self.owner).get_json()
        return media

    def change(self, **changes: Any) -> None:
        address = f"/media/{self.media['id']}"
        assert self.client.patch(address, json=changes, headers=self.owner).status_code == 200


def relative(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


@pytest.fixture(params=["read"])
def private(make_app: Callable[..., Flask], request: pytest.FixtureRequest) -> Private:
    app = make_app(anonymous_access=request.param)
    _, secret = make_token(app, add_person(app, "Olga"))
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = bearer(secret)["Authorization"]
    media = upload(client, is_public=False)
    del client.environ_base["HTTP_AUTHORIZATION"]
    return Private(app, client, media, bearer(secret))


every_mode = pytest.mark.parametrize("private", ["write", "read", "none"], indirect=True)


@every_mode
@each_own_link
def test_a_link_works_for_anybody_in_every_mode(private: Private, name: str) -> None:
    query = parse_qs(urlsplit(private.media[name]).query)
    assert set(query) == {"expires", "signature"}
    assert 3500 < int(query["expires"][0]) - time.time() <= 3600
    link = relative(private.media[name])
    visited, response = visit(private.client, link), private.client.get(link)
    assert (visited.status_code, visited.data) == (200, PNG)
    is_sent_to_store = response.status_code == 307
    assert response.headers["Cache-Control"] == ("no-store" if is_sent_to_store else "private, no-cache")


@served_by_library
def test_a_link_serves_ranges_head_and_conditions(private: Private) -> None:
    part = private.client.get(private.link, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.data) == (206, PNG[1:4])
    parts = private.client.get(private.link, headers={"Range": "bytes=0-1,10-11"})
    assert parts.content_type.startswith("multipart/byteranges")
    head = private.client.head(private.link)
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(PNG))
    known = private.client.get(private.link, headers={"If-None-Match": head.headers["ETag"]})
    assert known.status_code == 304


def test_a_link_shows_pictures_in_place(private: Private) -> None:
    response = visit(private.client, f"{private.link}&disposition=inline")
    assert (response.status_code, response.data) == (200, PNG)
    assert response.headers["Content-Disposition"].startswith("inline")


@served_by_library
def test_thumbnails_have_links_that_die_like_the_others(private: Private) -> None:
    assert make_all(private.app, private.media["id"])
    (link,) = (relative(link) for link in private.show()["thumbnails"].values())
    response = private.client.get(link)
    assert (response.status_code, response.content_type) == (200, "image/webp")
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    address = f"/media/{private.media['id']}/thumbnail"
    assert_problem(private.client.get(address), 401, "authentication_required")
    private.change(is_public=True)
    private.change(is_public=False)
    assert_problem(private.client.get(link), 403, "link_expired")


@each_own_link
def test_public_media_have_plain_urls(private: Private, name: str) -> None:
    private.change(is_public=True)
    media = private.show()
    assert media[name] == f"http://localhost/media/{media['id']}/download"


def test_every_answer_of_the_api_carries_links(private: Private) -> None:
    owner = private.owner
    answers = [
        private.client.get("/media/", headers=owner).get_json()[0],
        private.client.post("/media/filter", json={}, headers=owner).get_json()[0],
        private.client.post("/media/filter/paginated", json={}, headers=owner).get_json()["data"][0],
        private.show(),
    ]
    for media in answers:
        assert [visit(private.client, media[name]).data for name in ("url", "download_url")] == [PNG, PNG]


def test_a_link_dies_when_its_time_is_over(private: Private, monkeypatch: pytest.MonkeyPatch) -> None:
    expires = int(parse_qs(urlsplit(private.link).query)["expires"][0])
    monkeypatch.setattr(time, "time", lambda: float(expires))
    assert visit(private.client, private.link).status_code == 200
    monkeypatch.setattr(time, "time", lambda: expires + 0.1)
    assert_problem(private.client.get(private.link), 403, "link_expired")


def test_the_setting_says_how_long_a_link_works(make_app: Callable[..., Flask]) -> None:
    client = make_app(url_expiry_seconds=60).test_client()
    expires = parse_qs(urlsplit(upload(client, is_public=False)["download_url"]).query)["expires"][0]
    assert 50 < int(expires) - time.time() <= 60


def test_a_link_dies_when_the_media_is_made_private_again(private: Private) -> None:
    private.change(is_public=True)
    assert visit(private.client, private.link).status_code == 200
    private.change(is_public=False)
    assert_problem(private.client.get(private.link), 403, "link_expired")
    assert visit(private.client, private.show()["download_url"]).status_code == 200


def test_a_link_dies_when_the_owner_changes(private: Private) -> None:
    _, admin = make_token(private.app, 1)
    new_owner = add_person(private.app, "Sven")
    address = f"/media/{private.media['id']}"
    assert (
        private.client.patch(address, json={"user_id": new_owner}, headers=bearer(admin)).status_code == 200
    )
    assert_problem(private.client.get(private.link), 403, "link_expired")


def test_a_link_outlives_other_changes(private: Private) -> None:
    private.change(description="new", filename="new.png")
    assert visit(private.client, private.link).status_code == 200


def test_a_link_to_deleted_media_is_not_found(private: Private) -> None:
    private.client.delete(f"/media/{private.media['id']}", headers=private.owner)
    assert_problem(private.client.get(private.link), 404, "media_not_found")


def test_a_link_is_for_one_item(private: Private) -> None:
    other = private.client.get("/media/", headers=private.owner)
    assert len(other.get_json()) == 1
    private.client.environ_base["HTTP_AUTHORIZATION"] = private.owner["Authorization"]
    media_id = upload(private.client, is_public=False)["id"]
    del private.client.environ_base["HTTP_AUTHORIZATION"]
    query = urlsplit(private.link).query
    assert_problem(private.client.get(f"/media/{media_id}/download?{query}"), 403, "link_expired")


@pytest.mark.parametrize("expires", [1, 10**12, 2**63 - 1, 0])
def test_an_expiry_that_was_changed_is_refused(private: Private, expires: int) -> None:
    signature = parse_qs(urlsplit(private.link).query)["signature"][0]
    address = f"/media/{private.media['id']}/download?expires={expires}&signature={signature}"
    assert_problem(private.client.get(address), 403, "link_expired")


@pytest.mark.parametrize(
    "signature", ["x", "", "%00", "%ff", "ä", "A" * 200, "%F0%9F%92%A9", "=", "....", "AAAA="]
)
def test_a_signature_that_was_made_up_is_refused(private: Private, signature: str) -> None:
    expires = parse_qs(urlsplit(private.link).query)["expires"][0]
    address = f"/media/{private.media['id']}/download?expires={expires}&signature={signature}"
    assert_problem(private.client.get(address), 403, "link_expired")


@pytest.mark.parametrize("left_out", ["expires", "signature"])
def test_half_a_link_is_none(private: Private, left_out: str) -> None:
    query = "&".join(
        part for part in urlsplit(private.link).query.split("&") if not part.startswith(left_out)
    )
    address = f"/media/{private.media['id']}/download?{query}"
    assert_problem(private.client.get(address), 401, "authentication_required")


@pytest.mark.parametrize(
    "query", ["expires=soon&signature=x", "expires=-1&signature=x", "expires=1&signature=" + "x" * 201]
)
def test_what_is_no_link_at_all_is_invalid(private: Private, query: str) -> None:
    assert_problem(private.client.get(f"/media/{private.media['id']}/download?{query}"), 422, "invalid_input")


@pytest.mark.parametrize(("method", "status"), [("GET", 401), ("PATCH", 401), ("DELETE", 401)])
def test_a_link_opens_nothing_but_the_bytes(private: Private, method: str, status: int) -> None:
    body: dict[str, Any] = {"json": {"description": "x"}} if method == "PATCH" else {}
    address = f"/media/{private.media['id']}?{urlsplit(private.link).query}"
    assert_problem(private.client.open(address, method=method, **body), status, "authentication_required")
    assert visit(private.client, private.link, method, **body).status_code in (200, 405)
    assert private.show()["description"] is None


def test_who_may_see_the_media_anyway_is_not_refused_for_an_old_link(private: Private) -> None:
    private.change(is_public=True)
    private.change(is_public=False)
    assert visit(private.client, private.link, headers=private.owner).status_code == 200
    private.change(is_public=True)
    assert visit(private.client, private.link).status_code == 200


def test_a_link_works_beside_a_token_that_is_dead(private: Private) -> None:
    assert visit(private.client, private.link, headers=bearer("mediaweb_gone")).status_code == 200
