"""The contract every storage backend keeps; the same tests run on each."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

BackendName = Literal["local", "s3"]


class Storage(Protocol):
    """Holds immutable files under keys.

    A missing key is always `StoredFileNotFound`, an unreachable store always `StorageUnavailable`, a full
    one always `StorageFull`; no other error of a disk or a network leaves a backend.
    """

    name: BackendName

    def save(self, key: str, chunks: Iterable[bytes]) -> None:
        """Store the chunks under a new key: all of them durably, or nothing at all.

        Whatever the iterable raises passes through, and leaves nothing behind.
        """

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open the bytes `start` to `end` (exclusive; None: to the last) for reading.

        The file has a real `fileno()`, positioned at `start`, where the backend has a real file.
        """

    def local_path(self, key: str) -> AbstractContextManager[Path]:
        """Lend a path for tools that need one: the real file or a temporary copy. Read-only."""

    def delete(self, key: str) -> None:
        """Remove the file for good."""

    def url(self, key: str, expires_in_seconds: int) -> str | None:
        """Return an address that serves the bytes without us, or None: serve them through the application."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield every stored key that starts with `prefix`, in no order."""

    def sweep_staging(self) -> int:
        """Remove what killed processes left half-written; return how many files that were."""
