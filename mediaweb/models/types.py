"""Column types that mean the same on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

#: The largest id either database can hold.
MAX_ID = 2**63 - 1

#: SQLite counts rowids only for a column declared INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

#: Text that sorts and compares by code point on every database and in every locale.
PlainText = Text().with_variant(Text(collation="C"), "postgresql")


class Names(TypeDecorator[tuple[str, ...]]):
    """A short list of texts, stored as JSON."""

    impl = PlainText
    cache_ok = True

    @property
    def python_type(self) -> type[tuple[str, ...]]:
        return tuple

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else orjson.dumps(value).decode()

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], tuple[str, ...]]:  # noqa: ARG002
        return _read_names


def utc_now() -> datetime:
    """Return the current time, in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC with microseconds and always read back as UTC.

    SQLite has no such type: there it is ISO 8601 text of fixed length, so that text sorts as time, and with
    its offset, so that Python reads it back in one step.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return format_for_sqlite(value) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        return _read_text if dialect.name == "sqlite" else _read_moment


def format_for_sqlite(value: datetime) -> str:
    """Return a moment in UTC as SQLite keeps it."""
    return value.isoformat(" ", "microseconds")


def _read_names(value: str | None) -> tuple[str, ...]:
    return () if value is None or value == "[]" else tuple(orjson.loads(value))


def _read_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _read_moment(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)
