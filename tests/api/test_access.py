"""What a caller without an account may do over HTTP, in each mode of ANONYMOUS_ACCESS."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.calls import PNG, assert_problem, recorded_events, send_file, stored_files, upload, visit

READ_ONE = [("GET", "/media/{}"), ("GET", "/media/{}/download"), ("HEAD", "/media/{}/download")]
READ_ONE += [("GET", "/media/{}/thumbnail"), ("GET", "/media/{}/download?disposition=inline")]
CHANGE_ONE = [("PATCH", "/media/{}"), ("DELETE", "/media/{}")]
LISTS = ["/media", "/media/", "/media/public/list", "/media/user/1", "/media/type/image"]


@dataclass
class Library:
    """One public and one private media of user 1, and a caller in some mode."""

    client: FlaskClient
    app: Flask
    public_id: int
    private_id: int

    def call(self, method: str, address: str) -> TestResponse:
        body: dict[str, Any] = {"json": {"description": "changed"}} if method == "PATCH" else {}
        return self.client.open(address, method=method, **body)


@pytest.fixture
def library(make_app: Callable[..., Flask], request: pytest.FixtureRequest) -> Library:
    """A library in the mode that the test's parameter names, filled beforehand."""
    owner = make_app(anonymous_access="write").test_client()
    public_id = upload(owner, user_id="1", filename="public.png")["id"]
    private_id = upload(owner, user_id="1", filename="secret.png", is_public=False)["id"]
    app = make_app(anonymous_access=request.param)
    return Library(app.test_client(), app, public_id, private_id)


write = pytest.mark.parametrize("library", ["write"], indirect=True)
read = pytest.mark.parametrize("library", ["read"], indirect=True)
none = pytest.mark.parametrize("library", ["none"], indirect=True)
write_or_read = pytest.mark.parametrize("library", ["write", "read"], indirect=True)
every_mode = pytest.mark.parametrize("library", ["write", "read", "none"], indirect=True)


def assert_sign_in_needed(response: TestResponse, code: str = "authentication_required") -> None:
    assert response.headers["WWW-Authenticate"] == "Bearer"
    if response.request.method == "HEAD":
        assert response.status_code == 401
    else:
        assert_problem(response, 401, code)


@every_mode
def test_private_media_needs_signing_in(library: Library, subtests: pytest.Subtests) -> None:
    for method, address in READ_ONE + CHANGE_ONE:
        with subtests.test(f"{method} {address}"):
            assert_sign_in_needed(library.call(method, address.format(library.private_id)))
    assert [kind for kind, _ in recorded_events(library.app)] == ["created", "created"]
    assert len(stored_files(library.app)) == 2


@every_mode
def test_a_refusal_tells_nothing_of_the_media(library: Library) -> None:
    for method, address in READ_ONE + CHANGE_ONE:
        response = library.call(method, address.format(library.private_id))
        assert b"secret" not in response.data
        assert "ETag" not in response.headers
        assert "Content-Disposition" not in response.headers


@every_mode
def test_a_condition_tells_nothing_of_private_bytes(library: Library, subtests: pytest.Subtests) -> None:
    address = f"/media/{library.private_id}/download"
    for header in ("If-None-Match", "If-Match", "If-Range", "Range"):
        with subtests.test(header):
            assert_sign_in_needed(library.client.get(address, headers={header: "*"}))


@write_or_read
def test_lists_hold_public_media_only(library: Library, subtests: pytest.Subtests) -> None:
    for address in LISTS:
        with subtests.test(address):
            response = library.client.get(address)
            assert [media["id"] for media in response.get_json()] == [library.public_id]


@write_or_read
def test_filters_and_counts_know_public_media_only(library: Library) -> None:
    for condition in (
        {"field": "is_public", "operator": "eq", "value": False},
        {"field": "filename", "operator": "contains", "value": "secret"},
        {"field": "id", "operator": "in", "value": [library.private_id]},
    ):
        query = {"conditions": [condition]}
        assert library.client.post("/media/filter", json=query).get_json() == []
        assert library.client.post("/media/filter/paginated", json=query).get_json()["total"] == 0


