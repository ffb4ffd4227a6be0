"""Paint with light on arrays: gradients, noise, glows, and what makes of them a picture."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

#: Rows of pixels of red, green and blue from 0 to 1.
Canvas = NDArray[np.floating[Any]]
#: One number a pixel.
Field = NDArray[np.floating[Any]]
Random = np.random.Generator

#: Noise is made this wide at most and stretched: nothing that is soft gains from more.
_NOISE_WIDTH = 640
_GRAIN_SIDE = 512


@cache
def rgb(colour: str) -> NDArray[np.float32]:
    """Return "#rrggbb" as three numbers from 0 to 1."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def mix(first: str, second: str, share: float) -> str:
    """Return the colour between two of them; `share` is the second's part."""
    mixed = rgb(first) * (1 - share) + rgb(second) * share
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in mixed)


def gradient(width: int, height: int, stops: tuple[str, ...], bend: float = 1.0) -> Canvas:
    """Return a vertical gradient through evenly spaced colours; a larger `bend` dwells on the first ones."""
    place = np.linspace(0, 1, height, dtype=np.float32) ** bend
    marks = np.linspace(0, 1, len(stops))
    columns = [np.interp(place, marks, [rgb(stop)[part] for stop in stops]) for part in range(3)]
    column = np.stack(columns, axis=-1).astype(np.float32)
    return np.repeat(column[:, None, :], width, axis=1)


def resize(field: Field, width: int, height: int) -> Field:
    """Stretch a field smoothly."""
    image = Image.fromarray(np.ascontiguousarray(field, np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), np.float32)


def noise(
    rng: Random, width: int, height: int, cells: float, octaves: int = 5, gain: float = 0.5, flat: float = 1.0
) -> Field:
    """Return fractal noise from 0 to 1 with `cells` blobs across, each `flat` times as wide as high."""
    small_width = min(width, _NOISE_WIDTH)
    small_height = max(4, round(height * small_width / width))
    total = np.zeros((small_height, small_width), np.float32)
    for octave in range(octaves):
        across = max(2, round(cells * 2**octave))
        down = max(2, round(across * small_height / small_width * flat))
        if across > small_width:
            break
        total += gain**octave * resize(rng.random((down, across), np.float32), small_width, small_height)
    low, high = float(total.min()), float(total.max())
    return np.clip(resize((total - low) / (high - low), width, height), 0, 1)


def line_noise(rng: Random, length: int, cells: float, octaves: int = 5, gain: float = 0.5) -> Field:
    """Return fractal noise from -1 to 1 along a line."""
    total = np.zeros(length, np.float32)
    for octave in range(octaves):
        knots = max(4, round(cells * 2**octave) + 3)
        values = rng.random(knots) * 2 - 1
        place = np.linspace(1, knots - 2, length)
        total += gain**octave * _cubic(values, place).astype(np.float32)
    return total / float(np.abs(total).max())


