"""What only the local folder does: its own disk can fail."""

import errno
import os
from pathlib import Path

import pytest

from mediaweb.errors import StorageUnavailable
from mediaweb.storage.local import SMALL_BYTES, LocalStorage

KEY = "2026/11/22/00000000-0000-4000-8000-000000000000_photo.jpg"


@pytest.mark.parametrize("size", [10, SMALL_BYTES + 1])
def test_a_disk_that_fails_to_sync_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    storage = LocalStorage(tmp_path / "media")
    storage.prepare()

    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageUnavailable):
        storage.save(KEY, [b"x" * size])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
