"""Damaged files and bombs are uploaded: nothing breaks, and all come to an end that a person understands."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from flask import Flask
from flask.testing import FlaskClient

from mediaweb.extensions import db
from mediaweb.models import Media
from mediaweb.previews import limits
from tests.api.calls import send_file
from tests.jobs.hostile_files import Files, make_bombs, make_damaged_files, make_good_files
from tests.jobs.workers import is_done, wait_until, working

#: What the worker itself takes, and a decoding process before it decodes: libraries, mapped and shared.
OTHER_MEMORY_BYTES = 256 * 1024**2
SAMPLE_SECONDS = 0.02
#: Words that are for programmers.
JARGON = re.compile(
    r"/\w|\.py|Traceback|Error|Exception|errno|libav|ffmpeg|pillow|pdfium|libraw|expat|resvg|0x|\bNone\b",
    re.IGNORECASE,
)

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Memory:
    """The most memory that any process of a family held."""

    def __init__(self, parent: psutil.Process) -> None:
        self.most_bytes = 0
        self._parent = parent
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    @contextmanager
    def watched(self) -> Iterator["Memory"]:
        self._thread.start()
        try:
            yield self
        finally:
            self._is_over.set()
            self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(SAMPLE_SECONDS):
            for process in (self._parent, *self._parent.children(recursive=True)):
                try:
                    self.most_bytes = max(self.most_bytes, process.memory_info().rss)
                except psutil.Error:
                    continue  # it has ended


def upload_all(client: FlaskClient, files: Files) -> dict[int, bytes]:
    """Upload files; return those that were taken, by id."""
    taken = {}
    for name, content in files.items():
        response = send_file(client, content, name.partition("-")[2] or name, is_public="true")
        assert response.status_code in (201, 415, 422), f"{name}: {response.status} {response.text}"
        if response.status_code == 201:
            taken[response.get_json()["id"]] = content
    return taken


@only_sqlite
def test_hostile_files_harm_nothing(app: Flask) -> None:
    client = app.test_client()
    damaged = make_damaged_files(seed=4, count=324)
    taken = upload_all(client, damaged | make_bombs() | make_good_files())
    assert len(taken) > 150
    with working(app) as worker:
        process = psutil.Process(worker.pid)
        with Memory(process).watched() as memory:
            wait_until(lambda: is_done(app), "all is done")
        assert worker.poll() is None
        assert process.create_time() == psutil.Process(worker.pid).create_time()
    assert memory.most_bytes < limits.MAX_MEMORY_BYTES + OTHER_MEMORY_BYTES
    _check_endings(app)
    _check_log(app)
    for media_id, content in taken.items():
        assert client.get(f"/media/{media_id}/download").data == content


def _check_endings(app: Flask) -> None:
    with app.app_context():
        media = db.session.query(Media).all()
        for one in media:
            assert one.preview_state in ("ready", "none", "failed"), one.filename
            assert (one.preview_failure is not None) == (one.preview_state == "failed"), one.filename
            if one.preview_failure is not None:
                assert re.fullmatch(r"[A-Z].{10,}\.", one.preview_failure), one.preview_failure
                assert not JARGON.search(one.preview_failure), one.preview_failure
    states = Counter(str(one.preview_state) for one in media)
    assert min(states["ready"], states["failed"], states["none"]) > 10, states


def _check_log(app: Flask) -> None:
    log = app.extensions["mediaweb_settings"].instance_path / "worker.log"
    found = log.read_text()
    assert "Traceback" not in found, found
