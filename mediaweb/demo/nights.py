"""Nights: stars, northern lights, planets and lamps out of focus."""

import numpy as np
from PIL import Image

from mediaweb.demo.canvas import (
    Canvas,
    Field,
    Random,
    add_disc,
    add_glow,
    cover_below,
    finish,
    gradient,
    lay,
    line_noise,
    look_up,
    noise,
    rgb,
    smoothstep,
)
from mediaweb.demo.moods import NIGHT, Mood
from mediaweb.demo.skies import add_aurora, add_milky_way, add_stars
from mediaweb.demo.woods import add_pines


def starry_night(
    rng: Random, width: int, height: int, mood: Mood = NIGHT, milky_way: bool = True, trees: bool = False
) -> Image.Image:
    """Draw a clear night over dark hills."""
    bottom = int(height * 0.86)
    canvas = _night_sky(width, height, mood, bottom)
    if milky_way:
        add_milky_way(rng, canvas, bottom)
    add_stars(rng, canvas, bottom, 1.5)
    _add_hills(rng, canvas, mood, trees)
    return finish(canvas, rng, 0.016)


def aurora(
    rng: Random,
    width: int,
    height: int,
    colours: tuple[str, str] = ("#4dffa8", "#7a5cff"),
    trees: bool = True,
) -> Image.Image:
    """Draw northern lights."""
    return finish(paint_aurora(rng, width, height, colours, trees), rng, 0.016)


def paint_aurora(
    rng: Random, width: int, height: int, colours: tuple[str, str], trees: bool, phase: float = 0.0
) -> Canvas:
    """Return a canvas with northern lights, at one moment of a film if `phase` says so."""
    bottom = int(height * 0.86)
    canvas = _night_sky(width, height, NIGHT, bottom)
    add_stars(rng, canvas, bottom, 0.9)
    add_aurora(rng, canvas, bottom, colours, phase)
    add_glow(canvas, width / 2, bottom, height * 0.4, colours[0], 0.18)
    _add_hills(rng, canvas, NIGHT, trees)
    return canvas


def _night_sky(width: int, height: int, mood: Mood, bottom: int) -> Canvas:
    canvas = np.empty((height, width, 3), np.float32)
    canvas[:bottom] = gradient(width, bottom, mood.sky)
    canvas[bottom:] = rgb(mood.sky[-1])
    return canvas


def _add_hills(rng: Random, canvas: Canvas, mood: Mood, trees: bool) -> None:
    height, width = canvas.shape[:2]
    cover_below(
        canvas, height * (0.78 + 0.07 * line_noise(rng, width, 3, 6, 0.48)), "#12233a", "#1d3552", 0.2
    )
    if trees:
        add_pines(rng, canvas, mood, 1.0, 0.9)
    else:
        cover_below(canvas, height * (0.89 + 0.05 * line_noise(rng, width, 2, 6, 0.48)), "#060b16")


def planet(
    rng: Random, width: int, height: int, colours: tuple[str, ...], bands: float = 1.0, ring: bool = False
) -> Image.Image:
    """Draw a planet, lit from the side; `bands` stretches its clouds."""
    canvas = gradient(width, height, ("#04060f", "#0a0d1e", "#05060c"))
    add_stars(rng, canvas, height, 0.8)
    add_glow(canvas, width * 0.5, height * 0.5, height * 0.55, colours[len(colours) // 2], 0.22)
    radius = min(width, height) * (0.28 if ring else 0.36)
    y = (np.arange(height, dtype=np.float32)[:, None] - height / 2) / radius
    x = (np.arange(width, dtype=np.float32)[None, :] - width / 2) / radius
    if ring:
        _add_ring(canvas, x, y, colours, is_front=False)
    square = x**2 + y**2
    z = np.sqrt(np.clip(1 - square, 0, 1))
    tile = noise(rng, 512, 512, 5, 6, 0.55)
    tilted = y * 0.95 + x * 0.3
    warp = look_up(tile, np.arctan2(x, z + 0.05) * 130 + 256, tilted * 180 + 300) - np.float32(0.5)
    stripe = look_up(
        tile, np.arctan2(x, z + 0.05) * 60 / bands + 80 + 0 * y, tilted * 240 * bands + warp * 130 + 256
    )
    marks = np.linspace(0, 1, len(colours))
    tone = np.clip((stripe - 0.2) / 0.6, 0, 1)
    surface = np.stack([np.interp(tone, marks, [rgb(c)[i] for c in colours]) for i in range(3)], -1)
    light = np.clip(-0.62 * x - 0.35 * y + 0.72 * z, 0, 1) ** 0.8 + 0.02
    mask = np.clip((1 - np.sqrt(square)) * radius + 0.5, 0, 1)
    lay(canvas, mask, (surface * light[..., None]).astype(np.float32))
    rim = np.exp(-(((np.sqrt(square) - 1) / 0.035) ** 2)) * np.clip(-0.62 * x - 0.35 * y + 0.25, 0, 1)
    canvas += (rim * np.float32(0.55))[..., None] * rgb(colours[-1])
    if ring:
        _add_ring(canvas, x, y, colours, is_front=True)
    return finish(canvas, rng, 0.012, 0)


def _add_ring(canvas: Canvas, x: Field, y: Field, colours: tuple[str, ...], is_front: bool) -> None:
    tilted_x, tilted_y = x * 0.95 - y * 0.3, (y * 0.95 + x * 0.3) * 3.6
    distance = np.sqrt(tilted_x**2 + tilted_y**2)
    ring = smoothstep(1.3, 1.34, distance) * smoothstep(2.15, 2.1, distance)
    ring = (
        ring
        * (0.55 + 0.3 * np.sin(distance * 34) * np.sin(distance * 11))
        * (np.abs(distance - 1.82) > 0.025)
    )
    half = tilted_y > 0 if is_front else tilted_y <= 0
    lay(canvas, (ring * half * np.float32(0.85)).astype(np.float32), colours[-1])


def lamps(
    rng: Random, width: int, height: int, colours: tuple[str, ...], ground: str = "#0b0f22"
) -> Image.Image:
    """Draw the lights of a street, far out of focus."""
    canvas = gradient(width, height, (ground, "#1a1a33", ground))
    size = min(width, height)
    for _ in range(14):
        add_glow(
            canvas,
            rng.random() * width,
            height * (0.35 + 0.3 * rng.random()),
            size * 0.3,
            str(rng.choice(colours)),
            0.12,
        )
    for step in range(85):
        near = step / 85
        x, y = rng.random() * width, height * (0.5 + 0.17 * rng.normal())
        radius = size * (0.012 + 0.07 * near * rng.random())
        colour = str(rng.choice(colours))
        share = 0.2 + 0.4 * rng.random()
        add_disc(canvas, x, y, radius, colour, share)
        add_disc(canvas, x, y, radius * 0.93, colour, share * 0.3)
    return finish(canvas, rng, 0.012, 0.3)
