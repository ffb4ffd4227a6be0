"""Small colour profiles (ICC.1:2001-04), made in code."""

import struct

Numbers = tuple[float, float, float]

#: Red, green and blue of wide colour spaces, as seen under D50.
ADOBE_RGB: tuple[Numbers, ...] = (
    (0.60974, 0.31111, 0.01947),
    (0.20528, 0.62567, 0.06087),
    (0.14919, 0.06322, 0.74457),
)
DISPLAY_P3: tuple[Numbers, ...] = (
    (0.51512, 0.24120, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.15710, 0.06657, 0.78407),
)


def make_rgb_profile(colours: tuple[Numbers, ...], gamma: float = 2.2) -> bytes:
    tags = {
        name: _make_xyz(colour) for name, colour in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colours, strict=True)
    }
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _make_curve(gamma))
    return _make_profile(b"mntr", b"RGB ", b"XYZ ", tags)


def make_grey_profile(gamma: float) -> bytes:
    return _make_profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": _make_curve(gamma)})


def make_cmyk_profile() -> bytes:
    """Make a profile of inks nobody prints with: cyan is pink, black is grey."""
    inks = [(c, m, y, k) for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)]
    table = b"".join(
        bytes((255 - 110 * k - 60 * c - 20 * m - 10 * y, 128 + 50 * c, 128 + 60 * y)) for c, m, y, k in inks
    )
    matrix = struct.pack(">9l", *(65536 if place % 4 == 0 else 0 for place in range(9)))
    straight = bytes(range(256))
    lut = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + matrix + straight * 4 + table + straight * 3
    return _make_profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": lut})


def _make_xyz(numbers: Numbers) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3l", *(round(number * 65536) for number in numbers))


def _make_curve(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">LHxx", 1, round(gamma * 256))


def _make_profile(device: bytes, space: bytes, between: bytes, tags: dict[bytes, bytes]) -> bytes:
    name = b"Made in code\0"
    everything = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">L", len(name)) + name + bytes(78),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": _make_xyz((0.9642, 1.0, 0.8249)),
    } | tags
    offset = 128 + 4 + 12 * len(everything)
    directory, body = struct.pack(">L", len(everything)), b""
    for tag, data in everything.items():
        directory += tag + struct.pack(">LL", offset + len(body), len(data))
        body += data.ljust((len(data) + 3) // 4 * 4, b"\0")
    head = struct.pack(">L4xL4s4s4s", offset + len(body), 0x02400000, device, space, between)
    head = head.ljust(36, b"\0") + b"acsp"
    head = head.ljust(68, b"\0") + struct.pack(">3l", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + directory + body
