"""How connections to either database behave."""

import sqlite3
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event

from mediaweb.errors import DatabaseUnavailable

BUSY_TIMEOUT_SECONDS = 10


def engine_options(database_uri: str) -> dict[str, Any]:
    """Return SQLAlchemy's engine options for a database."""
    if database_uri.startswith("sqlite"):
        return {
            "hide_parameters": True,
            "connect_args": {"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        }
    return {
        "hide_parameters": True,  # hashes of passwords and what people wrote stay out of the log
        "pool_pre_ping": True,
        "pool_size": 10,
        "max_overflow": 20,
        "connect_args": {"connect_timeout": 5},
    }


def prepare_engine(engine: Engine) -> None:
    """Make every new connection of a SQLite engine durable and honest; PostgreSQL needs nothing."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite_connection)


def relax_durability(engine: Engine) -> None:
    """Let commits be lost in a power cut, but never torn: for a process whose work can be done again."""
    event.listen(engine, "connect", _relax_sqlite if engine.dialect.name == "sqlite" else _relax_postgresql)


def data_version(engine: Engine) -> int | None:
    """Return a number that differs once anybody has committed to a SQLite database, None for PostgreSQL.

    A connection of its own that changes nothing hears of every other connection's commits, those of other
    processes too (sqlite.org, `PRAGMA data_version`), in microseconds. Raises `DatabaseUnavailable`.
    """
    if engine.dialect.name != "sqlite":
        return None
    try:
        version: int = _watcher(engine).execute("PRAGMA data_version").fetchone()[0]
    except sqlite3.Error as error:
        _close_watcher(engine)
        raise DatabaseUnavailable from error
    return version


_watchers: WeakKeyDictionary[Engine, sqlite3.Connection] = WeakKeyDictionary()


def _watcher(engine: Engine) -> sqlite3.Connection:
    watcher = _watchers.get(engine)
    if watcher is None:
        watcher = sqlite3.connect(engine.url.database or "", check_same_thread=False, isolation_level=None)
        _watchers[engine] = watcher
        event.listen(engine, "engine_disposed", _close_watcher)
    return watcher


def _close_watcher(engine: Engine) -> None:
    watcher = _watchers.pop(engine, None)
    if watcher is not None:
        watcher.close()


def _prepare_sqlite_connection(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode = WAL",  # readers and one writer at a time, side by side
        "synchronous = FULL",  # what was acknowledged survives a power cut
        "foreign_keys = ON",
        "wal_autocheckpoint = 4000",  # in pages: 16 MiB of log between two tidyings of the database
        "cache_size = -65536",  # in KiB: the indexes of 100,000 rows stay in memory
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("fold_case", 1, _fold_unless_unset, deterministic=True)


def _relax_sqlite(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


def _relax_postgresql(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    connection.commit()


def fold_case(text: str) -> str:
    """Return what two texts have in common that differ in case only, in any script.

    Lower case alone would keep "ß" from "SS" and "ς" from "σ", upper case alone "ẞ" from "SS".
    """
    return text.lower().upper()


def _fold_unless_unset(text: str | None) -> str | None:
    return None if text is None else fold_case(text)
