"""Opens a picture without trusting it: in formats known to be safe, its size checked before it is decoded."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import BinaryIO

from PIL import AvifImagePlugin, Image, ImageFile

from mediaweb.previews.facts import PreviewFailed
from mediaweb.previews.limits import MAX_DECLARED_PIXELS, MAX_PIXELS, MAX_SCANS

#: Pillow's formats and the modules that read them. Not among them: what starts programs (EPS), what others
#: have to draw (WMF, GRIB), and Targa, which any bytes can pass for.
_MODULES = {
    "JPEG": "Jpeg",
    "PNG": "Png",
    "GIF": "Gif",
    "WEBP": "WebP",
    "TIFF": "Tiff",
    "AVIF": "Avif",
    "BMP": "Bmp",
    "DIB": "Bmp",
    "ICO": "Ico",
    "CUR": "Cur",
    "PSD": "Psd",
    "JPEG2000": "Jpeg2K",
    "PPM": "Ppm",
    "PCX": "Pcx",
    "DDS": "Dds",
    "ICNS": "Icns",
    "QOI": "Qoi",
    "SGI": "Sgi",
}
for _name in (*_MODULES.values(), "Tga", "Mpo"):
    import_module(f"PIL.{_name}ImagePlugin")
FORMATS = tuple(name for name in _MODULES if name in Image.OPEN)
#: One file, one core: the workers share the machine with the web processes.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1

_ICON_HEADS = (b"\0\0\1\0", b"\0\0\2\0")
_SCAN, _CHUNK_BYTES = b"\xff\xda", 1024 * 1024
_TARGA_END = b"TRUEVISION-XFILE.\0"

#: What readers raise over a damaged file: some say so, others stumble over what they read.
STUMBLES = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    struct.error,
    zlib.error,
)
DAMAGED = "The picture can't be decoded: the file is damaged or incomplete."
UNKNOWN = "The picture can't be decoded: the file is damaged, or of a kind that can't be read here."


@contextmanager
def decoding(message: str = DAMAGED) -> Iterator[None]:
    """Turn what Pillow raises over a file into `PreviewFailed`; for calls of Pillow, not of our own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Image.DecompressionBombError as error:
            raise PreviewFailed(
                f"The file holds a picture of more than {_megapixels(MAX_PIXELS)}."
            ) from error
        except STUMBLES as error:
            raise PreviewFailed(message) from error


@contextmanager
def open_picture(file: BinaryIO) -> Iterator[ImageFile.ImageFile]:
    """Read a picture's header, and check that what it declares can be decoded within the limits.

    What is decoded inside the `with` is held to them too. Raises `PreviewFailed`.
    """
    head = file.read(12)
    # Pillow decodes an icon while it opens it; of others it reads the header, and we say what is too large.
    limit = MAX_PIXELS // 2 if head.startswith(_ICON_HEADS) else None
    with _pixels_limited(limit), decoding(UNKNOWN):
        picture = Image.open(file, formats=_find_formats(file, head))
    with picture, _pixels_limited(MAX_PIXELS // 2):  # Pillow refuses twice as many
        _check_size(picture, file)
        yield picture


def _find_formats(file: BinaryIO, head: bytes) -> tuple[str, ...]:
    if head[4:8] == b"ftyp" and head[8:12] not in (b"avif", b"avis"):
        return (*FORMATS, _register_heif())
    return (*FORMATS, "TGA") if _is_targa(file) else FORMATS


def _register_heif() -> str:
    import pillow_heif

    pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
    return "HEIF"


def _is_targa(file: BinaryIO) -> bool:
    size = file.seek(0, 2)
    file.seek(max(0, size - len(_TARGA_END)))
    return file.read() == _TARGA_END


def _count_scans(file: BinaryIO) -> int:
    """Count about how many scans a JPEG has, with those of the pictures that it brings along."""
    place = file.tell()
    file.seek(0)
    chunks = iter(lambda: file.read(_CHUNK_BYTES), b"")
    count = sum(chunk.count(_SCAN) for chunk in chunks)  # one between two chunks may be missed
    file.seek(place)
    return count


def _check_size(picture: ImageFile.ImageFile, file: BinaryIO) -> None:
    width, height = picture.size
    is_jpeg = picture.format in ("JPEG", "MPO")
    if is_jpeg and _count_scans(file) > MAX_SCANS:
        raise PreviewFailed("The JPEG has too many layers.")
    # A progressive JPEG is held whole, whatever it is scaled to.
    is_streamed = is_jpeg and "progressive" not in picture.info
    most = MAX_DECLARED_PIXELS if is_streamed else MAX_PIXELS
    if width * height > most:
        raise PreviewFailed(
            f"The picture has {width:,} × {height:,} pixels; previews are made of up to {_megapixels(most)}."
        )
    if width < 1 or height < 1:
        raise PreviewFailed("The picture has no pixels.")


def _megapixels(pixels: int) -> str:
    return f"{pixels // 1_000_000:,} megapixels"


@contextmanager
def _pixels_limited(count: int | None) -> Iterator[None]:
    before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, count
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = before
