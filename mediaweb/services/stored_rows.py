"""What the database says of stored files, of the library and of its trash alike, and whose a key is."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, Table, select, union_all
from sqlalchemy.orm import Session

from mediaweb.concurrency import read_ahead
from mediaweb.models import DirectUpload, UploadState
from mediaweb.models.media import MEDIA
from mediaweb.models.trash import TRASHED_MEDIA
from mediaweb.storage import Storage
from mediaweb.storage.keys import PREVIEWS

TABLES: tuple[Table, ...] = (MEDIA, TRASHED_MEDIA)
BATCH_SIZE = 1000
BLOCK_BYTES = 1024 * 1024
_NAMES = ("id", "storage_path", "storage_backend", "file_size", "checksum")


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row, and which table it is in."""

    table: Table
    row: Row[Any]


class ChecksumDiffers(Exception):
    """The bytes are not those that were stored."""


def list_rows(session: Session) -> Iterator[StoredRow]:
    """Yield every row of both tables, in batches that hold no transaction open."""
    for table in TABLES:
        query: Select[Any] = (
            select(*(table.c[name] for name in _NAMES)).order_by(table.c.id).limit(BATCH_SIZE)
        )
        last_id = 0
        while rows := session.execute(query.where(table.c.id > last_id)).all():
            session.rollback()
            yield from (StoredRow(table, row) for row in rows)
            last_id = rows[-1].id


def list_stems(session: Session) -> set[tuple[str, str]]:
    """Return the store and the stem of every row, as they are at one moment: rows move between the tables."""
    queries = (select(table.c.storage_backend, table.c.storage_path) for table in TABLES)
    rows = session.execute(union_all(*queries)).all()
    session.rollback()
    return {(row.storage_backend, stem_of(row.storage_path)) for row in rows}


def list_arriving(session: Session) -> set[str]:
    """Return the keys of files that are on their way straight to the store, or wait to be looked at there."""
    on_the_way = DirectUpload.state.in_((UploadState.OPEN, UploadState.VERIFYING))
    keys = set(session.scalars(select(DirectUpload.storage_path).where(on_the_way)))
    session.rollback()
    return keys


def stem_of(key: str) -> str:
    """Return what a file's key and those of its previews have in common: the date and the UUID."""
    return key.removeprefix(f"{PREVIEWS}/").partition("_")[0]


def preview_prefix(key: str) -> str:
    """Return how the keys of a file's previews begin."""
    return f"{PREVIEWS}/{stem_of(key)}_"


def read_checked(store: Storage, row: Row[Any]) -> Iterator[bytes]:
    """Yield a file's bytes. Raises `ChecksumDiffers` at the end if they are not what the row says."""
    digest = hashlib.sha256()
    with store.open(row.storage_path) as file:
        for block in read_ahead(file, BLOCK_BYTES):
            digest.update(block)
            yield block
    if row.checksum != f"sha256:{digest.hexdigest()}":
        raise ChecksumDiffers
