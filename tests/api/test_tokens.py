"""Access tokens: what a program sends to act for a user, until it expires or is revoked."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mediaweb.errors import InvalidInput, TokenNotFound
from mediaweb.extensions import db
from mediaweb.models import AccessToken, Event, Subject, TokenScope
from mediaweb.models.types import utc_now
from mediaweb.services import accounts, tokens
from mediaweb.services.access import SYSTEM
from tests.api.calls import PNG, assert_problem, send_file, upload, visit
from tests.callers import add_person, bearer, browser_headers, make_token, revoke_token
from tests.servers import OPTIONS
from tests.storages import in_a_folder

Move = Callable[[timedelta], None]


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """A library in which only who is known sees anything."""
    return make_app(anonymous_access="none")


@pytest.fixture
def olga(app: Flask) -> int:
    return add_person(app, "Olga")


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> Move:
    """Stop the clock of the tokens; let them believe that it is later."""
    start = utc_now()

    def move(by: timedelta) -> None:
        monkeypatch.setattr(tokens, "utc_now", lambda: start + by)

    move(timedelta(0))
    return move


def call(client: FlaskClient, secret: str, address: str = "/media/") -> TestResponse:
    return client.get(address, headers=bearer(secret))


def assert_invalid_token(response: TestResponse) -> None:
    assert_problem(response, 401, "invalid_token")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_acts_for_its_user(app: Flask, client: FlaskClient, olga: int) -> None:
    _, secret = make_token(app, olga)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    media = upload(client, is_public=False)
    assert media["user_id"] == olga
    assert visit(client, f"/media/{media['id']}/download").data == PNG
    assert client.patch(f"/media/{media['id']}", json={"description": "x"}).status_code == 200
    assert client.delete(f"/media/{media['id']}").status_code == 204


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
def test_the_scheme_is_written_in_any_case(app: Flask, client: FlaskClient, olga: int, scheme: str) -> None:
    _, secret = make_token(app, olga)
    assert client.get("/media/", headers={"Authorization": f"{scheme} {secret}"}).status_code == 200


def test_a_read_token_reads_and_filters(app: Flask, client: FlaskClient, olga: int) -> None:
    _, secret = make_token(app, olga, TokenScope.READ)
    assert call(client, secret).status_code == 200
    for address in ("/media/filter", "/media/filter/paginated"):
        assert client.post(address, json={}, headers=bearer(secret)).status_code == 200


def test_a_read_token_changes_nothing(app: Flask, client: FlaskClient, olga: int) -> None:
    _, write = make_token(app, olga)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {write}"
    media_id = upload(client)["id"]
    _, read = make_token(app, olga, TokenScope.READ)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {read}"
    for response in (
        send_file(client),
        client.patch(f"/media/{media_id}", json={"description": "x"}),
        client.delete(f"/media/{media_id}"),
    ):
        assert_problem(response, 403, "insufficient_scope")
    assert client.get(f"/media/{media_id}").get_json()["description"] is None


def test_a_token_ends_when_its_days_are_over(
    app: Flask, client: FlaskClient, olga: int, move_clock: Move
) -> None:
    _, secret = make_token(app, olga, expires_in_days=7)
    move_clock(timedelta(days=7, seconds=-1))
    assert call(client, secret).status_code == 200
    move_clock(timedelta(days=7, seconds=1))
    assert_invalid_token(call(client, secret))


def test_a_revoked_token_is_dead_at_once(app: Flask, client: FlaskClient, olga: int) -> None:
    token_id, secret = make_token(app, olga)
    _, other = make_token(app, olga)
    assert call(client, secret).status_code == 200
    revoke_token(app, token_id, olga)
    assert_invalid_token(call(client, secret))
    assert call(client, other).status_code == 200


def test_a_token_revoked_by_another_application_is_dead_at_once(
    app: Flask, client: FlaskClient, olga: int, make_app: Callable[..., Flask]
) -> None:
    token_id, secret = make_token(app, olga)
    for _ in range(2):  # the second time it is remembered
        assert call(client, secret).status_code == 200
    revoke_token(make_app(anonymous_access="none"), token_id, olga)
    assert_invalid_token(call(client, secret))


REVOKE = """
import sys
from mediaweb import create_app
from mediaweb.settings import load_settings
from tests.callers import revoke_token
app = create_app(load_settings())
for line in sys.stdin:
    revoke_token(app, *map(int, line.split()))
    print("done", flush=True)
