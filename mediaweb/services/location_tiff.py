"""Takes the place out of TIFF structures, as EXIF and most camera RAW files have them, believing nothing.

The directory of the place (EXIF 3.0: "GPS IFD") is filled with zeros together with the values it points to,
and the entry that points to it is taken out of its directory, so that readers find sound EXIF without it.
"""

import struct
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

_EXIF, _GPS = 0x8769, 0x8825
_ORDERS = {b"II": "<", b"MM": ">"}
_LONGS = frozenset({4, 13})
#: TIFF 6.0, section 2: bytes of one value by type.
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}

MAX_SPOTS = 256
MAX_ENTRIES = 512
#: A directory of the place has 32 tags, and none of its values is longer than a line or two.
_MAX_GPS_ENTRIES, _MAX_GPS_TAG = 64, 0xFF
_MAX_VALUE_BYTES = 4096


class Role(IntEnum):
    """What there is at a spot."""

    DIRECTORY = 0
    GPS = 1
    VALUE = 2


class Spot(NamedTuple):
    """A part of a TIFF structure that is still to be looked at, by its offset from the header."""

    offset: int
    role: Role
    size_bytes: int = 0


class View(NamedTuple):
    """The part of a file that is at hand: of `data`, the bytes from `low` to `high`."""

    data: bytearray
    low: int
    high: int


def read_header(head: bytes | bytearray) -> tuple[str, Spot] | None:
    """Return the byte order and where the first directory starts; None where there is no TIFF header.

    Cameras put numbers of their own where TIFF has 42; BigTIFF's 43 means other offsets.
    """
    order = _ORDERS.get(bytes(head[:2]))
    if order is None or len(head) < 8:
        return None
    magic, start = struct.unpack(f"{order}HL", head[2:8])
    return None if magic == 43 else (order, Spot(start, Role.DIRECTORY))


def strip_embedded(data: bytearray, at: int, low: int, high: int) -> None:
    """Take the place out of a TIFF structure that starts at `at` and lies before `high`."""
    header = read_header(data[at : min(at + 8, high)])
    if header is None:
        return
    order, first = header
    if at - 4 >= low and data[at - 4 : at] == b"CMT4":  # Canon's CR3: the place is all there is
        first = Spot(first.offset, Role.GPS)
    strip_spots(View(data, at, high), at, order, [first])


def strip_spots(view: View, base: int, order: str, spots: Iterable[Spot]) -> list[Spot]:
    """Look at spots and what they lead to; return those that lie ahead of the view.

    `base` is where the header is, seen from the view's data: before it starts, perhaps. What lies behind
    the view is out of reach.
    """
    todo, seen, ahead = list(spots), set[Spot](), []
    while todo and len(seen) < MAX_SPOTS:
        spot = todo.pop()
        at = base + spot.offset
        if spot in seen or at < view.low:
            continue
        seen.add(spot)
        if at + _measure(view, at, order, spot) > view.high:
            ahead.append(spot)
        elif spot.role is Role.VALUE:
            view.data[at : at + spot.size_bytes] = bytes(spot.size_bytes)
        elif spot.role is Role.GPS:
            todo += _strip_gps(view, at, order)
        else:
            todo += _strip_directory(view, at, order)
    return ahead


def _measure(view: View, at: int, order: str, spot: Spot) -> int:
    """Return how many bytes a spot takes; an absurd directory takes none but its count."""
    if spot.role is Role.VALUE or at + 2 > view.high:
        return max(spot.size_bytes, 2)
    count = _read_count(view, at, order)
    return 2 + 12 * count if count <= MAX_ENTRIES else 2


def _read_count(view: View, at: int, order: str) -> int:
    count: int = struct.unpack_from(f"{order}H", view.data, at)[0]
    return count


def _strip_directory(view: View, at: int, order: str) -> list[Spot]:
    count = _read_count(view, at, order)
    if count > MAX_ENTRIES:
        return []
    end = at + 2 + 12 * count
    spots, gps_entries = [], []
    for index, tag in enumerate(struct.unpack_from(f"{order}{count * 'H10x'}", view.data, at + 2)):
        if tag not in (_EXIF, _GPS):
            continue
        entry = at + 2 + 12 * index
        kind, number, offset = struct.unpack_from(f"{order}HLL", view.data, entry + 2)
        if kind in _LONGS and number == 1:
            spots.append(Spot(offset, Role.GPS if tag == _GPS else Role.DIRECTORY))
            gps_entries += [entry] if tag == _GPS else []
    if end + 4 <= view.high:
        spots.append(Spot(struct.unpack_from(f"{order}L", view.data, end)[0], Role.DIRECTORY))
    _take_out(view, at, order, gps_entries)
    return [spot for spot in spots if spot.offset >= 8]


def _take_out(view: View, at: int, order: str, entries: list[int]) -> None:
    """Take entries out of the directory at `at`; what comes behind them moves up."""
    count = _read_count(view, at, order)
    end = min(at + 2 + 12 * count + 4, view.high)
    for entry in reversed(entries):
        view.data[entry:end] = view.data[entry + 12 : end] + bytes(12)
    struct.pack_into(f"{order}H", view.data, at, count - len(entries))


def _strip_gps(view: View, at: int, order: str) -> list[Spot]:
    """Fill a directory of the place with zeros; return its values. Anything else stays as it is."""
    count = _read_count(view, at, order)
    if not 1 <= count <= _MAX_GPS_ENTRIES:
        return []
    start, end = at + 2, at + 2 + 12 * count
    entries = list(struct.iter_unpack(f"{order}HHLL", view.data[start:end]))
    if any(tag > _MAX_GPS_TAG or kind not in _SIZES for tag, kind, _number, _offset in entries):
        return []
    view.data[at:end] = bytes(end - at)
    sizes = [(offset, _SIZES[kind] * number) for _tag, kind, number, offset in entries]
    return [Spot(offset, Role.VALUE, size) for offset, size in sizes if 4 < size <= _MAX_VALUE_BYTES]
