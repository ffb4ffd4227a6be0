"""Uploads that go straight to the store: announced here, sent there in parts, ended here.

What has arrived is nobody's until a worker has looked at it: see `arrived_uploads`.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mediaweb.errors import (
    DuplicateMedia,
    FileTooLarge,
    MediaWebError,
    NoDirectUpload,
    StorageUnavailable,
    UploadNotFound,
)
from mediaweb.extensions import queue, settings, stores
from mediaweb.models import DirectUpload, UploadState
from mediaweb.models.types import MAX_ID, utc_now
from mediaweb.queues import Job, Priority
from mediaweb.services import access, queries
from mediaweb.services.access import Actor
from mediaweb.services.changes import check_user_exists
from mediaweb.services.filenames import clean_filename
from mediaweb.services.incoming import AltText, Description, Text, UserId
from mediaweb.services.numbers import AS_JSON_MEANS_IT
from mediaweb.services.secret_texts import hash_secret, make_secret
from mediaweb.services.tag_names import Tags
from mediaweb.services.transactions import write_transaction
from mediaweb.storage.keys import make_key
from mediaweb.storage.parts import PartedUpload

log = logging.getLogger(__name__)

#: For so long an upload may take, and what became of it is told.
LIFETIME = timedelta(hours=24)
#: What is kept for the media to be.
SAID = {"description", "alt_text", "tags", "is_public"}
#: How many are let go of at once.
BATCH_SIZE = 200


class UploadAnnouncement(BaseModel):
    """A file that is to be brought to the store, and what is said about it."""

    model_config = ConfigDict(extra="forbid")

    filename: Annotated[Text, Field(min_length=1, max_length=1_000)] = Field(description="Its name.")
    file_size: Annotated[int, Field(ge=1, le=MAX_ID, strict=True), AS_JSON_MEANS_IT] = Field(
        description="Its exact length in bytes."
    )
    mime_type: Annotated[Text, Field(max_length=200)] | None = Field(
        None, description="What its sender takes it for; what it is is found in its content."
    )
    checksum: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = Field(
        None, description="What its content has to have, or it is refused."
    )
    description: Description | None = None
    alt_text: AltText | None = None
    tags: Tags = Field((), description="Up to 50 names of up to 64 characters.")
    user_id: Annotated[UserId, Field(strict=True), AS_JSON_MEANS_IT] | None = Field(
        None, description="The owner's id."
    )
    is_public: bool = Field(False, strict=True, description="Whether everyone may see it.")
    keep_duplicate: bool = Field(
        True, strict=True, description="Whether to store content that the library has already."
    )


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload as who began it sees it: `part_urls` are where to send its parts, while it is open."""

    secret: str
    row: DirectUpload
    part_bytes: int
    part_urls: list[str]


def is_offered() -> bool:
    """Tell whether files may go straight to the store: it is a bucket, and takes them as they are."""
    return stores.direct is not None and not settings.strip_location


def begin(session: Session, announced: UploadAnnouncement, actor: Actor) -> Begun:
    """Announce a file. Commits.

    Raises `NoDirectUpload`, `FileTooLarge`, `DuplicateMedia`, `InvalidInput`, `StorageFull`,
    `StorageUnavailable` and what `access` raises.
    """
    access.check_can_upload(actor)
    direct = stores.direct
    if direct is None or not is_offered():
        raise NoDirectUpload
    if announced.file_size > settings.max_file_size:
        raise FileTooLarge(settings.max_file_size)
    owner_id = access.choose_owner(actor, announced.user_id)
    check_user_exists(session, owner_id)
    if announced.checksum is not None and not announced.keep_duplicate:
        refuse_duplicate(session, announced.checksum, actor)
    session.rollback()  # the store may take its time
    filename, now = clean_filename(announced.filename), utc_now()
    parted = direct.begin(make_key(filename, now), announced.file_size)
    secret = make_secret()
    details = announced.model_dump(include=SAID) | {"user_id": owner_id}
    row = DirectUpload(
        secret_hash=hash_secret(secret),
        state=UploadState.OPEN,
        actor_id=actor.user_id,
        storage_path=parted.key,
        store_id=parted.store_id,
        filename=filename,
        details=orjson.dumps(details).decode(),
        keeps_duplicate=announced.keep_duplicate,
        created_at=now,
        expires_at=now + LIFETIME,
        **announced.model_dump(include={"file_size", "mime_type", "checksum"}),
    )
    with write_transaction(session):
        session.add(row)
    return _describe(secret, row)


