"""A camera RAW file made in code: a DNG (Adobe, version 1.4) of a Bayer pattern and a JPEG beside it."""

import io
import struct
from typing import Any

from tests.previews.pictures import draw_corners

_TYPES = {"B": 1, "A": 2, "H": 3, "L": 4, "R": 5, "r": 10}
Entries = dict[int, tuple[str, Any]]


def make_dng(
    width: int = 320, height: int = 240, *, orientation: int = 1, embedded: bytes | None = None
) -> bytes:
    """Make a file whose sensor saw light on the left and half as much on the right."""
    out = bytearray(b"II*\0\0\0\0\0")
    row = struct.pack("<H", 40_000) * (width // 2) + struct.pack("<H", 5_000) * (width // 2)
    parts = [_put_directory(out, _describe_sensor(width, height, _put(out, row * height)))]
    if embedded is not None:
        parts.append(_put_directory(out, _describe_embedded(_put(out, embedded), len(embedded))))
    photo = {0x829A: ("R", (1, 250)), 0x8827: ("H", (400,)), 0x9003: ("A", b"2024:05:06 07:08:09\0")}
    first = _describe_first(_put(out, bytes(16 * 16 * 3)), orientation)
    first |= {330: ("L", parts), 34665: ("L", (_put_directory(out, photo),))}
    struct.pack_into("<L", out, 4, _put_directory(out, first))
    return bytes(out)


def make_embedded(width: int = 640, height: int = 480, **options: Any) -> bytes:
    target = io.BytesIO()
    draw_corners(width, height).save(target, "JPEG", quality=90, **options)
    content = target.getvalue()
    # Cameras write EXIF first, and LibRaw looks for it there only.
    return content[:2] + content[20:] if "exif" in options else content


def _describe_sensor(width: int, height: int, offset: int) -> Entries:
    return _describe(0, width, height, offset, width * height * 2) | {
        258: ("H", (16,)),
        262: ("H", (32803,)),
        277: ("H", (1,)),
        33421: ("H", (2, 2)),
        33422: ("B", bytes((0, 1, 1, 2))),
        50717: ("L", (65535,)),
    }


def _describe_embedded(offset: int, size: int) -> Entries:
    return _describe(1, 640, 480, offset, size) | {259: ("H", (7,)), 262: ("H", (6,))}


def _describe_first(offset: int, orientation: int) -> Entries:
    straight = tuple(part for place in range(9) for part in (1 if place % 4 == 0 else 0, 1))
    return _describe(1, 16, 16, offset, 16 * 16 * 3) | {
        262: ("H", (2,)),
        271: ("A", b"Canon\0"),
        272: ("A", b"Canon EOS R5\0"),
        274: ("H", (orientation,)),
        50706: ("B", bytes((1, 4, 0, 0))),
        50707: ("B", bytes((1, 1, 0, 0))),
        50708: ("A", b"Canon EOS R5\0"),
        50721: ("r", straight),
        50728: ("R", (1, 1) * 3),
        50778: ("H", (21,)),
    }


def _describe(kind: int, width: int, height: int, offset: int, size: int) -> Entries:
    return {
        254: ("L", (kind,)),
        256: ("L", (width,)),
        257: ("L", (height,)),
        258: ("H", (8, 8, 8)),
        259: ("H", (1,)),
        273: ("L", (offset,)),
        277: ("H", (3,)),
        278: ("L", (height,)),
        279: ("L", (size,)),
        284: ("H", (1,)),
    }


def _put(out: bytearray, data: bytes) -> int:
    out.extend(bytes(len(out) % 2))
    out.extend(data)
    return len(out) - len(data)


def _put_directory(out: bytearray, entries: Entries) -> int:
    rows = b""
    for tag, (kind, values) in sorted(entries.items()):
        letter = {"R": "L", "r": "l"}.get(kind, kind)
        data = bytes(values) if kind in "AB" else struct.pack(f"<{len(values)}{letter}", *values)
        count = len(values) // 2 if kind in "Rr" else len(values)
        field = data.ljust(4, b"\0") if len(data) <= 4 else struct.pack("<L", _put(out, data))
        rows += struct.pack("<HHL", tag, _TYPES[kind], count) + field
    return _put(out, struct.pack("<H", len(entries)) + rows + bytes(4))
