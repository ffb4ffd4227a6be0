"""Files in a local folder: staged on the same disk, renamed into place when complete, then synced."""

import errno
import io
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from mediaweb.concurrency import GroupCommit, start_blocking
from mediaweb.errors import MediaWebError, StartupError, StorageFull, StorageUnavailable, StoredFileNotFound
from mediaweb.storage.backend import BackendName, Presentation, StoredObject
from mediaweb.storage.keys import check_key, is_key
from mediaweb.storage.staging import create_locked, sweep

STAGING = ".staging"
#: Up to here writing takes less time than handing it to a thread.
SMALL_BYTES = 512 * 1024


class BoundedFile(io.RawIOBase):
    """A part of a file, with the file's own descriptor so that a server may `sendfile` it."""

    def __init__(self, file: io.FileIO, length: int) -> None:
        self._file = file
        self._remaining = length

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        # A view: a slice of a bytearray is a copy, and what the caller gets would be whatever memory held.
        count = self._file.readinto(memoryview(buffer)[: self._remaining])
        self._remaining -= count or 0
        return count or 0

    def close(self) -> None:
        self._file.close()
        super().close()


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A staged file with all its content, on its way to its final place."""

    descriptor: int
    staged: Path
    final: Path


class LocalStorage:
    """Keeps each file at `<folder>/<key>`; unfinished ones in `<folder>/.staging`."""

    name: BackendName = "local"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staging = folder / STAGING
        self._group = GroupCommit(_put_group_in_place)

    def prepare(self) -> None:
        """Make the folder and prove that files can be written to it. Raises `StartupError`."""
        try:
            self._staging.mkdir(parents=True, exist_ok=True)
            probe = self._staging / f"probe-{secrets.token_hex(8)}"
            probe.write_bytes(b"ok")
            probe.unlink(missing_ok=True)  # another process that starts now may have swept it away
        except OSError as error:
            raise StartupError(
                f"MEDIA_FOLDER={self._folder} can't be written to ({error.strerror}). "
                f"Make it writable for this user, for example with: chmod 755 {self._folder}"
            ) from error

    def save(self, key: str, chunks: Iterable[bytes]) -> None:
        final = self._path(key)
        with _translated_errors():
            staged, descriptor = create_locked(self._staging)
        try:
            size = _write_all(descriptor, chunks)
            written = WrittenFile(descriptor, staged, final)
            if size <= SMALL_BYTES:
                self._group.submit(written)
            else:  # takes its time, for which small ones shall not wait
                _put_group_in_place([written])
        except BaseException:
            _remove_either(staged, final)
            raise
        finally:
            os.close(descriptor)

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        try:
            file = io.FileIO(f"{self._folder}/{check_key(key)}")
            size = os.fstat(file.fileno()).st_size
            if start:
                file.seek(start)
        except OSError as error:
            raise self._translate(error) from error
        length = max(0, min(size, size if end is None else end) - start)
        return cast(BinaryIO, BoundedFile(file, length))

    def size_bytes(self, key: str) -> int:
        with self._missing_file_told_from_missing_store():
            found = self._path(key).stat()
        if not stat.S_ISREG(found.st_mode):
            raise StoredFileNotFound
        return found.st_size

    @contextmanager
    def local_path(self, key: str) -> Iterator[Path]:
        self.size_bytes(key)
        yield self._path(key)

    def copy(self, key: str, new_key: str) -> None:
        with self.open(key) as file:
            self.save(new_key, iter(lambda: file.read(SMALL_BYTES), b""))

    def delete(self, key: str) -> None:
        with self._missing_file_told_from_missing_store():
            self._path(key).unlink()

    def delete_many(self, keys: Iterable[str]) -> None:
        for key in keys:
            with suppress(StoredFileNotFound):
                self.delete(key)

    def url(
        self,
        key: str,  # noqa: ARG002 - the contract's arguments
        expires_in_seconds: int,  # noqa: ARG002
        presentation: Presentation,  # noqa: ARG002
        *,
        signed_at: datetime | None = None,  # noqa: ARG002
        method: str = "GET",  # noqa: ARG002
    ) -> str | None:
        return None

    def objects(self, prefix: str = "") -> Iterator[StoredObject]:
        for key in self.keys(prefix):
            try:
                found = self._path(key).stat()
            except FileNotFoundError:  # deleted since
                continue
            except OSError as error:
                raise self._translate(error) from error
            yield StoredObject(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def keys(self, prefix: str = "") -> Iterator[str]:
        # Only where such keys can be: the folder that the prefix names.
        start = self._folder / prefix.rpartition("/")[0]
        if start != self._folder and self._staging.is_dir() and not start.is_dir():
            return
        with _translated_errors():
            for parent, folders, names in os.walk(start, onerror=_raise):
                folders[:] = [name for name in folders if is_key(name)]
                found = (Path(parent, name).relative_to(self._folder).as_posix() for name in names)
                yield from (key for key in found if key.startswith(prefix) and is_key(key))

    def sweep_staging(self) -> int:
        """Remove staged files that no living process holds locked."""
        return sweep(self._staging)

    def _path(self, key: str) -> Path:
        return self._folder / check_key(key)

    @contextmanager
    def _missing_file_told_from_missing_store(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._translate(error) from error

    def _translate(self, error: OSError) -> MediaWebError:
        """Return the contract's error for the operating system's; an absent disk lacks every file."""
        if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
            try:
                return StoredFileNotFound() if self._staging.is_dir() else StorageUnavailable()
            except OSError:
                return StorageUnavailable()
        return _translate(error)


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Turn the operating system's errors into the contract's."""
    try:
        yield
    except OSError as error:
        raise _translate(error) from error


