"""The libraries that are photographed: a full one and an empty one, served, and open from behind."""

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from mediaweb import create_app
from mediaweb.extensions import db
from mediaweb.models import Media, User
from mediaweb.services import media_service, trash
from mediaweb.services.access import SYSTEM
from mediaweb.services.previews import make_all_previews
from mediaweb.settings import load_settings
from tests.people import ADMIN_ID, add_person, make_token, sign_in_as
from tests.servers import clean_environment, find_free_port, serving
from tools.shots.hard_cases import HARD_CASES, PENDING, Case

MEMBER = "Member"


@dataclass(frozen=True, slots=True)
class Library:
    """Where a library answers, and itself from behind."""

    url: str
    app: Flask

    def find_id(self, filename: str) -> int:
        """Return the id of the media with this name."""
        with self.app.app_context():
            return db.session.scalars(select(Media.id).where(Media.filename == filename)).one()

    def newest_id(self) -> int:
        with self.app.app_context():
            return db.session.scalar(select(func.max(Media.id))) or 0

    def forget_after(self, media_id: int) -> None:
        """Delete what was uploaded after a media."""
        with self.app.app_context():
            for later in list(db.session.scalars(select(Media.id).where(Media.id > media_id))):
                media_service.delete(db.session(), later)
            db.session.remove()

    def make_previews_after(self, media_id: int) -> None:
        """Do what a worker would for what was uploaded after a media."""
        with self.app.app_context():
            for later in list(db.session.scalars(select(Media.id).where(Media.id > media_id))):
                make_all_previews(db.session(), later)
            db.session.remove()

    def restore_last(self) -> None:
        """Take out of the trash what came into it last."""
        with self.app.app_context():
            last = trash.list_trash(db.session(), SYSTEM, limit=1)
            trash.restore_many(db.session(), [media.id for media in last], SYSTEM)
            db.session.remove()

    def cookie(self, who: str) -> tuple[str, str] | None:
        """Return the name and value of the cookie that signs a browser in, as `admin` or `member`."""
        if who == "anyone":
            return None
        client = sign_in_as(
            self.app.test_client(), self.app, ADMIN_ID if who == "admin" else self._member_id()
        )
        cookie = client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        return cookie.key, cookie.value

    def _member_id(self) -> int:
        with self.app.app_context():
            return db.session.scalars(select(User.id).where(User.name == MEMBER)).one()


@contextmanager
def serve_libraries(folder: Path, *, is_hard: bool) -> Iterator[dict[str, Library]]:
    """Serve `full`, on request with the hard cases, and `empty`. What the folder has already is used."""
    with ExitStack() as stack:
        libraries = {}
        for name in ("full", "empty"):
            home = folder / (name if is_hard or name == "empty" else "demo")
            is_new = not home.exists()
            home.mkdir(parents=True, exist_ok=True)
            app = create_app(load_settings(**_places(home)))
            if is_new and name == "full":
                _fill(app, home, is_hard=is_hard)
            port = find_free_port()
            settings = {key.upper(): str(value) for key, value in _places(home).items()}
            limits = {"ANONYMOUS_ACCESS": "write", "RATE_LIMIT_API": "off", "RATE_LIMIT_UPLOAD": "off"}
            stack.enter_context(serving(home, port, **settings, **limits))
            libraries[name] = Library(f"http://127.0.0.1:{port}", app)
        yield libraries


def _places(home: Path) -> dict[str, Path]:
    return {"instance_path": home / "instance", "media_folder": home / "media"}


def _fill(app: Flask, home: Path, *, is_hard: bool) -> None:
    """Fill a library with the demo, people, a token, the trash and, on request, the hard cases."""
    _run(home, "demo")
    if is_hard:
        _upload(app, HARD_CASES)
        _run(home, "previews", "rebuild", "--missing")
        _upload(app, PENDING)
    else:
        _run(home, "previews", "rebuild", "--missing")
    add_person(app, MEMBER)
    add_person(app, "A person whose name is rather longer than most")
    make_token(app, ADMIN_ID)
    with app.app_context():
        for media_id in db.session.scalars(select(Media.id).order_by(Media.id).limit(6)).all():
            trash.trash(db.session(), media_id, SYSTEM)
        db.session.remove()


def _run(home: Path, *arguments: str) -> None:
    """Run `mediaweb` there. It fails where a preview does, as some are meant to."""
    settings = {key.upper(): str(value) for key, value in _places(home).items()}
    command = [sys.executable, "-m", "mediaweb", *arguments]
    subprocess.run(command, cwd=home, env=clean_environment(**settings), check=arguments[0] == "demo")


def _upload(app: Flask, cases: list[Case]) -> None:
    now = datetime.now(UTC)
    with app.app_context():
        for number, case in enumerate(cases):
            media_service.upload_file(
                db.session(),
                io.BytesIO(case.make()),
                case.filename,
                description=case.description,
                alt_text=case.alt_text,
                tags=case.tags,
                user_id=ADMIN_ID,
                is_public=case.is_public,
                created_at=now - timedelta(seconds=number),
            )
        db.session.remove()
