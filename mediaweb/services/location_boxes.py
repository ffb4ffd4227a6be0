"""Takes the place out of the boxes of MP4 and QuickTime files (ISO 14496-12, QuickTime File Format)."""

import re
import struct
from collections.abc import Iterator

_MAX_PLACE_BYTES = 4096
_MAX_KEYS, _MAX_ITEMS, _MAX_SIBLINGS = 256, 256, 8

#: How ISO 6709 begins to write a place: "+59.9139+010.7522/".
_PLACE = re.compile(rb"[+-]\d{2}")
_ABOUT_PLACE = re.compile(rb"location|gps", re.IGNORECASE)


def strip_text(data: bytearray, at: int, low: int, high: int) -> None:
    """Empty a box `©xyz`, whose type is at `at`: a place as text."""
    end = _find_end(data, at, low, high)
    if end is not None and _PLACE.search(data, at + 4, end):
        _empty(data, at, end)


def strip_numbers(data: bytearray, at: int, low: int, high: int) -> None:
    """Empty a box `loci` (3GPP TS 26.244): a name, degrees and metres."""
    end = _find_end(data, at, low, high)
    if end is not None and data[at + 4 : at + 8] == bytes(4) and end - at >= 24:
        _empty(data, at, end)


def strip_items(data: bytearray, at: int, low: int, high: int) -> None:
    """Empty the items whose keys speak of a place, in the list behind the box `keys` at `at`."""
    if high - at < 12:
        return
    size, count = _read_number(data, at - 4) if at - 4 >= low else 0, _read_number(data, at + 8)
    end = at - 4 + size
    if size < 16 or end > high or count > _MAX_KEYS:
        return
    numbers = set()
    for number, (key, key_end) in enumerate(_list_boxes(data, at + 12, end, count), 1):
        if _ABOUT_PLACE.search(data, key + 4, key_end):
            numbers.add(number)
    for kind, box_end in _list_boxes(data, end, high, _MAX_SIBLINGS):
        if data[kind : kind + 4] == b"ilst":
            for item, item_end in _list_boxes(data, kind + 4, box_end, _MAX_ITEMS):
                if _read_number(data, item) in numbers:
                    _empty(data, item, item_end)
            return


def _list_boxes(data: bytearray, start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """Find boxes that follow each other: where the type of each is, and where the box ends."""
    for _ in range(most):
        if start + 8 > end:
            return
        size = _read_number(data, start)
        if size < 8 or start + size > end:
            return
        yield start + 4, start + size
        start += size


def _find_end(data: bytearray, at: int, low: int, high: int) -> int | None:
    if at - 4 < low:
        return None
    size = _read_number(data, at - 4)
    return at - 4 + size if 8 < size <= min(_MAX_PLACE_BYTES, high - at + 4) else None


def _empty(data: bytearray, at: int, end: int) -> None:
    """Make a box one that everybody skips."""
    data[at:end] = b"free".ljust(end - at, b"\0")


def _read_number(data: bytearray, at: int) -> int:
    number: int = struct.unpack_from(">L", data, at)[0]
    return number
