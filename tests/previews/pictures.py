"""Pictures to draft, whose every corner tells which way up it is."""

import io
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

Colour = tuple[int, int, int]
RED: Colour = (220, 30, 30)
GREEN: Colour = (30, 170, 30)
BLUE: Colour = (40, 40, 220)
WHITE: Colour = (250, 250, 250)
#: From the top left clockwise, once a picture is upright.
UPRIGHT = (RED, GREEN, WHITE, BLUE)

#: What a camera does to a picture that EXIF's orientation then asks to be undone.
_UNDONE_BY = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def draw_corners(width: int = 64, height: int = 48) -> Image.Image:
    """Draw a picture of four quarters: red, green, white and blue from the top left clockwise."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(WHITE, (width // 2, height // 2, width, height))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture


def turn_away(picture: Image.Image, orientation: int) -> Image.Image:
    """Store a picture as a camera does that was held another way."""
    turn = _UNDONE_BY[orientation]
    return picture if turn is None else picture.transpose(turn)


def find_corners(picture: Image.Image) -> list[Colour]:
    """Return the colours in the middle of the four quarters, from the top left clockwise."""
    width, height = picture.size
    places = [(1, 1), (3, 1), (3, 3), (1, 3)]
    found = [picture.convert("RGB").getpixel((width * x // 4, height * y // 4)) for x, y in places]
    return [colour for colour in found if isinstance(colour, tuple)]  # type: ignore[misc]


def is_close(found: Any, wanted: Any, tolerance: int = 12) -> bool:
    """Compare two colours, or lists of colours, within what lossy encoders do."""
    if isinstance(wanted, int):
        return abs(int(found) - wanted) <= tolerance
    return len(found) == len(wanted) and all(map(lambda a, b: is_close(a, b, tolerance), found, wanted))


def save(folder: Path, kind: str, picture: Image.Image, **options: Any) -> Path:
    """Save a picture in one of Pillow's formats, or HEIF."""
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    path = folder / f"picture.{kind.lower()}"
    picture.save(path, kind, **options)
    return path


def make_exif(
    first: Mapping[int, Any] | None = None,
    photo: Mapping[int, Any] | None = None,
    gps: Mapping[int, Any] | None = None,
) -> Image.Exif:
    """Make EXIF of the tags of its first directory, of the photo's and of the place's."""
    exif = Image.Exif()
    exif.update(first or {})
    exif.get_ifd(0x8769).update(photo or {})
    exif.get_ifd(0x8825).update(gps or {})
    return exif


def make_png_header(width: int, height: int) -> bytes:
    """Make the beginning of a PNG that declares a size and holds next to nothing."""
    target = io.BytesIO()
    Image.new("L", (1, 1)).save(target, "PNG")
    head = b"IHDR" + struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return target.getvalue()[:12] + head + struct.pack(">L", zlib.crc32(head)) + target.getvalue()[33:]
