"""Write transactions that read first, and what a failing database means to a caller."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from mediaweb.errors import DatabaseUnavailable, MediaWebError, StorageFull

#: SQLite's names (the second: no room for the index of its log) and PostgreSQL's code for a full disk.
_NO_ROOM = frozenset({"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "53100"})


@contextmanager
def write_transaction(session: Session) -> Iterator[None]:
    """Run a block in which what is read stays true until it is written. Commits, or rolls back and raises.

    PostgreSQL locks the rows that are read `FOR UPDATE`; SQLite has one lock for the whole database, taken
    here rather than at the first write, which would fail had another process written in between.
    """
    session.rollback()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("BEGIN IMMEDIATE"))
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def translate_database_error(error: Exception) -> MediaWebError | None:
    """Return the failure of a full, locked or absent database in a caller's words; None for a bug of ours."""
    if isinstance(error, PoolTimeoutError):
        return DatabaseUnavailable()
    if not isinstance(error, DBAPIError):
        return None
    reason = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    if reason in _NO_ROOM:
        return StorageFull()
    return (
        DatabaseUnavailable() if isinstance(error, OperationalError) or error.connection_invalidated else None
    )
