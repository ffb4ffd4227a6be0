"""`mediaweb storage check`: rows without bytes, bytes without rows, and what is not what it was."""

import json
import os
import shutil
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from mediaweb.extensions import stores
from tests.api.calls import upload
from tests.files import make_jpeg
from tests.previewing import make_all
from tests.s3_server import S3Server
from tests.storages import in_a_folder

Run = Callable[..., Result]

pytestmark = in_a_folder


def findings(run: Run, *options: str, status: int = 1) -> set[tuple[str, str, bool]]:
    """Return each problem's kind, its key and whether it was repaired."""
    result = run("storage", "check", "--json", *options)
    assert result.exit_code == status, result.stdout
    report: dict[str, Any] = json.loads(result.stdout)
    assert report["is_clean"] == (status == 0)
    return {(found["problem"], found["key"], found["is_repaired"]) for found in report["findings"]}


def test_a_library_that_is_whole_is_clean(run: Run, app: Flask) -> None:
    client = app.test_client()
    upload(client, make_jpeg(800, 600), "a.jpg")
    make_all(app, 1)
    client.delete(f"/media/{upload(client)['id']}?trash=1")
    result = run("storage", "check", "--deep", "--grace-hours", 0)
    assert (result.exit_code, result.stdout) == (0, "2 media, 5 files: 0 problems, 0 repaired\n")


def test_every_problem_is_told_and_what_can_be_is_repaired(run: Run, app: Flask) -> None:
    client = app.test_client()
    missing, short, damaged = (upload(client, b"file %d\n" % n, f"{n}.txt")["storage_path"] for n in range(3))
    folder = app.extensions["mediaweb_settings"].media_path
    (folder / missing).unlink()
    (folder / short).write_bytes(b"x")
    (folder / damaged).write_bytes(b"elif 2\n")
    orphan, young = (f"2026/01/01/{uuid.uuid4()}_{name}" for name in ("old", "young"))
    with app.app_context():
        for key in (orphan, young):
            stores["local"].save(key, [b"x"])
    yesterday = time.time() - 25 * 3600
    os.utime(folder / orphan, (yesterday, yesterday))
    wrong = {("missing", missing, False), ("wrong_size", short, False)}
    assert findings(run) == wrong | {("orphan", orphan, False)}
    deep = wrong | {("wrong_checksum", damaged, False)}
    assert findings(run, "--deep") == deep | {("orphan", orphan, False)}
    assert findings(run, "--repair") == wrong | {("orphan", orphan, True)}
    assert findings(run) == wrong
    assert (folder / young).exists()
    printed = run("storage", "check").stdout
    assert f"missing: local {missing} (media 1)\n" in printed


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bucket_is_checked_and_bytes_are_found_in_the_other_store(
    run: Run, make_app: Callable[..., Flask], s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = f"test-{uuid.uuid4().hex}"
    app = make_app(**s3_server.settings(bucket))
    for name, value in s3_server.environment(bucket).items():
        monkeypatch.setenv(name, value)
    client = app.test_client()
    key = upload(client, b"in the folder after all\n", "a.txt")["storage_path"]
    with app.app_context():
        stores["local"].prepare()
        stores["local"].save(key, [b"in the folder after all\n"])
        stores["s3"].delete(key)
    s3_server.client.put_object(Bucket=bucket, Key=f"2026/01/01/{uuid.uuid4()}_orphan", Body=b"x")
    s3_server.client.create_multipart_upload(Bucket=bucket, Key="2026/unfinished")
    assert findings(run) == {("misplaced", key, False)}
    kinds = {problem for problem, _, _ in findings(run, "--grace-hours", "0", "--repair", status=0)}
    assert kinds == {"misplaced", "orphan", "unfinished"}
    assert findings(run, "--grace-hours", "0", status=0) == set()
    assert s3_server.client.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    assert client.get("/media/1/download").data == b"in the folder after all\n"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_missing_in_a_bucket_is_told_where_there_never_was_a_folder(
    run: Run, make_app: Callable[..., Flask], s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = f"test-{uuid.uuid4().hex}"
    app = make_app(**s3_server.settings(bucket))
    for name, value in s3_server.environment(bucket).items():
        monkeypatch.setenv(name, value)
    key = upload(app.test_client())["storage_path"]
    shutil.rmtree(app.extensions["mediaweb_settings"].media_path)  # which the fixtures have made
    s3_server.client.delete_object(Bucket=bucket, Key=key)
    assert findings(run) == {("missing", key, False)}
