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

from mediaweb.previews.facts import Draft, Facts, PreviewFailed
from mediaweb.previews.image import draft_stream
from mediaweb.previews.opening import STUMBLES

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
    kind = type(audio)
    if audio is None:
        return
    if kind is FLAC:
        yield from _tell_fronts(audio.pictures)
    elif kind is MP4:
        yield from ((True, bytes(data)) for data in audio.get("covr", []))
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
        cover = draft_stream(io.BytesIO(data), edge)
    except PreviewFailed:
        return None
    return Draft(Facts(), cover.picture, cover.is_complete)  # what a cover says is not about the sound
