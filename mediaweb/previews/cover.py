"""The picture on the sleeve of a record, as audio files carry it."""

import base64
import binascii
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import mutagen
from mutagen.flac import FLAC, Picture
from mutagen.id3 import PictureType
from mutagen.mp4 import MP4
from PIL import Image, ImageOps

from mediaweb.previews.facts import Draft, Facts
from mediaweb.previews.limits import MAX_COVER_PIXELS
from mediaweb.previews.opening import STUMBLES
from mediaweb.previews.sizes import SIZES

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
#: Bytes; a longer one is left alone.
MAX_BYTES = 20_000_000


def find_cover(path: Path, edge: int) -> Draft | None:
    """Decode the cover in an audio file, at most `edge` large; None if there is none or it is broken."""
    try:
        pictures = sorted(_read_pictures(path), key=lambda picture: not picture[0])
    except (mutagen.MutagenError, *STUMBLES):
        # What the tags are worth doesn't matter to the sound.
        return None
    for _, data in pictures:
        picture = _decode(data, edge) if len(data) <= MAX_BYTES else None
        if picture is not None:
            return picture
    return None


def _read_pictures(path: Path) -> Iterator[tuple[bool, bytes]]:
    """Read the pictures, each with whether it is a front cover."""
    audio: Any = mutagen.File(path)
    if audio is None:
        return
    if isinstance(audio, FLAC):
        yield from _tell_fronts(audio.pictures)
    elif isinstance(audio, MP4):
        covers: Any = audio.tags or {}
        yield from ((True, bytes(data)) for data in covers.get("covr", []))
    elif hasattr(audio.tags, "getall"):
        yield from _tell_fronts(audio.tags.getall("APIC"))
    else:
        yield from _tell_fronts(_read_comments(audio))


def _read_comments(audio: Any) -> Iterator[Any]:
    # https://wiki.xiph.org/VorbisComment#METADATA_BLOCK_PICTURE
    read_block: Any = Picture
    for text in audio.get("metadata_block_picture", []):
        try:
            yield read_block(base64.b64decode(text))
        except (binascii.Error, mutagen.MutagenError):
            continue


def _tell_fronts(pictures: Iterable[Any]) -> Iterator[tuple[bool, bytes]]:
    for picture in pictures:
        yield picture.type == PictureType.COVER_FRONT, picture.data


def _decode(data: bytes, edge: int) -> Draft | None:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_COVER_PIXELS:
                return None
            is_complete = edge >= min(max(image.size), SIZES[-1])
            image.draft("RGB", (edge, edge))
            picture = ImageOps.exif_transpose(image)
            picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    except (*STUMBLES, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    picture.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return Draft(Facts(), picture, is_complete)
