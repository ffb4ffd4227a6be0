"""Files that go straight to the bucket: nothing of them is seen before a worker has looked at it."""

import hashlib
import os
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from mediaweb import jobs
from mediaweb.errors import StorageUnavailable
from mediaweb.extensions import db, queue, stores
from mediaweb.models import DirectUpload, EventType, User
from mediaweb.models.types import utc_now
from mediaweb.services import arrived_uploads, direct_uploads
from mediaweb.services.integrity import check_storage
from mediaweb.services.secret_texts import hash_secret
from mediaweb.storage import parts as part_lengths
from tests.api.calls import PNG, assert_problem, upload
from tests.callers import add_person, bearer
from tests.people import make_token
from tests.s3_server import S3Server, fetch
from tests.storages import in_a_folder

pytestmark = in_a_folder
FIVE_MIB = 5 * 1024 * 1024
#: A picture by its beginning, in three parts of the least length that stores take.
LARGE = PNG + os.urandom(2 * FIVE_MIB)


@pytest.fixture
def bucket() -> str:
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def app(
    make_app: Callable[..., Flask], s3_server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> Flask:
    """A library whose bucket browsers can reach, with short parts."""
    monkeypatch.setattr(part_lengths, "LEAST_PART_BYTES", FIVE_MIB)
    return make_app(**s3_server.settings(bucket), max_file_size=100_000_000)


def announce(
    client: FlaskClient, content: bytes = LARGE, headers: dict[str, str] | None = None, **values: Any
) -> Any:
    values = {"filename": "beach.png", "file_size": len(content), "is_public": True} | values
    answer = client.post("/media/uploads", json=values, headers=headers)
    told: Any = answer.json
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"http://localhost/media/uploads/{told['id']}"
    return told


def follow(client: FlaskClient, announced: Any, **options: Any) -> Any:
    return client.get(f"/media/uploads/{announced['id']}", **options).json


def list_media(client: FlaskClient) -> Any:
    return client.get("/media/").json


def put(url: str, content: bytes) -> int:
    """Send a part as a browser does; return the status."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, content, method="PUT")) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def send_parts(announced: Any, content: bytes = LARGE) -> None:
    size = announced["part_size"]
    for part in announced["parts"]:
        at = (part["number"] - 1) * size
        assert put(part["url"], content[at : at + size]) == 200


def complete(client: FlaskClient, announced: Any, **options: Any) -> Any:
    return client.post(f"/media/uploads/{announced['id']}/complete", **options)


def look(app: Flask, announced: Any) -> None:
    """Do what a worker does about an upload that has arrived."""
    with app.app_context():
        arrived_uploads.verify(db.session(), hash_secret(announced["id"]))
        db.session.remove()


def bring(app: Flask, client: FlaskClient, content: bytes = LARGE, **values: Any) -> Any:
    """Bring a file all the way; return what its sender is told in the end."""
    announced = announce(client, content, **values)
    send_parts(announced, content)
    assert complete(client, announced).status_code == 202
    look(app, announced)
    return follow(client, announced)


def change(app: Flask, announced: Any, **values: Any) -> None:
    mine = DirectUpload.secret_hash == hash_secret(announced["id"])
    with app.app_context():
        db.session.execute(update(DirectUpload).where(mine).values(**values))
        db.session.commit()
        db.session.remove()


def list_keys(app: Flask) -> list[str]:
    with app.app_context():
        return list(stores.current.keys())


def count_unfinished(app: Flask) -> int:
    with app.app_context():
        assert stores.s3 is not None
        return len(list(stores.s3.unfinished()))


def test_a_file_becomes_a_media_once_it_was_looked_at(app: Flask, client: FlaskClient) -> None:
    checksum = f"sha256:{hashlib.sha256(LARGE).hexdigest()}"
    announced = announce(client, description="At sea", tags=["Sea"], checksum=checksum)
    assert (announced["state"], announced["part_size"], len(announced["parts"])) == ("open", FIVE_MIB, 3)
    send_parts(announced)
    answer = complete(client, announced)
    assert (answer.status_code, answer.json["state"], answer.json["parts"]) == (202, "verifying", [])
    assert list_media(client) == []
    assert follow(client, announced)["media"] is None

    look(app, announced)
    seen = follow(client, announced)
    assert (seen["state"], seen["problem"]) == ("stored", None)
    (media,) = list_media(client)
    assert seen["media"] == media
    assert seen["media_id"] == media["id"]
    assert (media["description"], media["tags"], media["is_public"]) == ("At sea", ["Sea"], True)
    assert (media["file_size"], media["checksum"], media["mime_type"]) == (len(LARGE), checksum, "image/png")
    assert media["preview_state"] == "pending"
    assert fetch(media["url"])[2] == LARGE
    # Once more changes nothing, whoever does it.
    assert complete(client, announced).json["state"] == "stored"
    look(app, announced)
    assert len(list_media(client)) == 1


def test_of_a_small_file_one_part_is_sent(app: Flask, client: FlaskClient) -> None:
    seen = bring(app, client, PNG)
    assert seen["state"] == "stored"
    assert fetch(seen["media"]["url"])[2] == PNG


def test_parts_that_are_missing_or_cut_are_named_and_can_still_come(app: Flask, client: FlaskClient) -> None:
    announced = announce(client)
    first, second, third = announced["parts"]
    assert put(first["url"], LARGE[:FIVE_MIB]) == 200
    assert put(third["url"], b"cut") == 200
    detail = assert_problem(complete(client, announced), 409, "parts_missing")
    assert detail == "These parts have not arrived, or not whole: 2, 3."
    assert put(second["url"], LARGE[FIVE_MIB : 2 * FIVE_MIB]) == 200
    assert put(third["url"], LARGE[2 * FIVE_MIB :]) == 200
    assert complete(client, announced).status_code == 202
    look(app, announced)
    assert follow(client, announced)["state"] == "stored"


@pytest.mark.parametrize(
    ("content", "announced", "code"),
    [
        (PNG, {"checksum": f"sha256:{'0' * 64}"}, "upload_differs"),
        (b"<html><script>alert(1)</script></html>", {"filename": "beach.jpg"}, "file_type_refused"),
        (b"<html><script>alert(1)</script></html>", {"mime_type": "image/png"}, "file_type_refused"),
    ],
)
def test_what_lies_is_deleted_and_never_seen(
    app: Flask, client: FlaskClient, content: bytes, announced: dict[str, Any], code: str
) -> None:
    seen = bring(app, client, content, **announced)
    assert (seen["state"], seen["problem"]["code"], seen["media"]) == ("refused", code, None)
    assert seen["problem"]["detail"]
    assert list_media(client) == []
    assert list_keys(app) == []


def test_no_more_than_was_announced_can_be_sent(app: Flask, client: FlaskClient) -> None:
    announced = announce(client, PNG)
    assert put(announced["parts"][0]["url"], PNG + b"more") == 200
    assert_problem(complete(client, announced), 409, "parts_missing")
    another = announced["parts"][0]["url"].replace("partNumber=1", "partNumber=2")
    assert put(another, PNG) == 403


def test_a_second_copy_is_refused_where_it_is_not_wanted(app: Flask, client: FlaskClient) -> None:
    first = upload(client, PNG, is_public=True)
    seen = bring(app, client, PNG, keep_duplicate=False)
    assert (seen["state"], seen["problem"]["code"]) == ("refused", "duplicate")
    assert (seen["media_id"], seen["media"]) == (first["id"], None)
    known = {
        "filename": "a.png",
        "file_size": len(PNG),
        "checksum": first["checksum"],
        "keep_duplicate": False,
    }
    assert_problem(client.post("/media/uploads", json=known), 409, "duplicate")
    assert bring(app, client, PNG)["state"] == "stored"
    assert len(list_media(client)) == 2


def test_who_did_not_begin_an_upload_does_not_know_it(app: Flask, client: FlaskClient) -> None:
    anna, ben = (bearer(make_token(app, add_person(app, name))) for name in ("Anna", "Ben"))
    announced = announce(client, PNG, headers=anna, is_public=False)
    address = f"/media/uploads/{announced['id']}"
    for headers in (ben, {}):
        assert_problem(client.get(address, headers=headers), 404, "upload_not_found")
        assert_problem(client.post(f"{address}/complete", headers=headers), 404, "upload_not_found")
        assert_problem(client.delete(address, headers=headers), 404, "upload_not_found")
    send_parts(announced, PNG)
    assert complete(client, announced, headers=anna).status_code == 202
    look(app, announced)
    media = follow(client, announced, headers=anna)["media"]
    assert (media["is_public"], media["filename"]) == (False, "beach.png")
    assert_problem(client.get(f"/media/{media['id']}", headers=ben), 403, "forbidden")


def test_nobody_known_is_not_shown_what_they_brought_as_private(app: Flask, client: FlaskClient) -> None:
    seen = bring(app, client, PNG, is_public=False)
    assert (seen["state"], seen["media"]) == ("stored", None)
    assert seen["media_id"] is not None


def test_who_may_not_upload_any_more_by_the_end_is_refused(app: Flask, client: FlaskClient) -> None:
    anna_id = add_person(app, "Anna")
    headers = bearer(make_token(app, anna_id))
    announced = announce(client, PNG, headers=headers)
    send_parts(announced, PNG)
    assert complete(client, announced, headers=headers).status_code == 202
    with app.app_context():
        db.session.execute(update(User).where(User.id == anna_id).values(is_active=False))
        db.session.commit()
    look(app, announced)
    assert list_media(client) == []
    assert list_keys(app) == []


def test_an_upload_that_is_let_go_of_leaves_nothing(app: Flask, client: FlaskClient) -> None:
    announced = announce(client)
    assert put(announced["parts"][0]["url"], LARGE[:FIVE_MIB]) == 200
    assert count_unfinished(app) == 1
    assert client.delete(f"/media/uploads/{announced['id']}").status_code == 204
    assert count_unfinished(app) == 0
    assert put(announced["parts"][1]["url"], PNG) == 404
    assert_problem(client.get(f"/media/uploads/{announced['id']}"), 404, "upload_not_found")


def test_what_nobody_ends_is_dropped_after_a_day_and_what_is_over_forgotten(
    app: Flask, client: FlaskClient
) -> None:
    abandoned, young = announce(client), announce(client)
    assert put(abandoned["parts"][0]["url"], LARGE[:FIVE_MIB]) == 200
    stored = announce(client, PNG)
    send_parts(stored, PNG)
    complete(client, stored)
    look(app, stored)
    for announced in (abandoned, stored):
        change(app, announced, expires_at=utc_now() - timedelta(seconds=1))
    with app.app_context():
        jobs.look_after(db.session())
    assert count_unfinished(app) == 1
    for announced, status in ((abandoned, 404), (stored, 404), (young, 200)):
        assert client.get(f"/media/uploads/{announced['id']}").status_code == status
    assert len(list_media(client)) == 1


def test_a_check_of_the_storage_leaves_alone_what_is_on_its_way(app: Flask, client: FlaskClient) -> None:
    half, whole = announce(client), announce(client, PNG)
    assert put(half["parts"][0]["url"], LARGE[:FIVE_MIB]) == 200
    send_parts(whole, PNG)
    complete(client, whole)
    with app.app_context():
        report = check_storage(
            db.session(), timedelta(0), is_deep=True, repairs=True, progress=lambda rows, _: rows
        )
    assert report.findings == []
    assert count_unfinished(app) == 1
    look(app, whole)
    assert follow(client, whole)["state"] == "stored"


def test_a_worker_that_dies_over_an_upload_is_followed_by_another(app: Flask, client: FlaskClient) -> None:
    announced = announce(client, PNG)
    send_parts(announced, PNG)
    complete(client, announced)
    change(app, announced, begun_at=utc_now())  # somebody is at it
    look(app, announced)
    assert list_media(client) == []
    change(app, announced, begun_at=utc_now() - timedelta(minutes=4))
    look(app, announced)
    assert len(list_media(client)) == 1
    # One that died after the media was made, and before that was noted.
    change(app, announced, state="verifying", media_id=None, begun_at=None)
    look(app, announced)
    seen = follow(client, announced)
    assert (seen["state"], seen["media_id"]) == ("stored", list_media(client)[0]["id"])
    assert len(list_media(client)) == 1


def test_while_the_store_is_away_an_upload_waits(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced = announce(client, PNG)
    send_parts(announced, PNG)
    complete(client, announced)
    with monkeypatch.context() as patch:

        def be_away(*_: object) -> None:
            raise StorageUnavailable

        patch.setattr("mediaweb.storage.s3.S3Storage.open", be_away)
        with pytest.raises(StorageUnavailable):
            look(app, announced)
    assert follow(client, announced)["state"] == "verifying"
    look(app, announced)
    assert follow(client, announced)["state"] == "stored"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"filename": "a.png", "file_size": 0}, 422, "invalid_input"),
        ({"filename": "a.png", "file_size": "12"}, 422, "invalid_input"),
        ({"file_size": 12}, 422, "invalid_input"),
        ({"filename": "a.png", "file_size": 12, "checksum": "sha256:x"}, 422, "invalid_input"),
        ({"filename": "a.png", "file_size": 12, "user_id": 99}, 422, "invalid_input"),
        ({"filename": "a.png", "file_size": 10_485_761_000}, 413, "file_too_large"),
    ],
)
def test_a_wrong_announcement_is_refused_in_words(
    app: Flask, client: FlaskClient, body: dict[str, Any], status: int, code: str
) -> None:
    assert_problem(client.post("/media/uploads", json=body), status, code)
    assert count_unfinished(app) == 0


@pytest.mark.parametrize(
    "others", [{"s3_proxy_downloads": True}, {"strip_location": True}, {"use_s3": False}]
)
def test_where_files_must_pass_through_the_library_it_is_said(
    make_app: Callable[..., Flask], s3_server: S3Server, bucket: str, others: dict[str, Any]
) -> None:
    client = make_app(**(s3_server.settings(bucket) | others)).test_client()
    answer = client.post("/media/uploads", json={"filename": "a.png", "file_size": 12})
    assert_problem(answer, 409, "no_direct_upload")


def test_the_bucket_lets_pages_in(app: Flask, client: FlaskClient, s3_server: S3Server, bucket: str) -> None:
    url = announce(client, PNG)["parts"][0]["url"]
    headers = {"Origin": "https://media.example.org", "Access-Control-Request-Method": "PUT"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers, method="OPTIONS")) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://media.example.org")
        assert "PUT" in answer.headers["Access-Control-Allow-Methods"]


def test_rules_of_others_stay(make_app: Callable[..., Flask], s3_server: S3Server, bucket: str) -> None:
    s3_server.client.create_bucket(Bucket=bucket)
    theirs = {"ID": "theirs", "AllowedMethods": ["GET"], "AllowedOrigins": ["https://a.example.org"]}
    s3_server.client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [theirs]})
    for origin in ("https://old.example.org", "https://new.example.org"):
        make_app(**s3_server.settings(bucket), public_url=origin)
    rules = s3_server.client.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert [rule["AllowedOrigins"] for rule in rules] == [
        ["https://a.example.org"],
        ["https://new.example.org"],
    ]


def test_the_event_tells_who_brought_it(app: Flask, client: FlaskClient) -> None:
    anna_id = add_person(app, "Anna")
    headers = bearer(make_token(app, anna_id))
    announced = announce(client, PNG, headers=headers)
    send_parts(announced, PNG)
    complete(client, announced, headers=headers)
    look(app, announced)
    with app.app_context():
        event = db.session.execute(db.text("SELECT type, actor_id FROM event ORDER BY id DESC LIMIT 1")).one()
    assert (event.type, event.actor_id) == (EventType.CREATED, anna_id)


def test_what_the_queue_has_lost_is_found(app: Flask, client: FlaskClient) -> None:
    announced = announce(client, PNG)
    send_parts(announced, PNG)
    complete(client, announced)
    with app.app_context():
        queue.huey.flush()
        jobs.look_after(db.session())
        jobs.look_after(db.session())
        assert queue.count() == 1
        task = queue.huey.dequeue()
        queue.huey.execute(task)
    assert follow(client, announced)["state"] == "stored"


def test_the_queue_is_told(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(direct_uploads, "enqueue", told.append)
    announced = announce(client, PNG)
    send_parts(announced, PNG)
    complete(client, announced)
    complete(client, announced)
    assert told == [hash_secret(announced["id"])]
