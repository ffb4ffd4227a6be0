"""The contract every storage backend keeps; the same tests run on each."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

BackendName = Literal["local", "s3"]


@dataclass(frozen=True, slots=True)
class Presentation:
    """What a store tells browsers of a file: the headers Content-Type and Content-Disposition."""

    content_type: str
    disposition: str


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One file as a store lists it; `modified_at` is in UTC."""

    key: str
    size_bytes: int
    modified_at: datetime


class Storage(Protocol):
    """Holds immutable files under keys.

    A missing key is always `StoredFileNotFound`, an unreachable store always `StorageUnavailable`, a full
    one always `StorageFull`; no other error of a disk or a network leaves a backend.
    """

    name: BackendName

    def prepare(self) -> None:
        """Make the store ready for new files. Raises `StartupError` with what to change where that fails."""

    def save(self, key: str, chunks: Iterable[bytes]) -> None:
        """Store the chunks under a new key: all of them durably, or nothing at all.

        Whatever the iterable raises passes through, and leaves nothing behind.
        """

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open the bytes `start` to `end` (exclusive; None: to the last) for reading.

        The file has a real `fileno()`, positioned at `start`, where the backend has a real file.
        """

    def size_bytes(self, key: str) -> int:
        """Return how long a file is, without opening it: the cheap way to know that it is there."""

    def local_path(self, key: str) -> AbstractContextManager[Path]:
        """Lend a path for tools that need one: the real file or a temporary copy. Read-only."""

    def copy(self, key: str, new_key: str) -> None:
        """Store a file once more under another key, without its bytes passing through us where possible."""

    def delete(self, key: str) -> None:
        """Remove the file for good."""

    def delete_many(self, keys: Iterable[str]) -> None:
        """Remove for good those of the files that are there."""

    def url(
        self,
        key: str,
        expires_in_seconds: int,
        presentation: Presentation,
        *,
        signed_at: datetime | None = None,
        method: str = "GET",
    ) -> str | None:
        """Return an address that serves the bytes without us, or None: serve them through the application.

        It works for so long from `signed_at` (now) on. Nobody looks whether the file is there.
        """

    def objects(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield every stored file whose key starts with `prefix`, in no order."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys of the same files."""

    def sweep_staging(self) -> int:
        """Remove what killed processes left half-written; return how many files that were."""
