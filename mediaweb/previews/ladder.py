"""Writes the previews of a decoded picture, in all sizes.

WebP of quality 80, method 0: 13 ms and 104 kB at 640 px, 102 ms and 908 kB at 2048 px of a noisy photograph.
Method 4 saves 3 % of the bytes for 3 times the time, AVIF as good 15 % for 3 times: neither pays.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from mediaweb.previews.scaling import FINE, GAP, QUICK
from mediaweb.previews.sizes import list_sizes, scaled_dimensions

MIME_TYPE = "image/webp"
_QUALITY, _METHOD = 80, 0
_PLACEHOLDER_EDGE, _PLACEHOLDER_QUALITY = 16, 40
#: Pillow writes what a picture brought along unless it is told otherwise.
_NO_METADATA = {"exif": b"", "icc_profile": b"", "xmp": b""}


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview that was written: for which of the sizes, its pixels and its bytes."""

    size: int
    path: Path
    width: int
    height: int
    size_bytes: int


def write_sizes(picture: Image.Image, folder: Path, sizes: Sequence[int]) -> list[Preview]:
    """Write `<size>.webp` for each size below the long edge, and for the first above it as large as it is.

    Returns them from the smallest to the largest.
    """
    written = []
    for size in reversed([size for size in list_sizes(max(picture.size)) if size in sizes]):
        picture = _shrink(picture, size, FINE)  # from the next larger one: far less to read
        written.append(_write(picture, folder / f"{size}.webp", size))
    return written[::-1]


def make_placeholder(picture: Image.Image) -> bytes:
    """Return a tiny WebP, about 100 bytes, to be stretched until a preview is there; transparency is kept."""
    buffer = io.BytesIO()
    small = _shrink(picture, _PLACEHOLDER_EDGE, QUICK)
    small.save(buffer, "WEBP", quality=_PLACEHOLDER_QUALITY, method=_METHOD, alpha_quality=20, **_NO_METADATA)
    return buffer.getvalue()


def _shrink(picture: Image.Image, size: int, sampling: Image.Resampling) -> Image.Image:
    dimensions = scaled_dimensions(*picture.size, size)
    if dimensions == picture.size:
        return picture
    return picture.resize(dimensions, sampling, reducing_gap=GAP)


def _write(picture: Image.Image, path: Path, size: int) -> Preview:
    picture.save(path, "WEBP", quality=_QUALITY, method=_METHOD, **_NO_METADATA)
    return Preview(size, path, picture.width, picture.height, path.stat().st_size)
