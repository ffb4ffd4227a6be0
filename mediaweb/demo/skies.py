"""Skies: the hours of the day, clouds, stars and the northern lights."""

import numpy as np

from mediaweb.demo.canvas import (
    Canvas,
    Field,
    Random,
    add_disc,
    add_glow,
    gradient,
    lay,
    line_noise,
    noise,
    resize,
    rgb,
    smoothstep,
)
from mediaweb.demo.moods import Mood


def paint_sky(rng: Random, width: int, height: int, mood: Mood, horizon: int, clouds: float = 0.5) -> Canvas:
    """Return a canvas with a sky down to the row of the horizon, its sun or moon and clouds."""
    canvas = np.empty((height, width, 3), np.float32)
    canvas[:horizon] = gradient(width, horizon, mood.sky, 0.9)
    canvas[horizon:] = rgb(mood.sky[-1])
    x, y = mood.sun_at[0] * width, horizon * (1 - mood.sun_at[1])
    size = min(width, height)
    add_glow(canvas, x, y, size * 0.75, mood.sun, 0.35 * mood.light)
    add_glow(canvas, x, y, size * 0.22, mood.sun, 0.5 * mood.light)
    add_disc(canvas, x, y, size * 0.035, mood.sun)
    if clouds:
        add_clouds(rng, canvas[:horizon], mood, clouds)
    return canvas


def add_clouds(rng: Random, sky: Canvas, mood: Mood, amount: float) -> None:
    """Lay clouds over a sky, flatter and smaller towards the horizon, lit from above."""
    height, width = sky.shape[:2]
    field = noise(rng, width, height, 3.2 * max(1.0, width / height / 1.5), 6, 0.52, 2.6)
    depth = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    cover = smoothstep(0.78 - amount * 0.45, 1.05 - amount * 0.3, field) * (0.55 + 0.45 * depth**0.5)
    lit = np.clip(0.45 + (np.roll(field, -max(2, height // 30), 0) - field) * 2.6, 0, 1)
    shade = rgb(mood.haze) * np.float32(0.6) + rgb(mood.cloud) * np.float32(0.34)
    paint = shade + (rgb(mood.cloud) - shade) * (1 - lit)[..., None]
    lay(sky, cover * np.float32(0.92), paint)


def add_stars(rng: Random, canvas: Canvas, bottom: int, amount: float = 1.0) -> None:
    """Scatter stars of many sizes over the rows above `bottom`."""
    width = canvas.shape[1]
    count = int(width * bottom / 900 * amount)
    bright = rng.random(count) ** 6
    xs, ys = rng.integers(1, width - 2, count), rng.integers(1, max(2, bottom - 2), count)
    tints = np.stack(
        [0.85 + 0.15 * rng.random(count), np.full(count, 0.92), 0.9 + 0.1 * rng.random(count)], -1
    )
    light = ((0.18 + 0.82 * bright)[:, None] * tints).astype(np.float32)
    np.maximum.at(canvas, (ys, xs), light)
    for index in np.flatnonzero(bright > 0.45):
        add_glow_spot(canvas, int(xs[index]), int(ys[index]), 1.2 + 1.6 * float(bright[index]), light[index])


def add_glow_spot(canvas: Canvas, x: int, y: int, radius: float, light: Field) -> None:
    """Add a small soft light; only the pixels around it are touched."""
    reach = int(radius * 3) + 1
    top, left = max(0, y - reach), max(0, x - reach)
    part = canvas[top : y + reach + 1, left : x + reach + 1]
    rows = np.arange(top, top + part.shape[0], dtype=np.float32)[:, None] - y
    columns = np.arange(left, left + part.shape[1], dtype=np.float32)[None, :] - x
    part += np.exp(-(rows**2 + columns**2) / radius**2)[..., None] * light * (1 - np.clip(part, 0, 1))


def add_milky_way(rng: Random, canvas: Canvas, bottom: int, slope: float = 0.55) -> None:
    """Draw the band of the galaxy across the rows above `bottom`."""
    width = canvas.shape[1]
    columns = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :] * width / bottom
    rows = np.linspace(-0.5, 0.5, bottom, dtype=np.float32)[:, None]
    dust = noise(rng, width, bottom, 5, 6, 0.6)
    across = (rows * np.float32(slope) + columns * np.float32(1 - slope * 0.3)) + (dust - 0.5) * 0.25
    band = np.exp(-((across / 0.26) ** 2))
    core = np.exp(-((across / 0.09) ** 2)) * smoothstep(0.35, 0.75, dust)
    light = band[..., None] * rgb("#5a6aa8") * 0.35 + core[..., None] * rgb("#e6c4b8") * 0.45
    canvas[:bottom] += light * (0.5 + 0.8 * dust)[..., None]


def add_aurora(
    rng: Random, canvas: Canvas, bottom: int, colours: tuple[str, str], phase: float = 0.0
) -> None:
    """Hang curtains of northern lights above `bottom`; `phase` moves them, for films."""
    width = canvas.shape[1]
    rows = np.arange(bottom, dtype=np.float32)[:, None] / bottom
    x = np.linspace(0, 1, width, dtype=np.float32)
    for curtain in range(3):
        wave = line_noise(rng, width, 3, 3) * 0.5 + np.sin(x * 7 + phase * 2 + curtain * 2) * 0.35
        foot = 0.78 - curtain * 0.17 + 0.13 * wave
        rays = resize(rng.random((1, 150), np.float32), width, 1)[0]
        slow = 0.5 + 0.5 * np.sin(x * 9 + curtain * 1.7 + phase * 3)
        reach = (0.24 + 0.3 * rays * slow)[None, :]
        above = (foot[None, :] - rows) / reach
        light = (
            np.where(above > 0, np.exp(-np.abs(above) * 2.3), np.exp(-np.abs(above) * 12))
            * (0.25 + 0.75 * slow * rays)[None]
        )
        tint = np.clip(above * 0.7, 0, 1)[..., None]
        colour = rgb(colours[0]) * (1 - tint) + rgb(colours[1]) * tint
        canvas[:bottom] += light[..., None] * colour * np.float32(0.75 - 0.15 * curtain)
