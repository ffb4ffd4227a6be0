"""How a file that is text begins."""

import logging
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from dataclasses import dataclass

from mediaweb.errors import StorageUnavailable, StoredFileNotFound
from mediaweb.extensions import stores
from mediaweb.services.media_types import TEXTUAL_TYPES
from mediaweb.services.representations import MediaRow

log = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024
MAX_LINES = 200
#: What is shown of a file in a single line is enough to see what it is.
MAX_LINE_LENGTH = 2000
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class FirstLines:
    """The beginning of a text, and whether that is not all of it."""

    text: str
    count: int
    is_cut: bool


def read_first_lines(media: MediaRow) -> FirstLines | None:
    """Read how a text begins; None where the media is no text, or can't be read now."""
    if not _is_text(media.mime_type):
        return None
    try:
        store = stores[media.storage_backend]
        with store.open(media.storage_path, 0, min(MAX_BYTES, media.file_size)) as file:
            head = file.read()
    except (StoredFileNotFound, StorageUnavailable) as error:  # the page says so in its own way
        log.warning("the beginning of media %s can't be read: %s", media.id, error.code)
        return None
    lines = _decode(head).splitlines()
    shown = [_CONTROL_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", line[:MAX_LINE_LENGTH]) for line in lines]
    is_cut = len(head) < media.file_size or len(lines) > MAX_LINES
    return FirstLines("\n".join(shown[:MAX_LINES]), min(len(lines), MAX_LINES), is_cut)


def _is_text(mime_type: str) -> bool:
    return mime_type.startswith("text/") or mime_type in TEXTUAL_TYPES - {"image/svg+xml"}


def _decode(head: bytes) -> str:
    """Decode UTF-8, or UTF-16 that says so; a character that is cut off at the end is left out."""
    encoding = "utf-16" if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    return getincrementaldecoder(encoding)("replace").decode(head)
