"""Reads chosen tags of TIFF directories, as EXIF and most camera RAW files have them, believing nothing.

Pillow's own reader loads every tag that a directory points to, however often it points to the same megabytes.
"""

import io
import math
import struct
from collections.abc import Collection, Mapping
from typing import BinaryIO

#: What a directory holds by tag: a text, or numbers. Fractions without a value are left out.
Tags = Mapping[int, str | tuple[float, ...]]

#: Bytes that are read of one value. Texts are cut there, longer numbers are ignored.
_MAX_VALUE_BYTES = 1024
#: TIFF 6.0, section 2: struct's letter by type; fractions are pairs.
_LETTERS = {1: "B", 3: "H", 4: "L", 5: "LL", 6: "b", 8: "h", 9: "l", 10: "ll", 11: "f", 12: "d", 13: "L"}
_TEXTS = frozenset({2, 7, 129})
_FRACTIONS = frozenset({5, 10})


class TiffTags:
    """A TIFF structure: a byte order, and directories at offsets."""

    def __init__(self, source: bytes | BinaryIO) -> None:
        """Read the header. What is no TIFF has no directories."""
        self._file = io.BytesIO(source.removeprefix(b"Exif\0\0")) if isinstance(source, bytes) else source
        head = self._read(0, 8)
        self._order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
        #: Where the first directory starts; None without one.
        self.start: int | None = None
        if self._order and len(head) == 8:
            # Cameras put numbers of their own where TIFF has 42; BigTIFF's 43 means other offsets.
            magic, start = struct.unpack(f"{self._order}HL", head[2:])
            self.start = None if magic == 43 else start

    def read_directory(self, start: object, wanted: Collection[int]) -> Tags:
        """Return what a directory says of the wanted tags; nothing where there is no directory."""
        if not self._order or not isinstance(start, (int, float)) or not 8 <= start < 2**32:
            return {}
        start = int(start)
        (count,) = struct.unpack(f"{self._order}H", self._read(start, 2).ljust(2, b"\0"))
        entries = self._read(start + 2, count * 12)
        found: dict[int, str | tuple[float, ...]] = {}
        for entry in struct.iter_unpack("12s", entries[: len(entries) // 12 * 12]):
            tag, kind, number = struct.unpack(f"{self._order}HHL", entry[0][:8])
            if tag in wanted and tag not in found:
                value = self._read_value(kind, number, entry[0][8:])
                if value:
                    found[tag] = value
        return found

    def _read_value(self, kind: int, count: int, field: bytes) -> str | tuple[float, ...] | None:
        if kind in _TEXTS:
            data = self._read_data(min(count, _MAX_VALUE_BYTES), count > 4, field)
            return _decode(data)
        letters = _LETTERS.get(kind)
        if letters is None:
            return None
        size = struct.calcsize(f"={letters}") * count
        data = self._read_data(size, size > 4, field)
        if size > _MAX_VALUE_BYTES or len(data) < size:
            return None
        numbers = struct.unpack(f"{self._order}{letters * count}", data)
        return _divide(numbers) if kind in _FRACTIONS else numbers

    def _read_data(self, size: int, is_elsewhere: bool, field: bytes) -> bytes:
        if size > _MAX_VALUE_BYTES:
            return b""
        if not is_elsewhere:
            return field[:size]
        (offset,) = struct.unpack(f"{self._order}L", field)
        return self._read(offset, size)

    def _read(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(size)


def _decode(data: bytes) -> str:
    text = data.partition(b"\0")[0]
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _divide(numbers: tuple[int, ...]) -> tuple[float, ...]:
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    values = tuple(top / bottom if bottom else math.nan for top, bottom in pairs)
    return () if any(map(math.isnan, values)) else values
