"""What was read from the database, remembered until anybody commits anything."""

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from mediaweb.extensions import db
from mediaweb.models.engine import data_version

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class RememberedUntilCommit(Generic[Key, Value]):
    """Values by key, for each database: a browser asks for the same things again and again.

    On SQLite only, which tells in microseconds whether anybody committed (`data_version`); on PostgreSQL
    every value is read anew. Values must not be changed by those who get them.
    """

    def __init__(self, max_entries: int) -> None:
        self._max_entries = max_entries
        self._known: WeakKeyDictionary[Any, tuple[int, dict[Key, Value]]] = WeakKeyDictionary()

    def get(self, key: Key, load: Callable[[Key], Value]) -> Value:
        """Return what `load` returns for the key, now or since the last commit."""
        engine = db.engine
        version = data_version(engine)
        if version is None:
            return load(key)
        known = self._known.get(engine)
        if known is None or known[0] != version or len(known[1]) >= self._max_entries:
            known = self._known[engine] = (version, {})
        if key not in known[1]:
            known[1][key] = load(key)
        return known[1][key]
