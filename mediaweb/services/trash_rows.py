"""How rows move between the library and its trash, with their events. Nothing commits."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, literal, select, text, update
from sqlalchemy.orm import Session

from mediaweb.models import EventType, PreviewState
from mediaweb.models.media import MEDIA, MEDIA_COLUMNS, TO_DO
from mediaweb.models.trash import TRASHED_AT, TRASHED_MEDIA
from mediaweb.models.types import Id, UtcDateTime, utc_now
from mediaweb.previews.orders import Step
from mediaweb.services import events
from mediaweb.services.access import Actor
from mediaweb.services.representations import MediaRow
from mediaweb.services.search import index_words
from mediaweb.services.tags import set_tags

_NAMES = tuple(column.name for column in MEDIA.columns)
#: Deleting from the trash changes the sight of nobody; it is told to admins only, for the record.
_NOBODYS_SIGHT = events.Sight(is_public=False, owner_id=None)
#: A worker that was at it has found no row and dropped what it made: its work begins anew.
_BEGIN_ANEW: dict[str, Any] = {
    "preview_state": PreviewState.PENDING,
    "preview_todo": Step.FIRST,
    "preview_attempts": 0,
    "preview_begun_at": None,
    "preview_width": None,
    "preview_height": None,
    "has_clip": False,
}


def lock_media(session: Session, media_ids: Collection[int]) -> Sequence[MediaRow]:
    """Lock media in the order of their ids: two who want the same ones never wait for each other."""
    query: Select[Any] = select(*MEDIA_COLUMNS).where(MEDIA.c.id.in_(media_ids)).order_by(MEDIA.c.id)
    return session.execute(query.with_for_update()).all()


def lock_trashed(
    session: Session, which: ColumnElement[bool], limit: int | None = None, skips_locked: bool = False
) -> Sequence[MediaRow]:
    """Lock what of the trash is meant, in the same order."""
    query: Select[Any] = select(TRASHED_MEDIA).where(which).order_by(TRASHED_MEDIA.c.id).limit(limit)
    return session.execute(query.with_for_update(skip_locked=skips_locked)).all()


def move_into_trash(session: Session, rows: Sequence[MediaRow], actor: Actor) -> tuple[int, ...]:
    """Move locked media; return their events. Links that were signed for them never work again."""
    ids = [row.id for row in rows]
    moved: dict[str, ColumnElement[Any]] = {name: MEDIA.c[name] for name in _NAMES}
    moved["privacy_generation"] = MEDIA.c.privacy_generation + 1
    trashed = (literal(utc_now(), UtcDateTime), literal(actor.user_id, Id))
    kept = select(*moved.values(), *trashed).where(MEDIA.c.id.in_(ids))
    session.execute(insert(TRASHED_MEDIA).from_select([*_NAMES, TRASHED_AT, "trashed_by"], kept))
    return remove_rows(session, rows, actor, [TRASHED_AT])


def remove_rows(
    session: Session, rows: Sequence[MediaRow], actor: Actor, changed: Collection[str] = ()
) -> tuple[int, ...]:
    """Delete locked media from the library; return their events."""
    session.execute(delete(MEDIA).where(MEDIA.c.id.in_([row.id for row in rows])))
    entries = [events.describe(EventType.DELETED, row, actor, events.Sight.of(row), changed) for row in rows]
    return events.record_many(session.connection(), entries)


def move_back(session: Session, rows: Sequence[MediaRow], actor: Actor) -> Sequence[MediaRow]:
    """Move locked rows of the trash back; return them as they are in the library then."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    kept = select(*(TRASHED_MEDIA.c[name] for name in _NAMES)).where(TRASHED_MEDIA.c.id.in_(ids))
    session.execute(insert(MEDIA).from_select(_NAMES, kept))
    session.execute(delete(TRASHED_MEDIA).where(TRASHED_MEDIA.c.id.in_(ids)))
    are_back = MEDIA.c.id.in_(ids)
    session.execute(update(MEDIA).where(are_back, text(TO_DO)).values(_BEGIN_ANEW))
    _link_tags(session, {row.id: row.tags for row in rows if row.tags})
    restored = session.execute(select(*MEDIA_COLUMNS).where(are_back).order_by(MEDIA.c.id)).all()
    index_words(session.connection(), restored)
    entries = [events.describe(EventType.CREATED, row, actor, changed=[TRASHED_AT]) for row in restored]
    events.record(session.connection(), *entries)
    return restored


def drop(session: Session, rows: Sequence[MediaRow], actor: Actor) -> None:
    """Delete locked rows of the trash. Their bytes go after the commit."""
    session.execute(delete(TRASHED_MEDIA).where(TRASHED_MEDIA.c.id.in_([row.id for row in rows])))
    entries = [events.describe(EventType.DELETED, row, actor, _NOBODYS_SIGHT) for row in rows]
    events.record_many(session.connection(), entries)


def _link_tags(session: Session, names: dict[int, tuple[str, ...]]) -> None:
    """Give media their tags back, spelled as they are by now."""
    if not names:
        return
    for media_id, tags in set_tags(session.connection(), names).items():
        if tags != names[media_id]:
            session.execute(update(MEDIA).where(MEDIA.c.id == media_id).values(tags=tags))
