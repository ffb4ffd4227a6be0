"""The library's verbs: upload, look up, filter, change and delete media."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, BinaryIO

from sqlalchemy.orm import Session, scoped_session

from mediaweb.errors import DuplicateMedia, InvalidInput, MediaNotFound
from mediaweb.extensions import settings, storage, stores
from mediaweb.models import FileType, Media
from mediaweb.models.media import MEDIA_COLUMNS, PAGE_COLUMNS
from mediaweb.models.types import MAX_ID, utc_now
from mediaweb.services import access, events, queries, signed_links
from mediaweb.services.access import SYSTEM, Actor
from mediaweb.services.arrivals import Arrival, accept_type, register_arrival
from mediaweb.services.changes import (
    change_media,
    check_new_owner,
    check_user_exists,
    delete_stored_file,
    read_new_values,
    remove_media,
)
from mediaweb.services.filenames import clean_filename
from mediaweb.services.filters import QueryFilter
from mediaweb.services.incoming import (
    IncomingFile,
    Intake,
    MediaChanges,
    UploadDetails,
    read_chunks,
    take_head,
)
from mediaweb.services.locations import strip_location
from mediaweb.services.media_types import SNIFF_BYTES, DetectedType
from mediaweb.services.representations import MediaRow
from mediaweb.services.transactions import write_transaction
from mediaweb.storage.keys import make_key


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a filtered list, and how much there is in all."""

    data: Sequence[MediaRow]
    total: int
    limit: int
    offset: int

    @property
    def has_more(self) -> bool:
        return self.offset + len(self.data) < self.total


@dataclass(frozen=True, slots=True)
class Change:
    """A media as it is now, and the event of what was changed, if anything was: what `undo` takes."""

    media: Media
    event_id: int | None


