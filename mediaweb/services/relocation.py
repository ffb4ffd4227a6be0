"""Moving house: every file to another store, one by one, while the library goes on.

Copy, check, then say so in the row: at any moment a row names a store that has its bytes, whatever is killed.
What is left behind is deleted at the end, and only what a row names at its new place: a run that was killed
is finished by the next.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from mediaweb.errors import MediaWebError, StoredFileNotFound
from mediaweb.extensions import stores
from mediaweb.models import EventType
from mediaweb.models.media import MEDIA
from mediaweb.models.types import utc_now
from mediaweb.services import events
from mediaweb.services.access import SYSTEM
from mediaweb.services.preview_queue import CLAIM
from mediaweb.services.stored_rows import (
    BLOCK_BYTES,
    ChecksumDiffers,
    StoredRow,
    list_rows,
    preview_prefix,
    read_checked,
    stem_of,
)
from mediaweb.services.transactions import write_transaction
from mediaweb.storage import Storage

log = logging.getLogger(__name__)

DELETED_AT_ONCE = 1000
#: If these differ, previews were made while they were being copied.
_PREVIEW_STATE = ("preview_state", "preview_todo", "preview_begun_at", "preview_width", "has_clip")


class Outcome(StrEnum):
    """What became of one file."""

    MOVED = "moved"
    #: A worker is making its previews: another try is needed.
    BUSY = "busy"
    FAILED = "failed"


def list_to_move(session: Session, target: str) -> list[StoredRow]:
    """Return what is not at the target yet."""
    return [found for found in list_rows(session) if found.row.storage_backend != target]


def move(session: Session, found: StoredRow, target: str) -> Outcome:
    """Copy a file and its previews, then have its row name the target. Commits. Raises `StorageUnavailable`.

    A file that is missing, or not what it was, stays where it is.
    """
    media = _read_row(session, found)
    session.rollback()
    if media is None or media.storage_backend == target:
        return Outcome.MOVED
    if _is_claimed(media):
        return Outcome.BUSY
    source = stores[media.storage_backend]
    try:
        _copy_previews(source, stores[target], media.storage_path)
        stores[target].save(media.storage_path, read_checked(source, media))
    except (StoredFileNotFound, ChecksumDiffers) as error:
        log.warning("%s can't be moved: %s", media.storage_path, type(error).__name__)
        return Outcome.FAILED
    return _change_row(session, found, media, target)


def clean_up(session: Session, target: str) -> int:
    """Delete from the other stores what rows name at the target; return how many files that were."""
    at_target = {
        stem_of(found.row.storage_path) for found in list_rows(session) if found.row.storage_backend == target
    }
    deleted = 0
    for store in stores:
        if store.name == target:
            continue
        for keys in _batches(object_.key for object_ in store.objects() if stem_of(object_.key) in at_target):
            store.delete_many(keys)
            deleted += len(keys)
    return deleted


def _read_row(session: Session, found: StoredRow, is_locked: bool = False) -> Row[Any] | None:
    query = select(found.table).where(found.table.c.id == found.row.id)
    return session.execute(query.with_for_update() if is_locked else query).one_or_none()


def _is_claimed(media: Row[Any]) -> bool:
    begun_at = media.preview_begun_at
    return begun_at is not None and utc_now() - begun_at < CLAIM + timedelta(seconds=1)


def _copy_previews(source: Storage, target: Storage, key: str) -> None:
    for preview in source.objects(preview_prefix(key)):
        with source.open(preview.key) as file:
            target.save(preview.key, iter(lambda file=file: file.read(BLOCK_BYTES), b""))  # type: ignore[misc]


def _change_row(session: Session, found: StoredRow, copied: Row[Any], target: str) -> Outcome:
    table = found.table
    with write_transaction(session):
        now = _read_row(session, found, is_locked=True)
        if now is None:  # deleted meanwhile: what was copied is nobody's
            _delete_copy(stores[target], copied.storage_path)
            return Outcome.MOVED
        if any(getattr(now, name) != getattr(copied, name) for name in _PREVIEW_STATE):
            return Outcome.BUSY
        session.execute(update(table).where(table.c.id == now.id).values(storage_backend=target))
        if table is MEDIA:
            moved = _read_row(session, found)
            assert moved is not None
            entry = events.describe(
                EventType.UPDATED, moved, SYSTEM, events.Sight.of(moved), ["storage_backend"]
            )
            events.record(session.connection(), entry)
    return Outcome.MOVED


def _delete_copy(target: Storage, key: str) -> None:
    try:
        target.delete_many([key, *(found.key for found in target.objects(preview_prefix(key)))])
    except MediaWebError as error:
        log.warning("a copy of %s is left over: %s", key, error.code)


def _batches(keys: Iterator[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for key in keys:
        batch.append(key)
        if len(batch) == DELETED_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
