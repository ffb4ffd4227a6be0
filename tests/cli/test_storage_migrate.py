"""`mediaweb storage migrate`: every file to another store and back, whatever is killed on the way."""

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mediaweb.application import ROOT
from mediaweb.extensions import db, stores
from mediaweb.services.stored_rows import list_rows, read_checked
from tests.api.calls import recorded_events, upload
from tests.files import make_jpeg
from tests.previewing import make_all
from tests.s3_server import S3Server
from tests.servers import clean_environment
from tests.storages import in_a_folder

pytestmark = [pytest.mark.parametrize("database_url", ["sqlite"], indirect=True), in_a_folder]

FILES = int(os.environ.get("MIGRATED_FILES", "60"))


class House:
    """A library, its bucket, and the command that moves it."""

    def __init__(self, app: Flask, settings: dict[str, str]) -> None:
        self.app = app
        self._environment = clean_environment(**settings) | {"PYTHONPATH": str(ROOT)}

    def start(self, target: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "mediaweb", "storage", "migrate", "--to", target, "--grace", "0"]
        return subprocess.Popen(
            command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, target: str) -> str:
        process = self.start(target)
        printed, errors = process.communicate(timeout=500)
        assert process.returncode == 0, errors
        return printed

    def check_bytes(self) -> dict[str, int]:
        """Check every file by its checksum; return how many rows are in which store."""
        counts = {"local": 0, "s3": 0}
        with self.app.app_context():
            for found in list_rows(db.session()):
                store = stores[found.row.storage_backend]
                assert sum(map(len, read_checked(store, found.row))) == found.row.file_size
                counts[found.row.storage_backend] += 1
            db.session.remove()
        return counts

    def keys(self, name: str) -> set[str]:
        with self.app.app_context():
            return set(stores[name].keys())


@pytest.fixture
def house(make_app: Callable[..., Flask], s3_server: S3Server, tmp_path: Path) -> House:
    bucket = f"test-{uuid.uuid4().hex}"
    app = make_app(**s3_server.settings(bucket, use_s3=False, s3_proxy_downloads=True))
    app.extensions["mediaweb_stores"]["s3"].prepare()  # so that a test can look into it
    settings = app.extensions["mediaweb_settings"]
    environment = s3_server.environment(bucket, use_s3=False, s3_proxy_downloads=True)
    return House(
        app,
        environment
        | {
            "INSTANCE_PATH": str(tmp_path),
            "MEDIA_FOLDER": str(settings.media_path),
            "DATABASE_URL": settings.database_uri,
        },
    )


def fill(client: FlaskClient, count: int) -> None:
    """Upload mixed files, a few of them large enough for several parts."""
    generator = random.Random(1)
    for number in range(count):
        size = 9_500_000 if number % 50 == 7 else generator.randrange(10, 200_000)
        upload(
            client, b"text %d\n" % number + generator.randbytes(size).hex().encode()[:size], f"{number}.txt"
        )


def test_everything_moves_there_and_back_with_previews_and_trash(house: House) -> None:
    client = house.app.test_client()
    picture = upload(client, make_jpeg(800, 600), "a.jpg")
    make_all(house.app, picture["id"])
    trashed = upload(client, b"thrown away\n", "trash.txt")
    client.delete(f"/media/{trashed['id']}?trash=1")
    shown = client.get("/media/1/thumbnail?size=320").data
    before = house.keys("local")
    assert house.run("s3") == "2 moved, 0 busy, 0 failed\n5 old copies deleted\n"
    assert (house.keys("s3"), house.keys("local")) == (before, set())
    assert house.check_bytes() == {"local": 0, "s3": 2}
    assert client.get("/media/1").get_json()["storage_backend"] == "s3"
    assert client.get("/media/1/thumbnail?size=320").data == shown
    assert recorded_events(house.app)[-1] == ("updated", 1)
    assert house.run("local") == "2 moved, 0 busy, 0 failed\n5 old copies deleted\n"
    assert (house.keys("s3"), house.keys("local")) == (set(), before)
    assert house.check_bytes() == {"local": 2, "s3": 0}


def test_killed_three_times_it_ends_whole_on_the_other_side_and_back(house: House) -> None:
    client = house.app.test_client()
    fill(client, FILES)
    before = house.keys("local")
    for target, other in (("s3", "local"), ("local", "s3")):
        for share in (0.1, 0.4, 0.7):
            process = house.start(target)
            deadline = time.monotonic() + 300
            while len(house.keys(target)) < FILES * share and process.poll() is None:
                assert time.monotonic() < deadline
                assert client.get(f"/media/{random.randrange(1, FILES + 1)}/download").status_code == 200
            process.send_signal(signal.SIGKILL)
            process.communicate()
            assert sum(house.check_bytes().values()) == FILES
        house.run(target)
        assert (house.keys(target), house.keys(other)) == (before, set())
        assert house.check_bytes() == {target: FILES, other: 0}


def test_what_is_damaged_stays_where_it_is_and_is_told(house: House) -> None:
    client = house.app.test_client()
    good, damaged, gone = (upload(client, b"file %d\n" % n, f"{n}.txt") for n in range(3))
    folder = house.app.extensions["mediaweb_settings"].media_path
    (folder / damaged["storage_path"]).write_bytes(b"other text\n")
    (folder / gone["storage_path"]).unlink()
    process = house.start("s3")
    printed, errors = process.communicate(timeout=120)
    assert (process.returncode, printed.splitlines()[0]) == (1, "1 moved, 0 busy, 2 failed")
    assert damaged["storage_path"] in errors
    assert house.keys("s3") == {good["storage_path"]}
    assert house.keys("local") == {damaged["storage_path"]}


def test_without_keys_it_says_what_is_missing(house: House, tmp_path: Path) -> None:
    house._environment = clean_environment(INSTANCE_PATH=str(tmp_path)) | {"PYTHONPATH": str(ROOT)}
    process = house.start("s3")
    printed, errors = process.communicate(timeout=60)
    assert (process.returncode, printed) == (2, "")
    assert "Set S3_ACCESS_KEY and S3_SECRET_KEY" in errors