@write_or_read
def test_an_or_does_not_reach_private_media(library: Library) -> None:
    query = {
        "operator": "or",
        "conditions": [
            {"field": "is_public", "operator": "eq", "value": False},
            {"field": "id", "operator": "gt", "value": 0},
        ],
    }
    page = library.client.post("/media/filter/paginated", json=query).get_json()
    assert ([media["id"] for media in page["data"]], page["total"]) == ([library.public_id], 1)


@write_or_read
def test_the_total_beyond_the_last_page_counts_public_media_only(library: Library) -> None:
    page = library.client.post("/media/filter/paginated", json={"offset": 5, "limit": 1}).get_json()
    assert (page["data"], page["total"]) == ([], 1)


@write_or_read
def test_public_media_is_seen(library: Library) -> None:
    assert library.client.get(f"/media/{library.public_id}").status_code == 200
    assert visit(library.client, f"/media/{library.public_id}/download").data == PNG


@write
@pytest.mark.parametrize(("method", "address"), CHANGE_ONE)
def test_public_media_may_be_changed_in_mode_write(library: Library, method: str, address: str) -> None:
    assert library.call(method, address.format(library.public_id)).status_code in (200, 204)


@write
def test_an_upload_may_name_any_existing_user(library: Library) -> None:
    assert send_file(library.client, user_id="1").status_code == 201


@read
def test_mode_read_refuses_changes(library: Library, subtests: pytest.Subtests) -> None:
    for method, address in CHANGE_ONE:
        with subtests.test(f"{method} {address}"):
            assert_sign_in_needed(library.call(method, address.format(library.public_id)))
    assert len(recorded_events(library.app)) == 2


@pytest.mark.parametrize("library", ["read", "none"], indirect=True)
def test_only_mode_write_takes_uploads(library: Library) -> None:
    assert_sign_in_needed(send_file(library.client))
    assert len(stored_files(library.app)) == 2


@pytest.mark.parametrize("library", ["read", "none"], indirect=True)
def test_an_upload_is_refused_before_its_form_is_read(library: Library) -> None:
    response = library.client.post("/media/upload", data=b"rubbish", content_type="text/plain")
    assert_sign_in_needed(response)


@none
def test_mode_none_hides_public_media(library: Library, subtests: pytest.Subtests) -> None:
    for method, address in READ_ONE + CHANGE_ONE:
        with subtests.test(f"{method} {address}"):
            assert_sign_in_needed(library.call(method, address.format(library.public_id)))


@none
def test_mode_none_does_not_tell_which_ids_exist(library: Library, subtests: pytest.Subtests) -> None:
    for method, address in READ_ONE + CHANGE_ONE:
        with subtests.test(f"{method} {address}"):
            assert_sign_in_needed(library.call(method, address.format(99_999)))


@none
def test_mode_none_refuses_lists_and_filters(library: Library, subtests: pytest.Subtests) -> None:
    for address in (*LISTS, "/media/stats/info", "/media/user/99", "/media/user/0"):
        with subtests.test(address):
            assert_sign_in_needed(library.client.get(address))
    for address in ("/media/filter", "/media/filter/paginated"):
        with subtests.test(address):
            assert_sign_in_needed(library.client.post(address, json={}))


@every_mode
def test_a_token_nobody_issued_opens_nothing(library: Library, subtests: pytest.Subtests) -> None:
    for value in ("Bearer x", "Bearer", "Basic YWRtaW46YWRtaW4=", "Bearer " + "x" * 5_000):
        library.client.environ_base["HTTP_AUTHORIZATION"] = value
        for method, address in READ_ONE + CHANGE_ONE:
            with subtests.test(f"{method} {address}, {value[:20]}"):
                response = library.call(method, address.format(library.private_id))
                assert_sign_in_needed(response, "invalid_token")
