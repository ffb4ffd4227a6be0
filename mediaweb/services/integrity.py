"""Whether every row has its bytes and all bytes have their row."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediaweb.errors import StorageUnavailable, StoredFileNotFound
from mediaweb.extensions import stores
from mediaweb.models.types import utc_now
from mediaweb.services.stored_rows import (
    ChecksumDiffers,
    StoredRow,
    list_arriving,
    list_rows,
    list_stems,
    read_checked,
    stem_of,
)
from mediaweb.services.transactions import write_transaction
from mediaweb.storage import Storage, StoredObject

Progress = Callable[[Iterable[StoredRow], int], Iterable[StoredRow]]


class Problem(StrEnum):
    """What can be wrong with a stored file."""

    MISSING = "missing"
    WRONG_SIZE = "wrong_size"
    WRONG_CHECKSUM = "wrong_checksum"
    #: Its bytes are there, but in the other store than its row says.
    MISPLACED = "misplaced"
    #: Nobody's bytes: left by a crash, or by somebody else.
    ORPHAN = "orphan"
    #: An upload in parts that was never ended.
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem; `media_id` is None for what belongs to no row."""

    problem: Problem
    backend: str
    key: str
    media_id: int | None = None
    is_repaired: bool = False


@dataclass(slots=True)
class Report:
    """What a check has found."""

    rows: int = 0
    objects: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong any more."""
        return all(finding.is_repaired for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "is_clean": self.is_clean}


def check_storage(
    session: Session, grace: timedelta, *, is_deep: bool, repairs: bool, progress: Progress
) -> Report:
    """Compare the rows with what the stores have; bytes younger than `grace` may be on their way to a row.

    `is_deep` reads every file. `repairs` deletes what is nobody's, and corrects rows whose bytes are in the
    other store; what is missing or damaged it can't bring back. Commits then. Raises `StorageUnavailable`.
    """
    report = Report()
    # Rows first: what is uploaded meanwhile is an orphan too young to count, not a row without its bytes.
    rows = list(list_rows(session))
    session.rollback()
    report.rows = len(rows)
    used = {found.row.storage_backend for found in rows} | {stores.current.name}
    listed = {store.name: list(store.objects()) for store in stores if store.name in used}
    report.objects = sum(map(len, listed.values()))
    sizes: dict[tuple[str, str], int] = {
        (name, found.key): found.size_bytes for name, objects in listed.items() for found in objects
    }
    for found in progress(rows, len(rows)):
        problem = _check_row(session, found, sizes, is_deep)
        if problem is not None:
            is_repaired = repairs and problem is Problem.MISPLACED and _correct_row(session, found)
            row = found.row
            report.findings.append(
                Finding(problem, row.storage_backend, row.storage_path, row.id, is_repaired)
            )
    # Last, and in this order: what was on its way has a row by now, or still is, and is nobody's orphan.
    arriving = list_arriving(session)
    stems = list_stems(session)
    latest = utc_now() - grace
    for store in stores:
        mine = [found for found in listed.get(store.name, []) if found.key not in arriving]
        report.findings += _delete_orphans(store, _find_orphans(store, mine, stems, latest), repairs)
    report.findings += _find_unfinished(arriving, latest, repairs)
    return report


def _check_row(
    session: Session, found: StoredRow, sizes: dict[tuple[str, str], int], is_deep: bool
) -> Problem | None:
    row = found.row
    size = sizes.get((row.storage_backend, row.storage_path))
    if size is None:
        return _look_again(session, found)
    if size != row.file_size:
        return Problem.WRONG_SIZE
    return _check_content(found, row.storage_backend) if is_deep else None


def _look_again(session: Session, found: StoredRow) -> Problem | None:
    """Tell what is wrong with a row whose bytes were not listed, unless it is gone or has changed since."""
    row, table = found.row, found.table
    query = select(table.c.storage_backend).where(table.c.id == row.id)
    backend = session.scalar(query)
    session.rollback()
    if backend != row.storage_backend:
        return None
    try:
        stores[row.storage_backend].size_bytes(row.storage_path)
    except StoredFileNotFound:
        return Problem.MISPLACED if _other_place(found) else Problem.MISSING
    return None


def _check_content(found: StoredRow, backend: str) -> Problem | None:
    try:
        for _ in read_checked(stores[backend], found.row):
            pass
    except ChecksumDiffers:
        return Problem.WRONG_CHECKSUM
    except StoredFileNotFound:  # deleted meanwhile
        return None
    return None


def _other_place(found: StoredRow) -> Storage | None:
    """Return another store that has exactly the row's bytes."""
    for store in stores:
        if store.name == found.row.storage_backend:
            continue
        try:
            is_same_size = store.size_bytes(found.row.storage_path) == found.row.file_size
        # Those that rows need have just been listed; this one nobody uses: a folder that was never made.
        except (StoredFileNotFound, StorageUnavailable):
            continue
        if is_same_size and _check_content(found, store.name) is None:
            return store
    return None


def _correct_row(session: Session, found: StoredRow) -> bool:
    store = _other_place(found)
    if store is None:
        return False
    table = found.table
    with write_transaction(session):
        where = (table.c.id == found.row.id, table.c.storage_backend == found.row.storage_backend)
        session.execute(update(table).where(*where).values(storage_backend=store.name))
    return True


def _find_orphans(
    store: Storage, listed: list[StoredObject], stems: set[tuple[str, str]], latest: datetime
) -> list[StoredObject]:
    return [
        found
        for found in listed
        if found.modified_at < latest and (store.name, stem_of(found.key)) not in stems
    ]


def _delete_orphans(store: Storage, orphans: list[StoredObject], repairs: bool) -> list[Finding]:
    if repairs and orphans:
        store.delete_many(found.key for found in orphans)
    return [Finding(Problem.ORPHAN, store.name, found.key, None, repairs) for found in orphans]


def _find_unfinished(arriving: set[str], latest: datetime, repairs: bool) -> Iterator[Finding]:
    if stores.s3 is None or stores.s3 is not stores.current:
        return
    for begun in list(stores.s3.unfinished()):
        if begun.begun_at < latest and begun.key not in arriving:
            if repairs:
                stores.s3.abort(begun)
            yield Finding(Problem.UNFINISHED, stores.s3.name, begun.key, None, repairs)
