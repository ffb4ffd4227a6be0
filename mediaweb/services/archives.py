"""Many media as one zip, written while it is sent: no temporary file, and no more memory for more of it.

Media are compressed already, so they are stored as they are, and the archive's size is known before its
first byte. That size is a promise: once sending has begun, nothing can be left out any more. So every file
is looked for before; those that are missing are left out, and an entry "Missing files.txt" names them. If
one disappears or can't be read later, the stream ends with that error, short of the promised size: the
connection breaks, and the client sees a failed download rather than an archive that lacks something.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session
from zipstream import ZipStream

from mediaweb.concurrency import read_ahead, run_at_once
from mediaweb.errors import MediaNotFound, StoredFileNotFound
from mediaweb.extensions import stores
from mediaweb.models.media import MEDIA
from mediaweb.models.types import MAX_ID, utc_now
from mediaweb.services import access
from mediaweb.services.access import Actor
from mediaweb.services.archive_names import unique_names
from mediaweb.services.bulk import check_ids
from mediaweb.storage import Storage

MISSING_FILES = "Missing files.txt"
BLOCK_BYTES = 256 * 1024
#: A bucket is asked for a thousand files in a second or two.
LOOKUPS_AT_ONCE = 16
#: How what precedes an entry, and what the directory says of it, begin, and where in it the date is
#: (PKWARE's APPNOTE.TXT, 4.3.7 and 4.3.12).
LOCAL_HEADER = (b"PK\x03\x04", 10)
DIRECTORY_HEADER = (b"PK\x01\x02", 12)
_NEEDED = ("id", "filename", "storage_path", "storage_backend", "file_size", "created_at")

Open = Callable[[str, int, int | None], BinaryIO]


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive: `size_bytes` are known before `content`, its blocks, is begun."""

    name: str
    size_bytes: int
    created_at: datetime
    content: Iterator[bytes]


class Archive:
    """A zip that can be read once, by iterating over it; it needs neither database nor application then.

    Raises what opening and reading the stored files raises, and `RuntimeError` for one that is too short.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._dates = [_dos_date(entry.created_at) for entry in entries]
        self._zip = ZipStream(sized=True)
        for entry in entries:
            self._zip.add(entry.content, entry.name, size=entry.size_bytes)

    @property
    def size_bytes(self) -> int:
        """How long the whole archive is going to be."""
        return len(self._zip)

    def __iter__(self) -> Iterator[bytes]:
        # The library dates what is no file of this machine with the time of writing.
        for date in self._dates:
            entry = self._zip.file()
            yield _put_date(next(entry), LOCAL_HEADER, date)
            yield from entry
        directory = self._zip.footer()
        for date in self._dates:
            yield _put_date(next(directory), DIRECTORY_HEADER, date)
        yield from directory


def make_archive(session: Session, media_ids: Iterable[int], actor: Actor) -> Archive:
    """Return the archive of those of the media that are there and that the actor may see, by id.

    Raises `InvalidInput` for none or too many ids, `MediaNotFound` or `StoredFileNotFound` where nothing is
    left, `AuthenticationRequired`, and what opening stored files raises.
    """
    found = _select(session, check_ids(media_ids), actor)
    if not found:
        raise MediaNotFound
    places = [(stores[media.storage_backend], media.storage_path) for media in found]
    looked_for = list(zip(found, run_at_once(_is_stored, places, LOOKUPS_AT_ONCE), strict=True))
    stored = [media for media, is_stored in looked_for if is_stored]
    missing = [media.filename for media, is_stored in looked_for if not is_stored]
    if not stored:
        raise StoredFileNotFound
    *names, name_of_list = unique_names([*(media.filename for media in stored), MISSING_FILES])
    entries = [_make_entry(name, media) for name, media in zip(names, stored, strict=True)]
    return Archive([*entries, _list_missing(name_of_list, missing)] if missing else entries)


def _select(session: Session, ids: set[int], actor: Actor) -> Sequence[Row[Any]]:
    possible = [media_id for media_id in ids if 0 < media_id <= MAX_ID]  # no database could hold another
    query: Select[Any] = (
        select(*(MEDIA.c[name] for name in _NEEDED))
        .where(MEDIA.c.id.in_(possible), access.visible_media(actor, is_by_creation=False))
        .order_by(MEDIA.c.id)
    )
    return session.execute(query).all()


def _is_stored(place: tuple[Storage, str]) -> bool:
    store, key = place
    try:
        store.size_bytes(key)
    except StoredFileNotFound:
        return False
    return True


def _make_entry(name: str, media: Row[Any]) -> Entry:
    content = _read(stores[media.storage_backend].open, media.storage_path, media.file_size)
    return Entry(name, media.file_size, media.created_at, content)


def _read(open_file: Open, key: str, size_bytes: int) -> Iterator[bytes]:
    with open_file(key, 0, size_bytes) as file:
        yield from read_ahead(file, BLOCK_BYTES)


def _list_missing(name: str, filenames: Sequence[str]) -> Entry:
    text = "\n".join(("These files are missing from the library’s storage:", "", *filenames, "")).encode()
    return Entry(name, len(text), utc_now(), iter([text]))


def _dos_date(moment: datetime) -> bytes:
    """Return a time as a zip holds it: without zone (we write UTC), to two seconds."""
    date = (moment.year - 1980) << 9 | moment.month << 5 | moment.day
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return struct.pack("<HH", time, date)


def _put_date(header: bytes, kind: tuple[bytes, int], date: bytes) -> bytes:
    signature, position = kind
    assert header.startswith(signature)
    return header[:position] + date + header[position + len(date) :]
