"""Deleting with a way back: what was deleted is kept TRASH_DAYS, restored, or deleted for good.

A media in the trash is in no list, has no links and is found by nothing; its bytes stay in their place. It is
restored as it was, `updated_at` included.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from mediaweb.errors import MediaNotFound
from mediaweb.extensions import settings
from mediaweb.models.trash import TRASHED_COLUMNS, TRASHED_MEDIA
from mediaweb.models.types import MAX_ID, utc_now
from mediaweb.services import access
from mediaweb.services.access import SYSTEM, Actor
from mediaweb.services.bulk import Outcome, check_ids
from mediaweb.services.changes import delete_stored_file
from mediaweb.services.preview_queue import enqueue
from mediaweb.services.representations import MediaRow
from mediaweb.services.transactions import write_transaction
from mediaweb.services.trash_rows import (
    drop,
    lock_media,
    lock_trashed,
    move_back,
    move_into_trash,
    remove_rows,
)

#: Media that are deleted in one transaction; others may write between two of them.
BATCH_SIZE = 200
#: How many are purged by one job; the next minute brings more.
MAX_PURGED = 5000


def trash(session: Session, media_id: int, actor: Actor) -> int:
    """Move a media into the trash; return the event, for `undo`. Commits.

    With TRASH_DAYS=0 it is deleted for good. Raises `MediaNotFound` and what `access` raises.
    """
    access.check_may_look(actor)
    with write_transaction(session):
        rows = lock_media(session, _possible([media_id]))
        if not rows:
            raise MediaNotFound
        access.check_can_change(actor, rows[0])
        [event_id] = _take_out(session, rows, actor)
    _delete_unless_kept(rows)
    return event_id


def trash_many(session: Session, media_ids: Iterable[int], actor: Actor) -> Outcome:
    """Do the same with those of the media that the actor may change. Commits.

    Raises `InvalidInput`, and what `access` raises where the actor may change nothing at all.
    """
    access.check_can_edit(actor)
    ids = check_ids(media_ids)
    with write_transaction(session):
        # What the actor may not even see is as good as gone.
        found = [row for row in lock_media(session, _possible(ids)) if access.can_see(actor, row)]
        rows = [row for row in found if access.can_change(actor, row)]
        event_ids = _take_out(session, rows, actor)
    _delete_unless_kept(rows)
    gone, refused = len(ids) - len(found), len(found) - len(rows)
    return Outcome(len(rows), 0, gone, refused, event_ids)


def list_trash(session: Session, actor: Actor, limit: int, offset: int = 0) -> Sequence[MediaRow]:
    """Return what the actor may restore (`TRASHED_COLUMNS`), what was deleted last first.

    Raises `AuthenticationRequired`.
    """
    order = (TRASHED_MEDIA.c.trashed_at.desc(), TRASHED_MEDIA.c.id.desc())
    query = select(*TRASHED_COLUMNS).where(access.trash_in_reach(actor)).order_by(*order)
    return session.execute(query.limit(limit).offset(offset)).all()


def count_trash(session: Session, actor: Actor) -> int:
    """Return how much there is that the actor may restore. Raises `AuthenticationRequired`."""
    query = select(func.count()).select_from(TRASHED_MEDIA).where(access.trash_in_reach(actor))
    return session.scalar(query) or 0


def find_trashed(session: Session, media_ids: Iterable[int], actor: Actor) -> Sequence[MediaRow]:
    """Return those of the media that are in the trash and that the actor may restore, by id.

    Raises `InvalidInput` for none or too many, and `AuthenticationRequired`.
    """
    which = in_reach(check_ids(media_ids), actor)
    return session.execute(select(*TRASHED_COLUMNS).where(which).order_by(TRASHED_MEDIA.c.id)).all()


def get_trashed(session: Session, media_id: int, actor: Actor) -> MediaRow:
    """Return a media in the trash that the actor may restore. Raises `MediaNotFound` and as above."""
    rows = find_trashed(session, [media_id], actor)
    if not rows:
        raise MediaNotFound
    return rows[0]


def restore(session: Session, media_id: int, actor: Actor) -> MediaRow:
    """Bring a media back; return it. Commits. Raises `MediaNotFound` and what `access` raises."""
    rows = _restore(session, {media_id}, actor)
    if not rows:
        raise MediaNotFound
    return rows[0]


def restore_many(session: Session, media_ids: Iterable[int], actor: Actor) -> Outcome:
    """Bring media back. Commits. Raises `InvalidInput` and what `access` raises."""
    ids = check_ids(media_ids)
    restored = _restore(session, ids, actor)
    return Outcome(len(restored), 0, len(ids) - len(restored))


def resume_previews(rows: Iterable[MediaRow]) -> None:
    """Have made what was not yet when the media went into the trash. Call it after the commit."""
    for row in rows:
        if row.preview_todo is not None:
            enqueue(row.id)


def delete_for_good(session: Session, media_ids: Iterable[int], actor: Actor) -> Outcome:
    """Delete media that are in the trash, then their bytes. Commits.

    Raises `InvalidInput` and what `access` raises.
    """
    access.check_may_write(actor)
    ids = check_ids(media_ids)
    count = delete_batch(session, in_reach(ids, actor), actor, len(ids))
    return Outcome(count, 0, len(ids) - count)


def empty(session: Session, actor: Actor, until: datetime | None = None) -> int:
    """Delete for good all that the actor could restore, and that was deleted until then; return how many.

    Commits many times. Raises what `access` raises.
    """
    access.check_may_write(actor)
    was_there = TRASHED_MEDIA.c.trashed_at <= (until or utc_now())
    which = access.trash_in_reach(actor) & was_there
    deleted = 0
    while count := delete_batch(session, which, actor):
        deleted += count
    return deleted


def purge(session: Session) -> int:
    """Delete for good what has been in the trash for TRASH_DAYS; return how many. Commits many times."""
    is_old = TRASHED_MEDIA.c.trashed_at <= utc_now() - timedelta(days=settings.trash_days)
    purged = 0
    while purged < MAX_PURGED:
        count = _purge_some(session, is_old)
        if not count:
            break
        purged += count
    return purged


def delete_batch(session: Session, which: ColumnElement[bool], actor: Actor, limit: int = BATCH_SIZE) -> int:
    """Delete for good some of what is meant, then its bytes; return how many. Commits; asks nobody."""
    with write_transaction(session):
        rows = lock_trashed(session, which, limit)
        drop(session, rows, actor)
    _delete_bytes(rows)
    return len(rows)


def expires_at(trashed_at: datetime) -> datetime:
    """Return when a media in the trash will be gone for good."""
    return trashed_at + timedelta(days=settings.trash_days)


def in_reach(ids: Iterable[int], actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a row of the trash is one of these, and one that the actor may restore.

    Raises `AuthenticationRequired`.
    """
    return access.trash_in_reach(actor) & TRASHED_MEDIA.c.id.in_(_possible(ids))


