"""The files that a decoding process left behind, which may have been taken over by what it decoded."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from mediaweb.previews.facts import PreviewFailed
from mediaweb.previews.limits import MAX_OUTPUT_BYTES

SENSELESS = "Decoding this file gave no sensible result: it may be damaged."
#: By the end of a name, what its content has to have where.
_SIGNATURES = {".webp": (b"WEBP", 8), ".mp4": (b"ftyp", 4), ".jpg": (b"\xff\xd8\xff", 0)}


def open_made(path: Path) -> BinaryIO:
    """Open a preview; no link, no pipe to wait at, nothing large, nothing else. Raises `PreviewFailed`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise PreviewFailed(SENSELESS) from error
    if not _is_preview(descriptor, path.suffix):
        os.close(descriptor)
        raise PreviewFailed(SENSELESS)
    return os.fdopen(descriptor, "rb")


def _is_preview(descriptor: int, suffix: str) -> bool:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_OUTPUT_BYTES:
        return False
    signature, place = _SIGNATURES[suffix]
    return os.pread(descriptor, len(signature), place) == signature
