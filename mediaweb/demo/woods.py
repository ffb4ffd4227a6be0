"""Forests: rows of trees that fade into the mist."""

import numpy as np
from PIL import Image, ImageDraw

from mediaweb.demo.canvas import (
    Canvas,
    Field,
    Random,
    add_glow,
    finish,
    gradient,
    lay,
    line_noise,
    mix,
    noise,
)
from mediaweb.demo.moods import Mood
from mediaweb.demo.skies import paint_sky

#: Drawn this much larger and reduced, for clean edges.
_FINE = 2


def pines(
    rng: Random,
    width: int,
    height: int,
    mood: Mood,
    layers: int = 6,
    start: float = 0.34,
    clouds: float = 0.3,
) -> Image.Image:
    """Draw hills full of pines, one behind the other."""
    canvas = paint_sky(rng, width, height, mood, int(height * 0.75), clouds)
    for layer in range(layers):
        part = layer / (layers - 1)
        add_pines(rng, canvas, mood, part, start + (0.86 - start) * part)
    return finish(canvas, rng)


def add_pines(rng: Random, canvas: Canvas, mood: Mood, part: float, level: float) -> None:
    height, width = canvas.shape[:2]
    ground = height * (level + 0.07 * (1 - 0.4 * part) * line_noise(rng, width, 2.2, 3))
    mask = Image.new("L", (width * _FINE, height * _FINE))
    draw = ImageDraw.Draw(mask)
    edge = [(column * _FINE, float(ground[column]) * _FINE) for column in range(0, width, 6)]
    draw.polygon([*edge, (width * _FINE, height * _FINE), (0, height * _FINE)], fill=255)
    size = height * (0.05 + 0.2 * part**1.6)
    x = -size * 0.2
    while x < width + size * 0.2:
        tall = size * (0.55 + 0.75 * rng.random())
        base = float(ground[int(np.clip(x, 0, width - 1))]) + tall * 0.12
        draw.polygon(_pine(rng, x * _FINE, base * _FINE, tall * _FINE), fill=255)
        x += size * (0.1 + 0.22 * rng.random())
    shape = np.asarray(mask.reduce(_FINE), np.float32) / 255
    lay(canvas, shape, mix(mood.haze, mood.shadow, 0.14 + 0.86 * part**1.2))
    if part < 1:
        rows = np.arange(height, dtype=np.float32)[:, None]
        fog = np.clip((rows - ground[None, :]) / (height * 0.2), 0, 1) * np.float32(0.85)
        lay(canvas, fog * shape, mood.haze)


def _pine(rng: Random, x: float, base: float, tall: float) -> list[tuple[float, float]]:
    tiers = 9
    left, right = [], []
    for tier in range(tiers):
        y = base - tall * (1 - (tier + 1) / tiers)
        reach = tall * 0.2 * ((tier + 1) / tiers) ** 0.9
        left += [(x - reach * (0.8 + 0.4 * rng.random()), y), (x - reach * 0.5, y - tall * 0.02)]
        right += [(x + reach * (0.8 + 0.4 * rng.random()), y), (x + reach * 0.5, y - tall * 0.02)]
    return [(x, base - tall), *left, *reversed(right)]


def trunks(rng: Random, width: int, height: int, mood: Mood) -> Image.Image:
    """Draw a wood from within: trunks against the light, and the light between them."""
    canvas = gradient(width, height, (mood.sky[1], mood.sky[-1], mix(mood.haze, mood.land[0], 0.5)))
    sun_x = mood.sun_at[0] * width
    add_glow(canvas, sun_x, height * 0.42, height * 0.55, mood.sun, 0.7)
    for layer in range(5):
        part = layer / 4
        _add_trunks(rng, canvas, mood, part)
        floor = height * (0.66 + 0.2 * part) + height * 0.03 * line_noise(rng, width, 5, 4)
        rows = np.arange(height, dtype=np.float32)[:, None]
        lay(
            canvas,
            np.clip((rows - floor[None, :]) / 3, 0, 1),
            mix(mood.land[0], mood.shadow, 0.15 + 0.8 * part),
        )
        if layer < 4:
            add_glow(canvas, sun_x, height * 0.5, height * 0.5, mood.sun, 0.16)
    _add_leaves(rng, canvas, mood)
    return finish(canvas, rng, vignette=0.3)


def _add_trunks(rng: Random, canvas: Canvas, mood: Mood, part: float) -> None:
    height, width = canvas.shape[:2]
    mask = Image.new("L", (width * _FINE, height * _FINE))
    draw = ImageDraw.Draw(mask)
    thick = height * (0.008 + 0.035 * part**1.5) * _FINE
    for _ in range(int((26 - 20 * part) * width / height)):
        x, lean = rng.random() * width * _FINE, (rng.random() - 0.5) * thick * 3
        own = thick * (0.6 + 0.8 * rng.random())
        foot = height * (0.72 + 0.2 * part) * _FINE
        draw.polygon(
            [
                (x - own / 2, foot),
                (x + lean - own * 0.32, 0),
                (x + lean + own * 0.32, 0),
                (x + own / 2, foot),
            ],
            fill=255,
        )
        for _ in range(3):
            y, side = rng.random() * foot * 0.7, 1 if rng.random() < 0.5 else -1
            end = (x + lean + side * own * (3 + 4 * rng.random()), y - own * (1 + 3 * rng.random()))
            draw.line([(x + lean * (1 - y / foot), y), end], fill=255, width=max(2, int(own * 0.16)))
    shape = np.asarray(mask.reduce(_FINE), np.float32) / 255
    lay(canvas, shape, mix(mood.haze, mood.shadow, 0.12 + 0.88 * part))


def _add_leaves(rng: Random, canvas: Canvas, mood: Mood) -> None:
    """Darken the top with foliage, lit here and there."""
    height, width = canvas.shape[:2]
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    field: Field = noise(rng, width, height, 26, 4, 0.7)
    cover = np.clip((field - 0.32 - rows * 1.1) * 9, 0, 1)
    paint = gradient(width, height, (mix(mood.land[0], mood.shadow, 0.45), mood.land[0]))
    lay(canvas, cover * np.float32(0.92), paint * (0.7 + 0.7 * field)[..., None])
