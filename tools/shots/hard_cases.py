"""What is hard to show: names, shapes and files that a page must bear."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from tests import files

LONG_NAME = "a" * 251 + ".png"
RTL_NAME = "صورة الميناء عند الغروب.png"
LONG_WORDS = "A sentence that goes on and on, as people write them when they have much to say. " * 12


@dataclass(frozen=True, slots=True)
class Case:
    """A file and all that is said about it."""

    filename: str
    make: Callable[[], bytes]
    description: str | None = None
    alt_text: str | None = None
    tags: tuple[str, ...] = ()
    is_public: bool = True


def draw_slope(width_px: int, height_px: int) -> bytes:
    """Draw colours that run from one end to the other."""
    x, y = np.linspace(0, 1, width_px)[None, :], np.linspace(0, 1, height_px)[:, None]
    parts = [40 + 180 * x + 0 * y, 90 + 90 * y + 0 * x, 200 - 120 * x * (1 - y)]
    target = io.BytesIO()
    Image.fromarray(np.stack(parts, axis=2).astype(np.uint8)).save(target, "PNG")
    return target.getvalue()


def draw_ring() -> bytes:
    """Draw a white ring on nothing."""
    picture = Image.new("RGBA", (640, 480))
    ImageDraw.Draw(picture).ellipse((140, 60, 500, 420), outline=(255, 255, 255), width=40)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


HARD_CASES = [
    Case(LONG_NAME, lambda: draw_slope(900, 600), LONG_WORDS, LONG_WORDS, ("t" * 64, "Boats", "Sea")),
    Case(RTL_NAME, lambda: draw_slope(800, 600), "الميناء في المساء", "ميناء", ("غروب",)),
    Case("One pixel.png", lambda: files.make_png(1, 1)),
    Case("Twenty thousand wide.png", lambda: draw_slope(20_000, 200)),
    Case("Forty times as tall.png", lambda: draw_slope(200, 8_000)),
    Case("Broken.png", lambda: files.make_png(300, 200)[:60]),
    Case("Ring.png", draw_ring),
    Case("Moving.gif", lambda: files.make_moving_gif(8, 480, 320)),
    Case("Logo.svg", files.make_svg),
    Case("Silent.wav", lambda: files.make_tone([0.1, 0.8, 0.3, 0.9], seconds=2)),
    Case("Archive.zip", files.make_zip),
    Case("Letter.docx", files.make_docx),
    Case("Private.png", lambda: draw_slope(700, 500), is_public=False),
    Case("Notes.txt", lambda: b"Remember the boat.\n" * 80),
]
#: Uploaded last: nobody makes their previews.
PENDING = [
    Case("Pending.png", lambda: draw_slope(640, 400)),
    Case("Pending.mp4", files.make_moving_film),
]
