"""Takes the place out of the chunks of PNG files, and has their checksums fit again.

What is compressed, or written in hexadecimal digits, can't be changed without changing its length: where it
tells a place, the chunk as a whole is emptied.
"""

import re
import zlib
from collections.abc import Callable

from mediaweb.services.location_tiff import strip_embedded
from mediaweb.services.location_xmp import PROPERTY, strip_properties

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: A chunk that nobody knows: ancillary, private, safe to copy.
_NOTHING = b"noNe"
_MAX_TEXT_BYTES = 2 * 1024 * 1024

_TIFF = re.compile(rb"II\*\0|MM\0\*")
#: What ImageMagick calls EXIF and XMP: a name, the number of bytes and the bytes in hexadecimal digits.
_PROFILE = re.compile(rb"\n[^\n]*\n *\d+\n")


def strip_exif(data: bytearray, at: int, low: int, high: int) -> None:
    """Take the place out of a chunk `eXIf`, whose type is at `at`."""
    _change_chunk(data, at, low, high, lambda start, end: strip_embedded(data, start, start, end))


def strip_text(data: bytearray, at: int, low: int, high: int) -> None:
    """Take the place out of a chunk of text, compressed or not."""
    _change_chunk(data, at, low, high, lambda start, end: _strip_text(data, at, start, end))


def _change_chunk(data: bytearray, at: int, low: int, high: int, change: Callable[[int, int], None]) -> None:
    end = at + 4 + int.from_bytes(data[at - 4 : at]) if at - 4 >= low else high
    if end + 4 > high:
        return
    before = bytes(data[at:end])
    change(at + 4, end)
    if data[at:end] != before and data[end : end + 4] == _checksum(before):
        data[end : end + 4] = _checksum(bytes(data[at:end]))


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(4)


def _strip_text(data: bytearray, at: int, start: int, end: int) -> None:
    content = bytes(data[start:end])
    keyword, _, rest = content.partition(b"\0")
    is_plain_international = data[at : at + 4] == b"iTXt" and rest[:1] == b"\0"
    if is_plain_international and not keyword.startswith(b"Raw"):
        strip_properties(data, start, end)
    elif _tells_place(_read_text(bytes(data[at : at + 4]), rest)):
        data[at:end] = _NOTHING.ljust(end - at, b"\0")


def _read_text(kind: bytes, rest: bytes) -> bytes:
    """Return the text behind a keyword (PNG, third edition, 11.3.3)."""
    if kind == b"tEXt":
        return rest
    if kind == b"zTXt":
        return _inflate(rest[1:])
    text = rest[2:].split(b"\0", 2)[-1]
    return _inflate(text) if rest[:1] == b"\1" else text


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MAX_TEXT_BYTES)
    except zlib.error:
        return b""  # nobody else reads it either


def _tells_place(text: bytes) -> bool:
    """Tell whether a text is XMP or a profile with a place in it."""
    head = _PROFILE.match(text)
    if head:
        digits = b"".join(text[head.end() :].split())
        try:
            text = bytes.fromhex(digits.decode("ascii"))
        except ValueError:
            return False
    if PROPERTY.search(text):
        return True
    exif, start = bytearray(text), _TIFF.search(text)
    if start:
        strip_embedded(exif, start.start(), 0, len(exif))
    return exif != text