def get(session: Session, secret: str, actor: Actor) -> Begun:
    """Return an upload that the actor has begun, with fresh addresses. Raises `UploadNotFound`."""
    return _describe(secret, _find(session, secret, actor))


def complete(session: Session, secret: str, actor: Actor) -> Begun:
    """End an upload whose parts have all arrived: a worker looks at it. Commits. Once more does nothing.

    Raises `PartsMissing`, `UploadNotFound`, `StorageFull` and `StorageUnavailable`.
    """
    row = _find(session, secret, actor)
    session.rollback()  # the store may take its time
    if row.state == UploadState.OPEN:
        direct = stores.direct
        if direct is None:
            raise StorageUnavailable
        direct.complete(_parted(row))
        is_open = (
            DirectUpload.secret_hash == row.secret_hash,
            DirectUpload.state == UploadState.OPEN,
        )
        with write_transaction(session):
            session.execute(update(DirectUpload).where(*is_open).values(state=UploadState.VERIFYING))
        enqueue(row.secret_hash)
        row = _find(session, secret, actor)
    return _describe(secret, row)


def cancel(session: Session, secret: str, actor: Actor) -> None:
    """Let go of an upload and of its parts. Commits. One that is complete goes on.

    Raises `UploadNotFound` and `StorageUnavailable`.
    """
    row = _find(session, secret, actor)
    session.rollback()
    if row.state == UploadState.OPEN:
        _drop(session, row)


def forget(session: Session) -> None:
    """Let go of uploads that nobody has ended within a day, and of what became of the others. Commits."""
    if session.scalar(select(DirectUpload.secret_hash).limit(1)) is None:
        return
    over = select(DirectUpload).where(
        DirectUpload.expires_at < utc_now(), DirectUpload.state != UploadState.VERIFYING
    )
    rows = session.scalars(over.limit(BATCH_SIZE)).all()
    session.expunge_all()
    session.rollback()
    for row in rows:
        try:
            _drop(session, row)
        except MediaWebError as error:
            log.warning("an upload that was not ended is left for later: %s", error)
            return


def enqueue(secret_hash: str) -> None:
    """Have a worker look at what has arrived; if the queue can't be reached, a later look finds it."""
    try:
        queue.add(Job.VERIFY_UPLOAD, secret_hash, priority=Priority.NOW)
    except MediaWebError:
        log.warning("the queue can't be reached: an upload is looked at later")


def refuse_duplicate(session: Session, checksum: str, actor: Actor) -> None:
    """Raise `DuplicateMedia` for content that the actor can see in the library already."""
    media_id = queries.find_by_checksum(session, checksum, actor)
    if media_id is not None:
        raise DuplicateMedia(media_id)


def read_problem(row: DirectUpload) -> dict[str, Any] | None:
    """Return why an upload was refused, as the API tells it."""
    return None if row.problem is None else orjson.loads(row.problem)


def _parted(row: DirectUpload) -> PartedUpload:
    return PartedUpload(row.storage_path, row.store_id, row.file_size)


def _find(session: Session, secret: str, actor: Actor) -> DirectUpload:
    access.check_can_upload(actor)
    row = session.get(DirectUpload, hash_secret(secret), populate_existing=True)
    if row is None or row.actor_id != actor.user_id:
        raise UploadNotFound
    session.expunge(row)
    return row


def _describe(secret: str, row: DirectUpload) -> Begun:
    direct = stores.direct
    urls = (
        direct.part_urls(_parted(row), settings.url_expiry_seconds)
        if direct is not None and row.state == UploadState.OPEN
        else []
    )
    return Begun(secret, row, _parted(row).part_bytes, urls)


def _drop(session: Session, row: DirectUpload) -> None:
    if row.state == UploadState.OPEN and stores.direct is not None:
        stores.direct.abort(_parted(row))
    with write_transaction(session):
        session.execute(delete(DirectUpload).where(DirectUpload.secret_hash == row.secret_hash))
