"""Land in perspective: a map of heights seen from a hill, with light, snow and haze."""

from functools import cache

import numpy as np
from PIL import Image

from mediaweb.demo.canvas import Canvas, Field, Random, finish, ground_noise, look_up, noise, rgb, smoothstep
from mediaweb.demo.moods import Mood
from mediaweb.demo.skies import paint_sky
from mediaweb.demo.woods import add_pines

_SIDE = 1024
#: Sharp crests show the steps if they are few.
_STEPS = {"rough": 560, "soft": 320}
_NEAR, _FAR = 0.5, 14.0


@cache
def _rough_map(seed: int) -> Field:
    """Heights with sharp crests (a ridged multifractal)."""
    rng = np.random.default_rng(seed)
    total: Field = np.zeros((_SIDE, _SIDE), np.float32)
    weight: Field = np.ones((_SIDE, _SIDE), np.float32)
    for octave in range(6):
        layer = noise(rng, _SIDE, _SIDE, 4 * 2**octave, 1)
        crest = (1 - np.abs(2 * layer - 1)) ** 2
        total += np.float32(0.48**octave) * crest * weight
        weight = np.clip(crest * 1.6, 0.15, 1) if octave < 2 else weight
    return np.asarray((total - total.min()) / np.float32(np.ptp(total)))


@cache
def _soft_map(seed: int) -> Field:
    """Rolling hills."""
    return noise(np.random.default_rng(seed), _SIDE, _SIDE, 5, 3, 0.35)


MAPS = {"rough": _rough_map, "soft": _soft_map}


def paint_terrain(
    rng: Random, width: int, height: int, mood: Mood, kind: str = "rough",
    horizon: float = 0.5, rise: float = 1.0, clouds: float = 0.45, snow: float = 0.55, haze: float = 1.0,
    trees: bool = False,
) -> Canvas:  # fmt: skip
    """Return a landscape; `rise` is how high the far mountains stand, `snow` from what height on it lies."""
    horizon_row = int(height * horizon)
    canvas = paint_sky(rng, width, height, mood, horizon_row, clouds)
    depth = np.geomspace(_NEAR, _FAR, _STEPS[kind]).astype(np.float32)[:, None]
    across = (np.linspace(-0.5, 0.5, width, dtype=np.float32) * width / height * 1.1)[None, :]
    heights = _sample(rng, kind, across, depth)
    relief = _relief(kind, depth, rise)
    rows = horizon_row + (0.62 - heights * relief) * height * 0.62 / depth
    colours = _colour(heights, relief, across * depth, depth, mood, snow, kind)
    fog = 1 - np.exp(-((depth / (7.5 / haze)) ** 1.5))
    colours += (rgb(mood.haze) - colours) * fog[..., None]
    _draw(canvas, rows, colours)
    ground = canvas[horizon_row:]
    ground *= (1 + 0.12 * ground_noise(rng, width, height - horizon_row, 18, 8))[..., None]
    if trees:
        add_pines(rng, canvas, mood, 1.0, 0.97)
    return canvas


def terrain(rng: Random, width: int, height: int, mood: Mood, **options: float | str | bool) -> Image.Image:
    """Draw a landscape (see `paint_terrain`)."""
    return finish(paint_terrain(rng, width, height, mood, **options), rng)  # type: ignore[arg-type]


def _relief(kind: str, depth: Field, rise: float) -> Field:
    """How high the land may stand at a depth: plain where we are, mountains behind."""
    near = 0.42 if kind == "soft" else 0.3
    return near + np.float32(4.2 * rise) * smoothstep(2.2, 9.0, depth)


def _sample(rng: Random, kind: str, across: Field, depth: Field) -> Field:
    heights = MAPS[kind](int(rng.integers(1, 3)))
    start_x, start_z = (rng.random(2) * _SIDE).astype(np.float32)
    scale = np.float32(60)
    return look_up(heights, across * depth * scale + start_x, depth * scale + start_z + 0 * across)


def _colour(
    heights: Field, relief: Field, x: Field, depth: Field, mood: Mood, snow: float, kind: str
) -> Canvas:
    surface = heights * relief
    slope_x = np.gradient(surface, axis=1) / np.gradient(x, axis=1)
    slope_z = np.gradient(surface, axis=0) / np.gradient(depth[:, 0])[:, None]
    side = -1.0 if mood.sun_at[0] > 0.5 else 1.0
    facing = (0.75 * side * -slope_x + 0.45 * slope_z + 0.9) / np.sqrt(1 + slope_x**2 + slope_z**2)
    light = smoothstep(0.0, 1.25, facing.astype(np.float32))[..., None]
    meadow, rock, summit = (rgb(colour) for colour in mood.land)
    steep = np.sqrt(slope_x**2 + slope_z**2).astype(np.float32)
    stone = smoothstep(0.55, 1.1, steep) if kind == "soft" else smoothstep(0.3, 0.75, steep + heights * 0.5)
    paint = meadow + (rock - meadow) * stone[..., None]
    white = smoothstep(snow - 0.07, snow + 0.07, heights - steep * 0.08) * smoothstep(1.8, 4.0, depth)
    paint = paint + (summit - paint) * white[..., None]
    lit = paint * np.float32(mood.light) * (0.75 + 0.45 * light)
    return np.asarray(
        rgb(mood.shadow) * 0.65 + paint * 0.22 + (lit - rgb(mood.shadow) * 0.65 - paint * 0.22) * light
    )


def _draw(canvas: Canvas, rows: Field, colours: Canvas) -> None:
    """Fill each column from the bottom up with what is nearest there."""
    height, width = canvas.shape[:2]
    tops = np.minimum.accumulate(rows, axis=0)
    pixels = np.arange(height, dtype=np.float32)
    nearest = np.empty((height, width), np.intp)
    for column in range(width):
        nearest[:, column] = np.searchsorted(-tops[:, column], -pixels)
    is_land = nearest < len(rows)
    columns = np.broadcast_to(np.arange(width), nearest.shape)
    canvas[is_land] = colours[nearest[is_land], columns[is_land]]