def _possible(ids: Iterable[int]) -> list[int]:
    return [media_id for media_id in ids if 0 < media_id <= MAX_ID]  # no database could hold another


def _take_out(session: Session, rows: Sequence[MediaRow], actor: Actor) -> tuple[int, ...]:
    if not rows:
        return ()
    return (move_into_trash if settings.trash_days else remove_rows)(session, rows, actor)


def _delete_unless_kept(rows: Iterable[MediaRow]) -> None:
    if not settings.trash_days:
        _delete_bytes(rows)


def _restore(session: Session, ids: Iterable[int], actor: Actor) -> Sequence[MediaRow]:
    access.check_may_write(actor)
    which = in_reach(ids, actor)
    with write_transaction(session):
        restored = move_back(session, lock_trashed(session, which), actor)
    resume_previews(restored)
    return restored


def _purge_some(session: Session, is_old: ColumnElement[bool]) -> int:
    """Delete a batch unless somebody is just restoring it. Commits."""
    with write_transaction(session):
        rows = lock_trashed(session, is_old, BATCH_SIZE, skips_locked=True)
        drop(session, rows, SYSTEM)
    _delete_bytes(rows)
    return len(rows)


def _delete_bytes(rows: Iterable[MediaRow]) -> None:
    for row in rows:
        delete_stored_file(row)