def _translate(error: OSError) -> MediaWebError:
    return StorageFull() if error.errno in (errno.ENOSPC, errno.EDQUOT) else StorageUnavailable()


def _raise(error: OSError) -> None:
    raise error


def _write_all(descriptor: int, chunks: Iterable[bytes]) -> int:
    """Write the chunks and return their size; past `SMALL_BYTES`, receiving and writing overlap."""
    size = 0
    wait_for_write: Callable[[], None] | None = None
    try:
        for chunk in chunks:
            size += len(chunk)
            if size <= SMALL_BYTES:
                _write(descriptor, chunk)
                continue
            if wait_for_write is not None:
                wait_for_write()
            wait_for_write = start_blocking(_write, descriptor, chunk)
    finally:
        if wait_for_write is not None:
            wait_for_write()
    return size


@_translated_errors()
def _write(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def _put_group_in_place(files: list[WrittenFile]) -> list[None]:
    """Move files, then sync them and the folders whose entries that changes, each folder once.

    In this order a journalling filesystem writes all of it in one go. Who reads a file meanwhile finds it
    whole; who asked for it to be saved hears of it only when it is durable.
    """
    start_blocking(_move_and_sync, files)()
    return [None] * len(files)


@_translated_errors()
def _move_and_sync(files: list[WrittenFile]) -> None:
    for file in files:
        _move(file.staged, file.final)
    for file in files:
        os.fsync(file.descriptor)
    for folder in {file.final.parent for file in files}:
        _sync_folder(folder)


def _remove_either(staged: Path, final: Path) -> None:
    try:
        staged.unlink()
    except FileNotFoundError:  # it was moved already
        final.unlink(missing_ok=True)


def _move(source: Path, target: Path) -> None:
    try:
        os.rename(source, target)
    except FileNotFoundError:
        _make_folders_durably(target.parent)
        os.rename(source, target)


def _make_folders_durably(folder: Path) -> None:
    missing = [parent for parent in (folder, *folder.parents) if not parent.is_dir()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        _sync_folder(made.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
