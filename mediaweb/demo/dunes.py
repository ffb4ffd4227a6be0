"""Dunes: smooth crests one behind the other, light on one side and shade on the other."""

import numpy as np
from PIL import Image

from mediaweb.demo.canvas import Canvas, Random, cover_below, finish, lay, line_noise, mix, smoothstep
from mediaweb.demo.moods import Mood
from mediaweb.demo.skies import paint_sky


def dunes(
    rng: Random, width: int, height: int, mood: Mood, horizon: float = 0.5, clouds: float = 0.3
) -> Image.Image:
    """Draw a sea of sand."""
    canvas = paint_sky(rng, width, height, mood, int(height * (horizon + 0.06)), clouds)
    for layer in range(6):
        _add_dune(rng, canvas, mood, layer / 5, horizon)
    return finish(canvas, rng, 0.02)


def _add_dune(rng: Random, canvas: Canvas, mood: Mood, part: float, horizon: float) -> None:
    height, width = canvas.shape[:2]
    waves = (4.5 - 3.2 * part) * max(1.0, width / height / 1.6)
    swing = height * (0.035 + 0.1 * part)
    crest = height * (horizon + 0.05 + 0.42 * part**1.3) + swing * line_noise(rng, width, waves, 2, 0.25)
    near = 0.25 + 0.75 * part
    lit = mix(mood.haze, mood.land[0], near)
    cover_below(canvas, crest, mix(lit, mood.land[2], 0.45), mix(lit, mood.land[1], 0.3), 0.3)
    side = 1 if mood.sun_at[0] > 0.5 else -1
    slope = np.gradient(crest) * side * width / swing / waves
    reach = height * (0.05 + 0.32 * part) * smoothstep(-1.2, 3.5, -slope) + 1
    below = np.arange(height, dtype=np.float32)[:, None] - crest[None, :]
    shade = np.clip(below + 0.5, 0, 1) * smoothstep(1.0, 0.9, below / reach[None, :])
    shade *= smoothstep(-0.4, 0.8, -slope)[None, :]
    lay(canvas, shade * np.float32(0.8), mix(mix(lit, mood.shadow, 0.55), mood.land[1], 0.3))
