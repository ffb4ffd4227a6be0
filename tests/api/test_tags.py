"""Tags of media: given at upload, changed by PATCH, found whatever the case, told to nobody else."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from mediaweb.extensions import db
from mediaweb.models import Event, MediaTag
from tests.api.calls import (
    END,
    PNG,
    assert_invalid,
    assert_nothing_kept,
    send_file,
    send_raw,
    upload,
    write_part,
)
from tests.callers import bearer
from tests.people import ADMIN_ID, add_person, make_token


def change(client: FlaskClient, media: dict[str, Any], tags: Any) -> dict[str, Any]:
    answer = client.patch(f"/media/{media['id']}", json={"tags": tags})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    changed: dict[str, Any] = answer.get_json()
    return changed


def find(client: FlaskClient, operator: str, value: list[str] | None = None) -> list[int]:
    condition = {"field": "tags", "operator": operator} | ({} if value is None else {"value": value})
    answer = client.post("/media/filter", json={"conditions": [condition], "order_by": "id"})
    return [media["id"] for media in answer.get_json()]


def test_an_upload_takes_them_with_commas_and_in_parts(client: FlaskClient) -> None:
    assert upload(client)["tags"] == []
    assert upload(client, tags="")["tags"] == []
    assert upload(client, tags=" Sea ,, sea, Two  words,")["tags"] == ["Sea", "Two words"]
    parts = [write_part("tags", b"a,b"), write_part("file", PNG, "a.png"), write_part("tags", b"c")]
    assert send_raw(client, b"".join(parts) + END).get_json()["tags"] == ["a", "b", "c"]


def test_a_change_sets_all_of_them(app: Flask, client: FlaskClient) -> None:
    media = upload(client, tags="Sea, Summer")
    assert change(client, media, ["Summer", "summer", "👩\u200d👧", "e\u0301te\u0301"])["tags"] == [
        "Summer",
        "👩\u200d👧",
        "été",
    ]
    assert change(client, media, [])["tags"] == []
    with app.app_context():
        events = db.session.scalars(select(Event).order_by(Event.id)).all()
        told = [(event.changed, json.loads(event.data or "{}")["tags"]) for event in events]
    assert told == [(None, ["Sea", "Summer"]), ("tags", ["Summer", "👩\u200d👧", "été"]), ("tags", [])]


def test_what_changes_nothing_records_nothing(app: Flask, client: FlaskClient) -> None:
    media = upload(client, tags="Sea")
    change(client, media, ["Sea", "SEA"])
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Event)) == 1


def test_fifty_of_sixty_four_characters_are_the_most(app: Flask, client: FlaskClient) -> None:
    most = [f"{number:02}" + "é" * 62 for number in range(50)]
    media = upload(client, tags=",".join(most))
    assert media["tags"] == most
    for tags, place in (
        ([*most, "more"], []),
        (["ok", "x" * 65], [1]),
        (["a,b"], [0]),
        ([""], [0]),
        (["\u200d"], [0]),
        (["a\u202eb"], [0]),
        (["\x00"], [0]),
        ([1], [0]),
        (None, []),
        ("Sea", []),
    ):
        assert_invalid(client.patch(f"/media/{media['id']}", json={"tags": tags}), ["body", "tags", *place])
    assert client.get(f"/media/{media['id']}").get_json()["tags"] == most


def test_an_upload_with_bad_ones_is_refused(app: Flask, client: FlaskClient) -> None:
    assert_invalid(send_file(client, tags="ok," + "x" * 65), ["body", "tags", 1])
    assert_invalid(send_file(client, tags=",".join(map(str, range(51)))), ["body", "tags"])
    assert_nothing_kept(app)


def test_they_are_spelled_as_the_first_media_spells_them_until_no_other_has_them(client: FlaskClient) -> None:
    first, second = upload(client, tags="Straße"), upload(client, tags="STRASSE, new")
    assert second["tags"] == ["Straße", "new"]
    assert change(client, second, ["strasse"])["tags"] == ["Straße"]
    client.delete(f"/media/{first['id']}")
    assert change(client, second, ["strasse"])["tags"] == ["strasse"]


def test_filters_find_them_whatever_the_case(client: FlaskClient) -> None:
    both, one, none = [upload(client, tags=tags)["id"] for tags in ("Sea, Straße", "sea", "")]
    assert find(client, "in", ["SEA"]) == [both, one]
    assert find(client, "in", ["strasse", "unknown", " "]) == [both]
    assert find(client, "in", []) == []
    assert find(client, "not_in", ["straSSe"]) == [one, none]
    assert find(client, "not_in", []) == [both, one, none]
    assert find(client, "is_null") == [none]
    assert find(client, "is_not_null") == [both, one]


def test_a_deleted_medias_links_go_with_it(app: Flask, client: FlaskClient) -> None:
    media = upload(client, tags="Sea, Summer")
    client.delete(f"/media/{media['id']}")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(MediaTag)) == 0


def offered(client: FlaskClient, beginning: str) -> list[str]:
    answer = client.get("/tags", query_string={"q": beginning})
    assert answer.status_code == 200
    names: list[str] = answer.get_json()
    return names


def test_a_beginning_is_completed_in_order_and_whatever_its_case(client: FlaskClient) -> None:
    upload(client, tags="Beach, bear, Äpfel," + ",".join(f"many {number:02}" for number in range(20)))
    assert offered(client, "BEA") == ["Beach", "bear"]
    assert offered(client, "ä") == ["Äpfel"]
    assert offered(client, "many") == [f"many {number:02}" for number in range(12)]
    for nothing in ("", " ", "x" * 5000, "\x00", "%", "_"):
        assert offered(client, nothing) == []


@pytest.mark.parametrize("few_media", [0, 300])
def test_a_stranger_learns_nothing_of_tags_of_private_media(
    app: Flask, client: FlaskClient, few_media: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mediaweb.services.tags.FEW_MEDIA", few_media)
    owner, stranger = add_person(app, "Anna"), add_person(app, "Sam")
    upload(client, is_public=False, user_id=owner, tags="SeCret, Sea")
    upload(client, tags="SEA")
    anna, sam = (bearer(make_token(app, person)) for person in (owner, stranger))
    assert [offered(client, "s"), client.get("/tags?q=s", headers=sam).json] == [["SEA"], ["SEA"]]
    assert client.get("/tags?q=s", headers=anna).json == ["Sea", "SeCret"]
    mine = client.post(
        "/media/upload",
        data={"file": (io.BytesIO(PNG), "a.png"), "tags": "secret, sea"},
        headers=sam,
    )
    assert mine.get_json()["tags"] == ["secret", "SEA"]
    assert client.get("/tags?q=secret", headers=sam).json == ["secret"]
    assert client.get("/tags?q=secret", headers=anna).json == ["SeCret"]
    admin, tags = bearer(make_token(app, ADMIN_ID)), ["secret", "new"]
    assert client.patch(mine.location, json={"tags": tags}, headers=admin).get_json()["tags"] == tags


def test_in_the_mode_none_nothing_is_offered_to_anonymous(make_app: Callable[..., Flask]) -> None:
    assert make_app(anonymous_access="none").test_client().get("/tags?q=s").status_code == 401
