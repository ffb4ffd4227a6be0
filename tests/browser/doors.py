"""A served library whose people and database a test can reach from behind, too."""

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from mediaweb import create_app
from mediaweb.extensions import db
from mediaweb.models import AccessToken, Event, Media, Role, TokenScope, User
from mediaweb.services import account_passwords, accounts, signed_links, tokens
from mediaweb.services.access import SYSTEM
from mediaweb.services.incoming import MediaChanges
from mediaweb.services.media import media_service
from mediaweb.settings import load_settings
from tests.servers import find_free_port, serving

_LINK = re.compile(r"http://[^\s]+/set-password/[0-9a-f]+")


@dataclass
class Doors:
    """A running library in one mode of ANONYMOUS_ACCESS, and the same library opened from behind."""

    url: str
    app: Flask
    output: Path

    def printed_link(self) -> str:
        """Return the one-time link that the start printed."""
        match = _LINK.search(self.output.read_text())
        assert match is not None, self.output.read_text()
        return match[0]

    def make_admin(self, email: str, password: str) -> None:
        """Give the first admin an address and a password."""
        with self.app.app_context():
            assert account_passwords.set_first_password(db.session(), email, password)

    def make_member(self, email: str, password: str) -> int:
        """Make an account that can sign in; return its id."""
        with self.app.app_context():
            name = email.partition("@")[0].capitalize()
            invitation = accounts.invite_user(db.session(), email, name, Role.MEMBER, SYSTEM)
            account_passwords.set_password(db.session(), invitation.secret, password, name, email)
            return invitation.user.id

    def make_token(self, user_id: int, scope: TokenScope) -> tuple[int, str]:
        """Make a token; return its id and secret."""
        with self.app.app_context():
            token, secret = tokens.create_token(db.session(), user_id, "script", scope, None, SYSTEM)
            return token.id, secret

    def add_media(self, filename: str, content: bytes, is_public: bool, user_id: int | None = None) -> int:
        with self.app.app_context():
            media = media_service.upload_file(
                db.session(), BytesIO(content), filename, is_public=is_public, user_id=user_id
            )
            return int(media.id)

    def remove_media(self, media_id: int) -> None:
        with self.app.app_context():
            media_service.delete(db.session(), media_id)

    def change_media(self, media_id: int, **changes: Any) -> None:
        with self.app.app_context():
            media_service.update(db.session(), media_id, MediaChanges(**changes))

    def link_to(self, media_id: int, token: str) -> str:
        """Return the link to a file that the API gives to a program with this token."""
        address = f"{self.url}/media/{media_id}"
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request) as answer:
            return str(json.load(answer)["download_url"])

    def sign_link_to(self, media_id: int) -> str:
        """Return a link to a file, signed here and now with the library's own secret."""
        with self.app.app_context():
            query = signed_links.signed_query(db.session.get_one(Media, media_id))
            return f"{self.url}/media/{media_id}/download?{query}"

    def state(self) -> tuple[int | None, ...]:
        """Return what nobody may have changed: the last event, and how much there is of everything."""
        with self.app.app_context():
            counts = [
                db.session.scalar(select(func.count()).select_from(m)) for m in (Media, User, AccessToken)
            ]
            return (db.session.scalar(select(func.max(Event.id))), *counts)

    def sign_in(self, page: Page, email: str, password: str) -> None:
        """Sign in by the form."""
        page.goto(self.url + "/sign-in")
        page.get_by_label("Email").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(self.url + "/")


@contextmanager
def open_doors(folder: Path, anonymous_access: str, **settings: str) -> Iterator[Doors]:
    """Serve a fresh library."""
    port = find_free_port()
    values = {
        "INSTANCE_PATH": str(folder / "instance"),
        "ANONYMOUS_ACCESS": anonymous_access,
        "RATE_LIMIT_SIGN_IN": "off",  # on a fast machine, tests sign in more often than people
    } | settings
    with serving(folder, port, **values) as output:
        app = create_app(load_settings(**{name.lower(): value for name, value in values.items()}))
        try:
            yield Doors(f"http://127.0.0.1:{port}", app, output)
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
