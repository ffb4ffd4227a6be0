"""A real `mediaweb worker` in a process of its own, and a library for it to work on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from mediaweb.extensions import db, settings
from mediaweb.models import Media
from tests.servers import clean_environment

PATIENCE_SECONDS = 120


@contextmanager
def working(app: Flask, processes: int = 2, **options: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a worker for an application's library; lend its process; have it stopped, and see it stop well."""
    with app.app_context():
        options = {
            "INSTANCE_PATH": str(settings.instance_path),
            "MEDIA_FOLDER": str(settings.media_path),
            "DATABASE_URL": settings.database_uri,
            **options,
        }
    command = [sys.executable, "-m", "mediaweb", "worker", "--processes", str(processes)]
    with (Path(options["INSTANCE_PATH"]) / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, env=clean_environment(**options), stdout=log, stderr=log)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE_SECONDS)
        finally:
            process.kill()


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End a process as a power cut would."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def states(app: Flask) -> list[str]:
    """Return the state of every media's previews, by id, as anybody sees it now."""
    with app.app_context():
        session = db.session()
        found = [str(state) for state in session.scalars(select(Media.preview_state).order_by(Media.id))]
        session.rollback()
    return found


def is_done(app: Flask) -> bool:
    """Tell whether nothing is left to do."""
    with app.app_context():
        session = db.session()
        waiting = session.scalars(select(Media.id).where(Media.preview_todo.is_not(None)).limit(1)).all()
        session.rollback()
    return not waiting


def wait_until(is_so: Callable[[], Any], what: str) -> None:
    """Wait for what another process does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"in {PATIENCE_SECONDS} s it did not happen that {what}"
        time.sleep(0.05)
