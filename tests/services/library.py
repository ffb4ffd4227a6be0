"""Rows for tests of filters and lists, written without going through an upload."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from mediaweb.models import Media, Role, User
from mediaweb.services.search import index_words
from mediaweb.services.tags import set_tags

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def add_user(session: Session, name: str = "Bea") -> int:
    """Add a member and return their id. Commits."""
    user = User(name=name, role=Role.MEMBER)
    session.add(user)
    session.commit()
    return user.id


def add_media(session: Session, rows: Iterable[dict[str, Any]]) -> list[int]:
    """Add media that differ from a plain picture in the given fields; return their ids in order. Commits."""
    before = set(session.scalars(select(Media.id)))
    rows = list(rows)
    for number, row in enumerate(rows):
        created_at = START + timedelta(minutes=number)
        defaults = {
            "filename": f"file {number}.jpg",
            "storage_path": f"2026/01/01/{number}_{len(before)}",
            "file_size": 1000 + number,
            "mime_type": "image/jpeg",
            "file_type": "image",
            "storage_backend": "local",
            "is_public": True,
            "created_at": created_at,
            "updated_at": created_at,
            "checksum": f"sha256:{number:064x}",
            "preview_state": "none",
        }
        session.execute(insert(Media).values(defaults | row))
    added = session.scalars(select(Media).where(Media.id.not_in(before)).order_by(Media.id)).all()
    set_tags(session.connection(), {media.id: media.tags for media in added if media.tags})
    index_words(session.connection(), added)
    session.commit()
    return [media.id for media in added]
