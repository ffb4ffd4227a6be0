"""What the demo consists of: a piece is a file to be made and all that is said about it."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import numpy as np
from PIL import Image

from mediaweb.demo import encoding
from mediaweb.demo.canvas import Random
from mediaweb.demo.films import Film
from mediaweb.demo.sounds import Sound

Size = tuple[int, int]
CLASSIC, WIDE, FULL, SQUARE = (1200, 800), (1360, 765), (1160, 870), (1000, 1000)
UPRIGHT, PORTRAIT, TALL, PANORAMA = (800, 1200), (880, 1100), (620, 1860), (2200, 550)
FILM, FILM_UPRIGHT = (640, 360), (360, 640)
#: How long before a picture reached the library it was taken.
_ON_THE_WAY = timedelta(minutes=25)

#: Makes a file from chance, the time it shows and its extension.
Maker = Callable[[Random, datetime, str], bytes]


class Family(StrEnum):
    """What kinds of pieces there are."""

    PICTURE = "picture"
    FILM = "film"
    SOUND = "sound"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Work:
    """How a file is made."""

    family: Family
    make: Maker


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, what is said about it and when it came: so many days ago, at a time of that day."""

    filename: str
    work: Work
    description: str | None
    alt_text: str | None
    tags: tuple[str, ...]
    days_ago: int
    time: str
    is_public: bool = True

    def created_at(self, now: datetime) -> datetime:
        """Return when it came; today's pieces came between midnight and now."""
        hours, minutes = map(int, self.time.split(":"))
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        passed = timedelta(hours=hours, minutes=minutes)
        if self.days_ago == 0:
            passed = (now - midnight) * (passed / timedelta(days=1))
        return midnight - timedelta(days=self.days_ago) + passed

    def make(self, now: datetime) -> bytes:
        """Return the file's content: the same every time but for the dates in it."""
        rng = np.random.default_rng(zlib.crc32(self.filename.encode()))
        return self.work.make(rng, self.created_at(now) - _ON_THE_WAY, self.filename.rpartition(".")[2])


def piece(
    filename: str,
    work: Work,
    description: str | None,
    alt_text: str | None,
    tags: str,
    when: str,
    is_public: bool = True,
) -> Piece:
    """Describe a piece; `tags` has commas between, `when` is like "3 07:40": days ago and time."""
    days_ago, time = when.split()
    names = tuple(filter(None, tags.split(",")))
    return Piece(filename, work, description, alt_text, names, int(days_ago), time, is_public)


def photo(scene: Callable[..., Image.Image], *arguments: Any, size: Size = CLASSIC, **options: Any) -> Work:
    """Draw a scene and let it look as if a camera took it."""

    def make(rng: Random, taken_at: datetime, _: str) -> bytes:
        return encoding.encode_photo(scene(rng, *size, *arguments, **options), rng, taken_at)

    return Work(Family.PICTURE, make)


def drawing(scene: Callable[..., Image.Image], *arguments: Any, size: Size = CLASSIC, **options: Any) -> Work:
    """Draw a scene that no camera took."""

    def make(rng: Random, _: datetime, extension: str) -> bytes:
        return encoding.encode_image(scene(rng, *size, *arguments, **options), extension)

    return Work(Family.PICTURE, make)


def badge(scene: Callable[..., Image.Image], *arguments: Any) -> Work:
    """Draw something that needs no size."""
    return Work(
        Family.PICTURE, lambda rng, _, extension: encoding.encode_image(scene(rng, *arguments), extension)
    )


def animation(frames: Callable[..., list[Image.Image]], *arguments: Any) -> Work:
    """Draw a picture that moves."""
    return Work(
        Family.PICTURE, lambda _, __, extension: encoding.encode_animation(frames(*arguments), extension, 60)
    )


def film(scenes: Film, title: str, seconds: float = 3, size: Size = FILM) -> Work:
    """Film something."""

    def make(rng: Random, taken_at: datetime, _: str) -> bytes:
        return encoding.encode_film(scenes(rng, *size, seconds), title, taken_at)

    return Work(Family.FILM, make)


def sound(
    play: Sound,
    title: str,
    artist: str,
    seconds: float = 12,
    cover: Callable[[Random], Image.Image] | None = None,
) -> Work:
    """Play something."""

    def make(rng: Random, _: datetime, extension: str) -> bytes:
        tags = {"title": title, "artist": artist, "album": "Demo"}
        return encoding.encode_sound(play(rng, seconds), extension, tags, cover(rng) if cover else None)

    return Work(Family.SOUND, make)


def paper(write: Callable[[Random], bytes]) -> Work:
    """Write a document."""
    return Work(Family.PAPER, lambda rng, _, __: write(rng))


def diagram(draw: Callable[[Random], bytes]) -> Work:
    """Draw with lines, as SVG."""
    return Work(Family.PICTURE, lambda rng, _, __: draw(rng))
