"""Seas and lakes: the sky once more, broken by waves."""

import numpy as np
from PIL import Image, ImageDraw

from mediaweb.demo.canvas import (
    Canvas,
    Field,
    Random,
    finish,
    ground_noise,
    lay,
    look_up,
    noise,
    rgb,
    smoothstep,
)
from mediaweb.demo.moods import Mood
from mediaweb.demo.skies import paint_sky
from mediaweb.demo.terrain import paint_terrain


def reflect(
    canvas: Canvas, shore: int, waves: Field, tint: str, depth: float = 0.35, sway: float = 14
) -> None:
    """Fill what lies below the row `shore` with what stands above it, swaying with the waves."""
    height, width = canvas.shape[:2]
    near = np.linspace(0, 1, height - shore, dtype=np.float32)[:, None]
    rows = np.arange(height - shore, dtype=np.float32)[:, None]
    squeeze = shore / max(shore, height - shore)
    source = shore - 1 - rows * squeeze - waves * np.float32(sway) * (0.15 + near) * height / 100
    picked = np.clip(np.abs(source), 0, shore - 1).astype(np.intp)
    columns = np.broadcast_to(np.arange(width), picked.shape)
    mirrored = canvas[picked, columns]
    shares = np.clip(depth + 0.4 * near + 0.12 * waves, 0, 1)
    canvas[shore:] = mirrored + (rgb(tint) - mirrored) * shares[..., None]


def add_glitter(canvas: Canvas, shore: int, x: float, waves: Field, colour: str, strength: float) -> None:
    """Let the sun's road glitter on the water."""
    height, width = canvas.shape[:2]
    near = np.linspace(0, 1, height - shore, dtype=np.float32)[:, None]
    off = (np.arange(width, dtype=np.float32)[None, :] - x) / width
    road = np.exp(-((off / (0.035 + 0.13 * near)) ** 2))
    sparks = smoothstep(0.0, 0.55, waves + 0.25 * road) * road * np.float32(strength)
    lay(canvas[shore:], np.clip(sparks, 0, 1), colour)


def sea(
    rng: Random, width: int, height: int, mood: Mood, horizon: float = 0.5, clouds: float = 0.5,
    rough: float = 1.0, boat: bool = False,
) -> Image.Image:  # fmt: skip
    """Draw the open sea, with a sailing boat on it if wanted."""
    shore = int(height * horizon)
    canvas = paint_sky(rng, width, height, mood, shore, clouds)
    waves = ground_noise(rng, width, height - shore, 12, 9) * np.float32(rough)
    reflect(canvas, shore, waves, mood.shadow, 0.3)
    if mood.sun_at[1] < 1:
        add_glitter(canvas, shore, mood.sun_at[0] * width, waves, mood.sun, 0.85)
    if boat:
        _add_boat(
            canvas, shore, width * (0.34 if mood.sun_at[0] > 0.5 else 0.66), min(width, height) * 0.16, mood
        )
    return finish(canvas, rng)


def lake(
    rng: Random, width: int, height: int, mood: Mood, shore: float = 0.58, calm: float = 1.0,
    **options: float | str,
) -> Image.Image:  # fmt: skip
    """Draw mountains that stand on their head in a lake."""
    row = int(height * shore)
    canvas = np.empty((height, width, 3), np.float32)
    options.setdefault("horizon", 0.93)
    options.setdefault("rise", 0.9)
    canvas[:row] = paint_terrain(rng, width, row, mood, **options)  # type: ignore[arg-type]
    waves = ground_noise(rng, width, height - row, 12, 10)
    reflect(canvas, row, waves / np.float32(calm), mood.shadow, 0.14, 6)
    canvas[row - 1 : row + 2] *= np.float32(0.8)
    return finish(canvas, rng)


def beach(rng: Random, width: int, height: int, mood: Mood) -> Image.Image:
    """Draw a beach from above: dry sand, wet sand, foam and the shallow sea."""
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    tile = _make_tile(rng)
    aspect = width / height
    bend = look_up(tile, x * 60 * aspect + 0 * rows, rows * 20 + 0 * x) - np.float32(0.5)
    fine = look_up(tile, x * 420 * aspect + 0 * rows, rows * 420 + 0 * x) - np.float32(0.5)
    place = rows + 0.35 * (x - 0.5) + 0.22 * bend
    sand, wet = rgb("#ecd3a4"), rgb("#c9a878")
    canvas = sand + (wet - sand) * smoothstep(0.55, 0.42, -place + 1.0)[..., None]
    canvas = (canvas * (1 + 0.12 * fine)[..., None]).astype(np.float32)
    shallow, deep = rgb("#7fd6cf"), rgb(mood.sky[0])
    water = shallow + (deep - shallow) * smoothstep(0.42, -0.05, place)[..., None]
    lay(
        canvas,
        smoothstep(0.47, 0.43, place + 0.03 * fine) * np.float32(0.93),
        water + (0.1 * fine)[..., None],
    )
    for edge, strength in ((0.45, 1.0), (0.33, 0.7), (0.2, 0.55)):
        foam = np.exp(-(((place - edge + 0.05 * bend) / 0.016) ** 2)) * smoothstep(
            -0.35, 0.2, fine + 0.3 * bend
        )
        lay(canvas, np.clip(foam * np.float32(strength * 1.3), 0, 1), "#ffffff")
    return finish(canvas, rng)


def _make_tile(rng: Random) -> Field:
    """Return a square of fractal noise to read from."""
    return noise(rng, 512, 512, 12, 5, 0.6)


def _add_boat(canvas: Canvas, shore: int, x: float, size: float, mood: Mood) -> None:
    height, width = canvas.shape[:2]
    mask = Image.new("L", (width * 2, height * 2))
    draw = ImageDraw.Draw(mask)
    y = shore + size * 0.2

    def points(*pairs: tuple[float, float]) -> list[tuple[float, float]]:
        return [((x + px * size) * 2, (y + py * size) * 2) for px, py in pairs]

    draw.polygon(points((-0.42, -0.08), (0.42, -0.08), (0.3, 0.03), (-0.3, 0.03)), fill=255)
    draw.polygon(points((0.02, -1.05), (0.02, -0.14), (0.4, -0.14)), fill=255)
    draw.polygon(points((-0.03, -0.95), (-0.03, -0.14), (-0.34, -0.14)), fill=235)
    draw.polygon(points((-0.32, 0.06), (0.32, 0.06), (0.12, 0.4), (-0.1, 0.4)), fill=70)
    shape = np.asarray(mask.reduce(2), np.float32) / 255
    lay(canvas, shape * np.float32(0.92), mood.shadow)