class MediaService:
    """Acts on media for an actor; without one it acts for the system, which may do everything.

    Every method that changes something commits the change and its event together.
    """

    def upload_file(
        self,
        session: Session,
        file: BinaryIO,
        filename: str,
        *,
        mime_type: str | None = None,
        description: str | None = None,
        alt_text: str | None = None,
        tags: Sequence[str] = (),
        user_id: int | None = None,
        is_public: bool = False,
        created_at: datetime | None = None,
        actor: Actor = SYSTEM,
    ) -> MediaRow:
        """Store an open binary file of any size. Commits; raises as `receive` does.

        `created_at` (with its offset) is when it came, if that was not now.
        """
        details = UploadDetails(
            description=description,
            alt_text=alt_text,
            tags=tuple(tags),
            user_id=user_id,
            is_public=is_public,
        )
        incoming = IncomingFile(filename, read_chunks(file), lambda: details, mime_type, created_at)
        return self.receive(session, incoming, actor, max_bytes=None)

    def receive(
        self,
        session: Session,
        incoming: IncomingFile,
        actor: Actor,
        max_bytes: int | None,
        *,
        keeps_duplicate: bool = True,
    ) -> MediaRow:
        """Store a file as it arrives: its bytes first, then its row and event. Commits.

        Unless it `keeps_duplicate`, content that the actor can see in the library already is not stored
        again; what they can't see, they don't learn of.

        Raises `DuplicateMedia`, `FileTooLarge`, `FileTypeRefused`, `InvalidInput`, `StorageFull`,
        `StorageUnavailable` and what `access` raises; nothing of the file is kept then.
        """
        access.check_can_upload(actor)
        filename = clean_filename(incoming.filename)
        head, taken = take_head(incoming.chunks, SNIFF_BYTES)
        if not head:
            incoming.read_details()
            raise InvalidInput.at("body", "file", msg="The file is empty.", type="empty_file")
        detected = accept_type(head, filename, incoming.mime_type)
        now = utc_now()
        key = make_key(filename, now)
        intake = Intake(max_bytes)
        content = _choose_content(chain(taken, incoming.chunks), detected)
        checked = _check_on_the_way(session, incoming, content, intake, actor)
        storage.save(key, checked if keeps_duplicate else _refuse_duplicate(session, checked, intake, actor))
        arrived = Arrival(filename, key, storage.name, detected, intake, incoming.created_at or now)
        return register_arrival(session, arrived, intake.details.model_dump(), actor)

    def get_by_link(
        self, session: Session | scoped_session[Any], media_id: int, expires: int, signature: str
    ) -> MediaRow:
        """Return the media that a signed link is for. Raises `MediaNotFound` or `LinkExpired`."""
        media = queries.find(session, media_id)
        if media is None:
            raise MediaNotFound
        signed_links.check_signature(media, expires, signature)
        return media

    def get(self, session: Session | scoped_session[Any], media_id: int, actor: Actor = SYSTEM) -> MediaRow:
        """Return one media. Raises `MediaNotFound`, `AuthenticationRequired` or `Forbidden`."""
        media = queries.find(session, media_id)
        if media is None:
            access.check_may_look(actor)
            raise MediaNotFound
        access.check_can_see(actor, media)
        return media

    def get_page(self, session: Session, media_id: int, actor: Actor = SYSTEM) -> MediaRow:
        """Return one media with all that its page tells (`PAGE_COLUMNS`). Raises as `get` does."""
        self.get(session, media_id, actor)
        media = queries.find_more(session, media_id, PAGE_COLUMNS)
        if media is None:
            raise MediaNotFound
        access.check_can_see(actor, media)
        return media

    def filter(
        self,
        session: Session,
        query: QueryFilter,
        actor: Actor = SYSTEM,
        columns: queries.Columns = MEDIA_COLUMNS,
    ) -> Sequence[MediaRow]:
        """Return the part of the matching media that the query asks for, of those the actor may see."""
        return queries.select_page(session, query, actor, columns)

    def filter_paginated(
        self,
        session: Session,
        query: QueryFilter,
        actor: Actor = SYSTEM,
        columns: queries.Columns = MEDIA_COLUMNS,
    ) -> Page:
        """Return the same part together with how many match in all."""
        data = self.filter(session, query, actor, columns)
        if 0 < len(data) < query.limit:  # the last page tells the total by itself
            total = query.offset + len(data)
        else:
            total = self.count_filtered(session, query, actor)
        return Page(data, total, query.limit, query.offset)

    def count_filtered(self, session: Session, query: QueryFilter, actor: Actor = SYSTEM) -> int:
        """Return how many of the media that the actor may see match."""
        return queries.count(session, query, actor)

    def update(self, session: Session, media_id: int, changes: MediaChanges, actor: Actor = SYSTEM) -> Media:
        """Change the fields that are set in `changes`. Commits, unless every value was the same before.

        Raises `MediaNotFound`, `InvalidInput` and what `access` raises.
        """
        return self.change(session, media_id, changes, actor).media

    def change(self, session: Session, media_id: int, changes: MediaChanges, actor: Actor = SYSTEM) -> Change:
        """Do what `update` does, and return what undoes it."""
        values = read_new_values(changes)
        with write_transaction(session):
            media = _lock_for_change(session, media_id, actor)
            check_new_owner(session, values, actor)
            entry = change_media(session, media, values, actor)
            ids = events.record_many(session.connection(), [] if entry is None else [entry])
        return Change(media, ids[0] if ids else None)

    def delete(self, session: Session, media_id: int, actor: Actor = SYSTEM) -> None:
        """Remove a media, then its bytes. Commits. Raises `MediaNotFound` and what `access` raises."""
        with write_transaction(session):
            media = _lock_for_change(session, media_id, actor)
            events.record(session.connection(), remove_media(session, media, actor))
        delete_stored_file(media)

    def check_stored(self, media: MediaRow) -> None:
        """Raise `StoredFileNotFound` or `StorageUnavailable` unless a media's bytes can be had."""
        stores[media.storage_backend].size_bytes(media.storage_path)

    def open_file(self, media: MediaRow, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open the bytes of a media that `get` returned. Raises `StoredFileNotFound`."""
        return stores[media.storage_backend].open(media.storage_path, start, end)


def _lock_for_change(session: Session, media_id: int, actor: Actor) -> Media:
    access.check_may_look(actor)
    is_possible = 0 < media_id <= MAX_ID  # no database could hold another
    media = (
        session.get(Media, media_id, with_for_update=True, populate_existing=True) if is_possible else None
    )
    if media is None:
        raise MediaNotFound
    access.check_can_change(actor, media)
    return media


def _choose_content(chunks: Iterator[bytes], detected: DetectedType) -> Iterator[bytes]:
    """Return what is kept of a file: without its place, if that is wanted and the file may tell one."""
    may_tell = detected.file_type in (FileType.IMAGE, FileType.VIDEO)
    return strip_location(chunks) if settings.strip_location and may_tell else chunks


def _check_on_the_way(
    session: Session, incoming: IncomingFile, content: Iterator[bytes], intake: Intake, actor: Actor
) -> Iterator[bytes]:
    """Pass the content on; what the form says behind it is checked before the file is put in place."""
    yield from intake.measure(content)
    details = incoming.read_details()
    owner_id = access.choose_owner(actor, details.user_id)
    check_user_exists(session, owner_id)
    intake.details = details.model_copy(update={"user_id": owner_id})


def _refuse_duplicate(
    session: Session, content: Iterator[bytes], intake: Intake, actor: Actor
) -> Iterator[bytes]:
    """Pass the content on; once all of it was measured, raise `DuplicateMedia` if it is here already."""
    yield from content
    media_id = queries.find_by_checksum(session, intake.checksum, actor)
    if media_id is not None:
        raise DuplicateMedia(media_id)


media_service = MediaService()
