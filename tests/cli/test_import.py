"""`mediaweb import`: whole folders of real files, each once, and every failure told."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from mediaweb.extensions import db
from mediaweb.models import Event, Media
from tests import files
from tests.servers import clean_environment

#: What is imported: how each kind is made from a number, its extension and its type.
KINDS: list[tuple[Callable[[int], bytes], str, str]] = [
    *(
        (lambda n, o=o: files.make_jpeg(20, 10, colour(n), orientation=o), "jpg", "image/jpeg")
        for o in range(1, 9)
    ),
    (lambda n: files.make_png(10, 10, colour(n)), "png", "image/png"),
    (lambda n: files.make_gif(10, 10, colour(n)), "gif", "image/gif"),
    (lambda n: files.make_webp(10, 10, colour(n)), "webp", "image/webp"),
    (lambda n: files.make_tiff(10, 10, colour(n)), "tiff", "image/tiff"),
    (lambda n: files.make_avif(16, 16, colour(n)), "avif", "image/avif"),
    (lambda n: files.make_bmp(10, 10, colour(n)), "bmp", "image/bmp"),
    (lambda n: files.make_svg(f"rgb{colour(n)}"), "svg", "image/svg+xml"),
]
PER_KIND = 14
OTHERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "film.mp4": (files.make_mp4, "video/mp4"),
    "song.mp3": (files.make_mp3, "audio/mpeg"),
    "page.pdf": (files.make_pdf, "application/pdf"),
    "letter.docx": (
        files.make_docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "table.csv": (files.make_csv, "text/csv"),
    "bundle.zip": (files.make_zip, "application/zip"),
}


def colour(number: int) -> tuple[int, int, int]:
    return (number * 17 % 256, number * 41 % 256, number % 256)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 210 images of every kind and six other files, some in folders of their own."""
    folder = tmp_path_factory.mktemp("pictures")
    for index, (make, extension, _) in enumerate(KINDS):
        (folder / f"kind {index}").mkdir()
        for number in range(PER_KIND):
            content = make(index * PER_KIND + number)
            (folder / f"kind {index}" / f"bild {number} ä.{extension}").write_bytes(content)
    for name, (make_other, _) in OTHERS.items():
        (folder / name).write_bytes(make_other())
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "secret.png").write_bytes(files.make_png(3, 3))
    (folder / ".DS_Store").write_bytes(b"x")
    return folder


def count_media(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Media)) or 0


def test_a_folder_of_every_kind_is_imported_whole_and_once(
    app: Flask, run: Callable[..., Result], pictures: Path
) -> None:
    originals = [path for path in pictures.rglob("*") if path.is_file() and "/." not in str(path)]
    total = len(originals)
    assert total == len(KINDS) * PER_KIND + len(OTHERS) >= 216

    first = run("import", "--public", pictures)
    assert (first.exit_code, first.stdout) == (0, f"{total} imported, 0 already there, 0 failed\n")
    check_rows(app, originals)
    assert f"bild {PER_KIND - 1} ä" in app.test_client().get(f"/?q=bild+{PER_KIND - 1}").text
    check_pages(app, total)

    second = run("import", "--public", pictures)
    assert (second.exit_code, second.stdout) == (0, f"0 imported, {total} already there, 0 failed\n")
    assert count_media(app) == total


def check_rows(app: Flask, originals: list[Path]) -> None:
    types = {extension: mime for _, extension, mime in KINDS} | {
        name.rpartition(".")[2]: mime for name, (_, mime) in OTHERS.items()
    }
    by_checksum = {f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}": path for path in originals}
    with app.app_context():
        rows = db.session.scalars(select(Media)).all()
    assert {row.checksum for row in rows} == set(by_checksum)
    for row in rows:
        original = by_checksum[row.checksum]
        assert row.filename == original.name
        assert row.file_size == original.stat().st_size
        assert row.mime_type == types[original.suffix[1:]]
        assert (row.user_id, row.is_public) == (1, True)
        stored = app.extensions["mediaweb_settings"].media_path / row.storage_path
        assert stored.read_bytes() == original.read_bytes()


def check_pages(app: Flask, total: int) -> None:
    """Check that the pages of the gallery together link to every media."""
    client, seen, address = app.test_client(), list[str](), "/"
    while address:
        page = client.get(address).text
        seen += re.findall(r'href="/gallery/(\d+)', page)
        address = unescape("".join(re.findall(r'rel="next"[^>]* href="([^"]*)"', page)))
    assert len(seen) == len(set(seen)) == total


def test_without_public_only_the_owner_sees_it(
    app: Flask, run: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(files.make_png())
    assert run("import", tmp_path / "a.png").exit_code == 0
    assert count_media(app) == 1
    assert app.test_client().get("/media/").json == []


def test_every_failure_is_told_and_the_rest_goes_on(
    app: Flask, run: Callable[..., Result], tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "empty.png").write_bytes(b"")
    (folder / "fake.jpg").write_bytes(files.make_html())
    (folder / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (folder / "good.png").write_bytes(files.make_png())
    (folder / "same.png").write_bytes(files.make_png())
    os.mkfifo(folder / "pipe.png")
    Path(os.fsdecode(os.fsencode(folder) + b"/b\xfcd.jpg")).write_bytes(b"only text")
    result = run("import", folder)
    assert (result.exit_code, result.stdout) == (1, "1 imported, 1 already there, 5 failed\n")
    failures = dict(re.findall(r"^failed: .*/(.+?): (.+)$", result.stderr, re.MULTILINE))
    assert failures.pop("empty.png") == "The file is empty."
    assert failures.pop("fake.jpg") == "The name ends in .jpg, but the content is text/html."
    assert failures.pop("gone.png") == "No such file or directory"
    assert failures.pop("pipe.png") == "This is not a regular file."
    assert list(failures.values()) == ["The name ends in .jpg, but the content is text/plain."]
    assert count_media(app) == 1


def test_a_path_that_does_not_exist_is_a_usage_error(run: Callable[..., Result]) -> None:
    result = run("import", "nowhere")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_import_killed_half_way_resumes(
    app: Flask, run: Callable[..., Result], pictures: Path, tmp_path: Path
) -> None:
    settings = app.extensions["mediaweb_settings"]
    environment = clean_environment(
        DATABASE_URL=settings.database_uri, INSTANCE_PATH=str(tmp_path), MEDIA_FOLDER=str(settings.media_path)
    )
    command = [sys.executable, "-m", "mediaweb", "import", str(pictures)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 240
    while count_media(app) < 20 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    imported = count_media(app)
    total = len(KINDS) * PER_KIND + len(OTHERS)
    assert 20 <= imported < total

    result = run("import", pictures)
    assert result.exit_code == 0
    assert result.stdout == f"{total - imported} imported, {imported} already there, 0 failed\n"
    assert count_media(app) == total
    assert list((settings.media_path / ".staging").iterdir()) == []
    rows: list[dict[str, Any]] = []
    with app.app_context():
        rows = [json.loads(data or "") for data in db.session.scalars(select(Event.data))]
    assert len({row["id"] for row in rows}) == len(rows) == total
