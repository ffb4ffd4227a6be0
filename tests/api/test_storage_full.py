"""A full disk is a 507 that leaves nothing behind: no staged file, no stored file, no row."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.calls import (
    PNG,
    assert_nothing_kept,
    assert_problem,
    count_rows,
    recorded_events,
    send_file,
    stored_files,
    upload,
)
from tests.conftest import skip_or_fail
from tests.storages import in_a_folder

pytestmark = in_a_folder

DISK_BYTES = 2 * 1024 * 1024
LARGE = PNG + bytes(DISK_BYTES)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    size = f"size={DISK_BYTES}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        skip_or_fail(f"mounting a small disk is not permitted: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def app(make_app: Callable[..., Flask], small_disk: Path) -> Flask:
    """A library whose files are on the small disk."""
    return make_app(media_folder=small_disk / "media")


def test_a_file_larger_than_the_disk_is_507(app: Flask, client: FlaskClient) -> None:
    assert_problem(send_file(client, LARGE), 507, "storage_full")
    assert_nothing_kept(app)


def test_what_was_there_stays_and_what_fits_still_comes_in(app: Flask, client: FlaskClient) -> None:
    first = upload(client)
    assert_problem(send_file(client, LARGE), 507, "storage_full")
    assert client.get(f"/media/{first['id']}/download").data == PNG
    upload(client)
    assert len(stored_files(app)) == count_rows(app) == len(recorded_events(app)) == 2


def test_a_disk_that_fills_up_with_small_files_refuses_the_next(app: Flask, client: FlaskClient) -> None:
    statuses = [send_file(client, PNG + bytes(500_000)).status_code for _ in range(6)]
    assert statuses == [201, 201, 201, 201, 507, 507]
    assert len(stored_files(app)) == count_rows(app) == 4


def test_room_that_is_made_is_used(client: FlaskClient) -> None:
    large = upload(client, PNG + bytes(1_500_000))
    assert_problem(send_file(client, PNG + bytes(1_500_000)), 507, "storage_full")
    client.delete(f"/media/{large['id']}")
    assert send_file(client, PNG + bytes(1_500_000)).status_code == 201


@pytest.fixture
def all_on_one_disk(make_app: Callable[..., Flask], small_disk: Path) -> Flask:
    """A library whose SQLite database is on the small disk, too."""
    return make_app(
        media_folder=small_disk / "media",
        instance_path=small_disk,
        database_url=f"sqlite:///{small_disk / 'mediaweb.sqlite3'}",
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_under_the_database_keeps_no_file(all_on_one_disk: Flask, small_disk: Path) -> None:
    client = all_on_one_disk.test_client()
    upload(client)
    _fill(small_disk)
    response = send_file(client, b"a short text\n", "a.txt", description="x" * 10_000)
    assert_problem(response, 507, "storage_full")
    (small_disk / "ballast").unlink()
    assert len(stored_files(all_on_one_disk)) == count_rows(all_on_one_disk) == 1
    upload(client)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_under_the_database_alone_removes_the_file(
    make_app: Callable[..., Flask], small_disk: Path
) -> None:
    database_url = f"sqlite:///{small_disk / 'mediaweb.sqlite3'}"
    app = make_app(instance_path=small_disk, database_url=database_url)
    client = app.test_client()
    _fill(small_disk)
    statuses = {send_file(client, description="x" * 10_000).status_code for _ in range(3)}
    assert statuses == {507}
    (small_disk / "ballast").unlink()
    assert_nothing_kept(app)
    assert upload(client)["id"] == 1


def _fill(disk: Path) -> None:
    """Leave no free byte on a disk."""
    with (disk / "ballast").open("wb", buffering=0) as file:
        for block in (65_536, 4_096, 512):
            while True:
                try:
                    file.write(bytes(block))
                except OSError:
                    break