def _cubic(values: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a smooth curve through values at fractional places (Catmull-Rom)."""
    index = np.clip(place.astype(int), 1, len(values) - 3)
    t = place - index
    p0, p1, p2, p3 = (values[index + step] for step in (-1, 0, 1, 2))
    curve = (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return np.asarray(curve / 2)


def look_up(field: Field, u: Field, v: Field) -> Field:
    """Read a field at fractional places, mirrored at its borders."""
    height, width = field.shape
    u = (width - 1) - np.abs(u % (2 * width - 2) - (width - 1))
    v = (height - 1) - np.abs(v % (2 * height - 2) - (height - 1))
    i, j = np.minimum(v.astype(np.int32), height - 2), np.minimum(u.astype(np.int32), width - 2)
    s, t = (v - i).astype(np.float32), (u - j).astype(np.float32)
    upper = field[i, j] * (1 - t) + field[i, j + 1] * t
    lower = field[i + 1, j] * (1 - t) + field[i + 1, j + 1] * t
    return np.asarray(upper * (1 - s) + lower * s, np.float32)


def ground_noise(rng: Random, width: int, height: int, zoom: float = 24, flat: float = 3.0) -> Field:
    """Return noise from -1 to 1 that lies on a plain below us, from the horizon down to our feet."""
    tile = noise(np.random.default_rng(int(rng.integers(1, 4))), 512, 512, 24, 4, 0.6)
    near = np.linspace(0.035, 1, height, dtype=np.float32)[:, None]
    away = zoom * flat / near + np.float32(rng.random() * 512)
    across = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :] * width / height * zoom * 4 / near
    wide = np.broadcast_to(away, (height, width))
    return (look_up(tile, across + np.float32(rng.random() * 512), wide) - np.float32(0.5)) * 2


def smoothstep(low: float, high: float, field: Field) -> Field:
    """Return 0 below `low`, 1 above `high` and a soft step between."""
    t = np.clip((field - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def lay(canvas: Canvas, mask: Field | float, colour: str | Canvas) -> None:
    """Cover the canvas with a colour, or another canvas, as far as the mask says."""
    paint = rgb(colour) if isinstance(colour, str) else colour
    share = mask[..., None] if isinstance(mask, np.ndarray) else np.float32(mask)
    canvas += (paint - canvas) * share


def cover_below(
    canvas: Canvas, ridge: Field, colour: str, foot: str | None = None, depth: float = 0.4
) -> None:
    """Fill what lies below a ridge, given as a row a column; towards its foot it becomes another colour."""
    height = canvas.shape[0]
    top = int(np.clip(np.floor(ridge.min()), 0, height - 1))
    rows = np.arange(top, height, dtype=np.float32)[:, None]
    below = rows - ridge[None, :]
    mask = np.clip(below + 0.5, 0, 1)
    part = canvas[top:]
    lay(part, mask, colour)
    if foot is not None:
        lay(part, mask * np.clip(below / (height * depth), 0, 1) ** 0.8, foot)


def add_glow(canvas: Canvas, x: float, y: float, radius: float, colour: str, strength: float) -> None:
    """Add light around a point, given in pixels; it fades with the distance."""
    reach = radius * 2.4  # where less than a step of brightness is left
    top, left = max(0, int(y - reach)), max(0, int(x - reach))
    part = canvas[top : max(0, int(y + reach)), left : max(0, int(x + reach))]
    across = np.exp(-(((np.arange(left, left + part.shape[1], dtype=np.float32) - x) / radius) ** 2))
    down = np.exp(-(((np.arange(top, top + part.shape[0], dtype=np.float32) - y) / radius) ** 2))
    light = (down[:, None] * np.float32(strength)) * across[None, :]
    part += light[..., None] * (rgb(colour) * (1 - np.minimum(part, 1)))


def add_disc(canvas: Canvas, x: float, y: float, radius: float, colour: str, share: float = 1.0) -> None:
    """Paint a round spot with a clean edge, given in pixels."""
    height, width = canvas.shape[:2]
    top, bottom = max(0, int(y - radius - 2)), min(height, int(y + radius + 3))
    left, right = max(0, int(x - radius - 2)), min(width, int(x + radius + 3))
    if top >= bottom or left >= right:
        return
    rows = np.arange(top, bottom, dtype=np.float32)[:, None] - y
    columns = np.arange(left, right, dtype=np.float32)[None, :] - x
    mask = np.clip(radius - np.sqrt(rows**2 + columns**2) + 0.5, 0, 1) * np.float32(share)
    lay(canvas[top:bottom, left:right], mask, colour)


def finish(canvas: Canvas, rng: Random, grain: float = 0.012, vignette: float = 0.12) -> Image.Image:
    """Return the canvas as a picture, with the grain that keeps gradients from banding."""
    height, width = canvas.shape[:2]
    if vignette:
        across = np.linspace(-1, 1, width, dtype=np.float32)[None, :] ** 2
        down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] ** 2
        away = across + down
        canvas = canvas * (1 - np.float32(vignette) * away * np.sqrt(away) / 2)[..., None]
    top, left = rng.integers(0, _GRAIN_SIDE, 2)
    repeats = (height // _GRAIN_SIDE + 2, width // _GRAIN_SIDE + 2)
    tiled = np.tile(_grain(), repeats)[top : top + height, left : left + width]
    noisy = canvas + (tiled * np.float32(grain))[..., None]
    np.clip(noisy, 0, 1, out=noisy)
    noisy *= 255
    noisy += 0.5
    return Image.fromarray(noisy.astype(np.uint8))


@cache
def _grain() -> Field:
    rough = np.random.default_rng(7).normal(0, 1, (_GRAIN_SIDE, _GRAIN_SIDE)).astype(np.float32)
    return (rough + np.roll(rough, 1, 0) + np.roll(rough, 1, 1)) / np.float32(1.7)
