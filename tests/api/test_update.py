"""PATCH /media/<id>: the fields that are sent change, nothing else does."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.calls import assert_invalid, assert_problem, recorded_events, unsigned, upload
from tests.storages import each_own_link


@pytest.fixture
def media(client: FlaskClient) -> dict[str, Any]:
    """A public media with everything said about it."""
    uploaded = upload(client, description="old", alt_text="old alt", user_id="1")
    del uploaded["message"]
    return uploaded


def change(client: FlaskClient, media: dict[str, Any], **values: Any) -> TestResponse:
    return client.patch(f"/media/{media['id']}", json=values)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("filename", "new.png"),
        ("filename", "Übung 🏖️.png"),
        ("description", "new"),
        ("description", None),
        ("description", ""),
        ("description", "x" * 10_000),
        ("alt_text", "new"),
        ("alt_text", None),
    ],
)
def test_it_changes_one_field(client: FlaskClient, media: dict[str, Any], name: str, value: Any) -> None:
    response = change(client, media, **{name: value})
    changed = response.get_json()
    assert response.status_code == 200
    assert unsigned(changed) == unsigned(media) | {name: value, "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > media["updated_at"]


@each_own_link
def test_what_is_made_private_gets_signed_links(
    client: FlaskClient, media: dict[str, Any], name: str
) -> None:
    changed = change(client, media, is_public=False).get_json()
    differing = {name for name in changed if changed[name] != media[name]}
    assert differing - {"url"} == {"is_public", "updated_at", "download_url"}
    assert changed[name].startswith(media[name] + "?expires=")


def test_a_change_lasts(client: FlaskClient, media: dict[str, Any]) -> None:
    changed = change(client, media, description="new").get_json()
    assert unsigned(client.get(f"/media/{media['id']}").get_json()) == unsigned(changed)


def test_each_change_records_one_event(app: Flask, client: FlaskClient, media: dict[str, Any]) -> None:
    change(client, media, description="new", alt_text="new")
    change(client, media, is_public=False)
    assert recorded_events(app) == [("created", 1), ("updated", 1), ("updated", 1)]


@pytest.mark.parametrize("values", [{}, {"description": "old"}, {"is_public": True, "alt_text": "old alt"}])
def test_what_changes_nothing_records_nothing(
    app: Flask, client: FlaskClient, media: dict[str, Any], values: dict[str, Any]
) -> None:
    response = change(client, media, **values)
    assert (response.status_code, unsigned(response.get_json())) == (200, unsigned(media))
    assert recorded_events(app) == [("created", media["id"])]


def test_a_new_filename_is_made_safe(client: FlaskClient, media: dict[str, Any]) -> None:
    assert change(client, media, filename="../\u202e/etc/x.png").get_json()["filename"] == "x.png"
    assert change(client, media, filename="...").get_json()["filename"] == "untitled"


def test_the_stored_file_keeps_its_key(client: FlaskClient, media: dict[str, Any]) -> None:
    assert change(client, media, filename="new.png").get_json()["storage_path"] == media["storage_path"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("filename", None),
        ("filename", ""),
        ("filename", 5),
        ("filename", "x" * 5_000),
        ("filename", "a\x00b"),
        ("description", "x" * 10_001),
        ("description", 5),
        ("description", "a\x00b"),
        ("alt_text", "x" * 2_001),
        ("alt_text", ["x"]),
        ("is_public", None),
        ("is_public", "true"),
        ("is_public", 1),
        ("user_id", "1"),
        ("user_id", 0),
        ("user_id", 2**63),
        ("user_id", True),
        ("id", 5),
        ("url", "https://example.org"),
        ("storage_path", "../x"),
        ("file_size", 1),
        ("colour", "red"),
    ],
)
def test_a_bad_value_is_named(
    app: Flask, client: FlaskClient, media: dict[str, Any], name: str, value: Any
) -> None:
    response = (
        change(client, media, alt_text="fine", **{name: value})
        if name != "alt_text"
        else change(client, media, alt_text=value)
    )
    assert_invalid(response, ["body", name])
    assert unsigned(client.get(f"/media/{media['id']}").get_json()) == unsigned(media)
    assert recorded_events(app) == [("created", media["id"])]


@pytest.mark.parametrize("user_id", [1, None, 99_999])
def test_nobody_gives_media_away_without_signing_in(
    app: Flask, client: FlaskClient, media: dict[str, Any], user_id: int | None
) -> None:
    assert_problem(change(client, media, user_id=user_id), 401, "authentication_required")
    assert recorded_events(app) == [("created", media["id"])]


def test_what_was_made_private_is_out_of_reach(client: FlaskClient, media: dict[str, Any]) -> None:
    change(client, media, is_public=False)
    assert_problem(change(client, media, is_public=True), 401, "authentication_required")
