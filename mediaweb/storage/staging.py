"""Files that are being written or lent: locked by their process, so that others know whose are left over."""

import fcntl
import os
import secrets
from pathlib import Path


def create_locked(folder: Path, suffix: str = "") -> tuple[Path, int]:
    """Create a file that a sweep leaves alone, even one that runs between creating and locking.

    Its name ends in `suffix`. Returns its path and its descriptor, open for writing. Raises `OSError`.
    """
    while True:
        path = folder / f"{secrets.token_hex(16)}{suffix}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return path, descriptor
        os.close(descriptor)


def sweep(folder: Path) -> int:
    """Remove the files that no living process holds locked; return how many that were."""
    return sum(_remove_if_abandoned(path) for path in folder.iterdir())


def _remove_if_abandoned(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
