"""Looks at what was brought straight to the store, before it becomes a media: is it what was announced?"""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from mediaweb.errors import (
    DatabaseUnavailable,
    DuplicateMedia,
    Forbidden,
    MediaWebError,
    StorageUnavailable,
    StoredFileNotFound,
    UploadDiffers,
)
from mediaweb.extensions import queue, stores
from mediaweb.models import DirectUpload, Role, UploadState, User
from mediaweb.models.media import MEDIA
from mediaweb.models.types import utc_now
from mediaweb.services import access
from mediaweb.services.access import ANONYMOUS, Actor
from mediaweb.services.arrivals import Arrival, accept_type, register_arrival
from mediaweb.services.changes import check_user_exists
from mediaweb.services.direct_uploads import enqueue, refuse_duplicate
from mediaweb.services.incoming import Intake, read_chunks, take_head
from mediaweb.services.media_types import SNIFF_BYTES
from mediaweb.services.transactions import write_transaction

log = logging.getLogger(__name__)

#: Where they are brought, whatever new files go by now.
BACKEND = "s3"
#: Who says nothing for so long has died over it.
CLAIM = timedelta(minutes=3)
#: How often who reads a long file says that it still does, in seconds.
SAY_SECONDS = 30.0
MAX_RESUMED = 1000

_Row = DirectUpload


def verify(session: Session, secret_hash: str) -> None:
    """Make an upload that has arrived a media, or delete it and note why. Commits.

    Its bytes are read once, by this process. Raises `StorageUnavailable` and the database's errors: then it
    is looked at again later.
    """
    row = _claim(session, secret_hash)
    if row is None:  # somebody else is at it, or was
        return
    try:
        media_id = _find_media(session, row) or _take_in(session, row)
    except (StorageUnavailable, DatabaseUnavailable):
        _note(session, row, begun_at=None)
        raise
    except MediaWebError as error:
        _refuse(session, row, error)
    else:
        _note(session, row, state=UploadState.STORED, media_id=media_id)


def resume(session: Session) -> None:
    """Have looked at what has arrived and nobody is at, if the queue has run empty. Does not wait for it.

    Raises `QueueUnavailable`.
    """
    if queue.count():
        return
    verifying = select(_Row.secret_hash).where(_Row.state == UploadState.VERIFYING, _is_free())
    waiting = session.scalars(verifying.limit(MAX_RESUMED)).all()
    session.rollback()
    for secret_hash in waiting:
        enqueue(secret_hash)


def _is_free() -> Any:
    return or_(_Row.begun_at.is_(None), _Row.begun_at < utc_now() - CLAIM)


def _claim(session: Session, secret_hash: str) -> DirectUpload | None:
    mine = (_Row.secret_hash == secret_hash, _Row.state == UploadState.VERIFYING, _is_free())
    with write_transaction(session):
        claim = update(_Row).where(*mine).values(begun_at=utc_now())
        claimed = session.scalars(claim.returning(_Row)).first()
        if claimed is not None:
            session.expunge(claimed)
    return claimed


def _find_media(session: Session, row: DirectUpload) -> int | None:
    """Return the media that a worker has made of it that died then."""
    found: int | None = session.scalar(select(MEDIA.c.id).where(MEDIA.c.storage_path == row.storage_path))
    session.rollback()
    return found


def _take_in(session: Session, row: DirectUpload) -> int:
    actor = _find_actor(session, row)
    details = orjson.loads(row.details)
    check_user_exists(session, details["user_id"])
    session.rollback()
    store = stores[BACKEND]
    with store.open(row.storage_path) as file:
        chunks = _while_claimed(session, row, read_chunks(file))
        head, taken = take_head(chunks, SNIFF_BYTES)
        detected = accept_type(head, row.filename, row.mime_type)
        intake = Intake(max_bytes=None)
        for _ in intake.measure(chain(taken, chunks)):
            pass
    _compare(row, intake)
    if not row.keeps_duplicate:
        refuse_duplicate(session, intake.checksum, actor)
    arrived = Arrival(row.filename, row.storage_path, store.name, detected, intake, utc_now())
    details["tags"] = tuple(details["tags"])
    media_id: int = register_arrival(session, arrived, details, actor, keeps_file=True).id
    return media_id


def _find_actor(session: Session, row: DirectUpload) -> Actor:
    """Return who began it, with the rights they have now. Raises what `access` raises."""
    user = None if row.actor_id is None else session.get(User, row.actor_id)
    if row.actor_id is not None and (user is None or not user.is_active):
        raise Forbidden("The account that began this upload is closed.")
    actor = ANONYMOUS if user is None else Actor(user.id, Role(user.role))
    access.check_can_upload(actor)
    return actor


def _while_claimed(session: Session, row: DirectUpload, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass the chunks on, and say now and then that somebody is at it."""
    said_at = time.monotonic()
    for chunk in chunks:
        yield chunk
        if time.monotonic() - said_at > SAY_SECONDS:
            said_at = time.monotonic()
            _note(session, row, begun_at=utc_now())


def _compare(row: DirectUpload, intake: Intake) -> None:
    if intake.size_bytes != row.file_size:
        raise UploadDiffers(
            f"The file has {intake.size_bytes:,} bytes; {row.file_size:,} were announced. It was deleted."
        )
    if row.checksum is not None and intake.checksum != row.checksum:
        raise UploadDiffers(
            f"The file's checksum is {intake.checksum}; {row.checksum} was announced. It was deleted."
        )


def _refuse(session: Session, row: DirectUpload, error: MediaWebError) -> None:
    """Delete the bytes, then note why: who dies in between looks at it again."""
    try:
        stores[BACKEND].delete(row.storage_path)
    except StoredFileNotFound:
        log.info("an upload that is refused is gone already: %s", row.storage_path)
    problem = orjson.dumps({"detail": error.detail, "code": error.code}).decode()
    media_id = error.media_id if isinstance(error, DuplicateMedia) else None
    _note(session, row, state=UploadState.REFUSED, problem=problem, media_id=media_id)


def _note(session: Session, row: DirectUpload, **values: Any) -> None:
    with write_transaction(session):
        session.execute(update(_Row).where(_Row.secret_hash == row.secret_hash).values(**values))
