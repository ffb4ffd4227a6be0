"""`mediaweb previews rebuild`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from tests.api.calls import stored_files, upload
from tests.files import make_jpeg, make_png
from tests.previewing import make_all

Run = Callable[..., Result]


def previews(app: Flask) -> dict[str, int]:
    """Return the stored previews, by name, and when each was written."""
    files = [path for path in stored_files(app) if "previews" in path.parts]
    return {path.name: path.stat().st_mtime_ns for path in files}


def test_what_is_missing_is_made_here_and_now(run: Run, app: Flask, client: FlaskClient) -> None:
    for width in (300, 400, 2100):
        upload(client, make_jpeg(width, 200), f"{width}.jpg")
    upload(client, b"Some words.\n", "words.txt")
    result = run("previews", "rebuild")
    assert (result.exit_code, result.stdout) == (0, "3 made, 0 failed\n")
    assert len(previews(app)) == 1 + 2 + 4
    assert {media["preview_state"] for media in client.get("/media/type/image").get_json()} == {"ready"}
    assert run("previews", "rebuild", "--missing").stdout == "0 made, 0 failed\n"


def test_all_can_be_made_anew(run: Run, app: Flask, client: FlaskClient) -> None:
    media_id = upload(client, make_png(100, 80))["id"]
    assert make_all(app, media_id)
    before = previews(app)
    assert run("previews", "rebuild", "--all", "--processes", 1).stdout == "1 made, 0 failed\n"
    after = previews(app)
    assert (before.keys(), before == after) == (after.keys(), False)


def test_what_fails_again_is_told(run: Run, app: Flask, client: FlaskClient) -> None:
    media_id = upload(client, make_jpeg(90, 90)[:200], "half.jpg")["id"]
    assert not make_all(app, media_id)
    result = run("previews", "rebuild")
    assert (result.exit_code, result.stdout) == (1, "0 made, 1 failed\n")


@pytest.mark.parametrize("arguments", [["--processes", "0"], ["--some"]])
def test_bad_arguments_are_refused(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    assert run("previews", "rebuild", *arguments).exit_code == 2
