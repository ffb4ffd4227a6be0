"""Bring the database's schema up to date, once, however many processes start together."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from mediaweb.errors import StartupError

#: Any number that no other program locks on in the same PostgreSQL database: "mediaweb" in ASCII, cut to fit.
_ADVISORY_LOCK = 0x6D65646961776562
_MIGRATIONS = Path(__file__).parent.parent / "migrations"


def upgrade_schema(engine: Engine) -> bool:
    """Apply the migrations that are missing, under a lock; return whether there were any. Commits.

    Raises `StartupError` when the database can't be reached, is none, or is newer than this program.
    """
    try:
        with _migration_lock(engine):
            try:
                return _upgrade(engine)
            finally:  # the server may fork from here, and processes can't share a connection
                engine.dispose()
    except CommandError as error:
        raise StartupError(
            "The database was made by a newer version of mediaweb. Run that version, or restore a backup."
        ) from error
    except (DBAPIError, sqlite3.Error, OSError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        first_line = str(reason).partition("\n")[0]
        raise StartupError(f"The database can't be used (see DATABASE_URL): {first_line}") from error


def _upgrade(engine: Engine) -> bool:
    with engine.connect() as connection:
        if _is_current(connection):
            return False
        if connection.dialect.name == "sqlite":  # or each statement would commit by itself
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        command.upgrade(_alembic_config(connection), "head")
        connection.commit()
        return True


def _alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _is_current(connection: Connection) -> bool:
    current = MigrationContext.configure(connection).get_current_heads()
    connection.rollback()
    return set(current) == _heads()


@cache
def _heads() -> frozenset[str]:
    """Return the newest of our migrations; to know them, all are read."""
    return frozenset(ScriptDirectory(str(_MIGRATIONS)).get_heads())


@contextmanager
def _migration_lock(engine: Engine) -> Iterator[None]:
    """Let one process at a time open the database, migrate it and close it.

    SQLite needs that for the opening, too: the first switch to WAL and the last close each want the file for
    themselves and don't wait for it (sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY").
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.detach()  # so that closing it ends the session, and the lock with it
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _ADVISORY_LOCK})
            connection.commit()
            yield
        return
    path = Path(engine.url.database or "mediaweb")
    with path.with_name(f"{path.name}.migrate.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