"""


def test_a_token_revoked_by_another_process_is_dead_at_once(
    app: Flask, client: FlaskClient, olga: int, database_url: str
) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in OPTIONS}
    environment |= {
        "DATABASE_URL": database_url,
        "INSTANCE_PATH": app.extensions["mediaweb_settings"].instance_path.as_posix(),
        "PYTHONPATH": app.root_path,
    }
    command = [sys.executable, "-c", REVOKE]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(3):
            token_id, secret = make_token(app, olga)
            for _ in range(3):
                assert call(client, secret).status_code == 200
            print(token_id, olga, file=process.stdin, flush=True)
            assert process.stdout.readline() == "done\n"
            assert_invalid_token(call(client, secret))
        process.stdin.close()
    assert process.returncode == 0


def test_a_token_of_somebody_deactivated_is_dead_at_once(app: Flask, client: FlaskClient, olga: int) -> None:
    _, secret = make_token(app, olga)
    assert call(client, secret).status_code == 200
    with app.app_context():
        accounts.update_user(db.session(), olga, {"is_active": False}, SYSTEM)
    assert_invalid_token(call(client, secret))
    with app.app_context():
        accounts.update_user(db.session(), olga, {"is_active": True}, SYSTEM)
    assert_invalid_token(call(client, secret))  # it was deleted with the account's closing


@in_a_folder
def test_who_is_no_admin_any_more_has_no_admins_token(app: Flask, client: FlaskClient, olga: int) -> None:
    with app.app_context():
        accounts.update_user(db.session(), olga, {"role": "admin"}, SYSTEM)
    _, secret = make_token(app, olga)
    assert "/" in call(client, secret, "/media/stats/info").get_json()["media_folder"]
    with app.app_context():
        accounts.update_user(db.session(), olga, {"role": "member"}, SYSTEM)
    assert "/" not in call(client, secret, "/media/stats/info").get_json()["media_folder"]


BAD = [
    "",
    "Bearer",
    "Bearer ",
    "Basic b2xnYTpw",
    "Digest x",
    "Bearer x",
    "Bearer mediaweb_",
    "Bearer mediaweb_" + "0" * 64,
]
BAD += [
    "Bearer " + "x" * 100_000,
    "Bearer mediaweb_" + "a" * 100_000,
    "Bearer ä",
    "Bearer mediaweb_\x00",
    "Bearer \xff\xfe",
]
BAD += ["mediaweb_" + "0" * 64, "Bearer  mediaweb_ x", "Bearer mediaweb_ÿ", "Token abc"]


@pytest.mark.parametrize("header", BAD, ids=lambda header: repr(header[:24]))
def test_a_header_that_is_no_token_of_ours_is_refused(client: FlaskClient, header: str) -> None:
    assert_invalid_token(client.get("/media/", environ_overrides={"HTTP_AUTHORIZATION": header}))


def test_a_bad_token_is_refused_even_where_nobody_needs_one(make_app: Callable[..., Flask]) -> None:
    client = make_app(anonymous_access="write").test_client()
    assert_invalid_token(call(client, "mediaweb_gone"))
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer mediaweb_gone"
    assert_invalid_token(send_file(client))


def test_the_secret_of_a_session_is_no_token(app: Flask, client: FlaskClient, olga: int) -> None:
    headers = browser_headers(app, olga)
    cookie = headers["Cookie"].partition("=")[2]
    assert_invalid_token(call(client, cookie))


@in_a_folder
def test_a_token_counts_more_than_a_cookie(app: Flask, olga: int) -> None:
    _, secret = make_token(app, olga)
    both = browser_headers(app, 1) | bearer(secret)
    client = app.test_client(use_cookies=False)
    assert (
        client.get("/media/stats/info", headers=browser_headers(app, 1)).get_json()["media_folder"] != "media"
    )
    assert client.get("/media/stats/info", headers=both).get_json()["media_folder"] == "media"
    assert_invalid_token(client.get("/media/", headers=both | bearer("mediaweb_gone")))


def last_used(app: Flask, token_id: int) -> datetime | None:
    with app.app_context():
        token = db.session.get(AccessToken, token_id)
        assert token is not None
        return token.last_used_at


def test_the_last_use_is_noted_once_a_minute_at_most(
    app: Flask, client: FlaskClient, olga: int, move_clock: Move
) -> None:
    token_id, secret = make_token(app, olga)
    assert last_used(app, token_id) is None
    call(client, secret)
    first = last_used(app, token_id)
    assert first is not None
    move_clock(timedelta(seconds=59))
    call(client, secret)
    assert last_used(app, token_id) == first
    move_clock(timedelta(seconds=61))
    call(client, secret)
    moved = last_used(app, token_id)
    assert moved is not None
    assert moved > first


def test_a_secret_is_kept_nowhere(app: Flask, olga: int) -> None:
    token_id, secret = make_token(app, olga)
    with app.app_context():
        token = db.session.get(AccessToken, token_id)
        assert token is not None
        kept = [str(value) for value in vars(token).values()]
        kept += [str(row.data) for row in db.session.scalars(db.select(Event).filter_by(model=Subject.TOKEN))]
    assert not any(secret in text for text in kept)
    assert len(secret) == len("mediaweb_") + 64


def test_making_and_revoking_are_events(app: Flask, olga: int) -> None:
    token_id, _ = make_token(app, olga)
    revoke_token(app, token_id, olga)
    with app.app_context():
        rows = db.session.scalars(db.select(Event).filter_by(model=Subject.TOKEN).order_by(Event.id))
        assert [(row.type, row.subject_id) for row in rows] == [("created", token_id), ("deleted", token_id)]


@pytest.mark.parametrize("token_id", [0, -1, 2**63, 2**200])
def test_an_id_that_no_token_can_have_is_not_found(app: Flask, olga: int, token_id: int) -> None:
    with pytest.raises(TokenNotFound):
        revoke_token(app, token_id, olga)


def test_nobody_revokes_the_token_of_somebody_else(app: Flask, client: FlaskClient, olga: int) -> None:
    token_id, secret = make_token(app, olga)
    with pytest.raises(TokenNotFound):
        revoke_token(app, token_id, add_person(app, "Sven"))
    assert call(client, secret).status_code == 200


def test_a_name_loses_what_no_database_keeps(app: Flask, olga: int) -> None:
    with app.app_context():
        token, _ = tokens.create_token(
            db.session(), olga, " my\x00 \u202eprogram ", TokenScope.READ, None, SYSTEM
        )
        assert token.name == "my program"
        with pytest.raises(InvalidInput):
            tokens.create_token(db.session(), olga, "\x00", TokenScope.READ, None, SYSTEM)
