"""From above: fields, maps with contour lines, and clouds."""

import math

import numpy as np
from PIL import Image

from mediaweb.demo.canvas import Field, Random, finish, lay, look_up, noise, rgb, smoothstep

FARMLAND = ("#8aa04a", "#b9b45a", "#d9c27a", "#6d8a3f", "#a3713f", "#c7a95f", "#557a3c", "#93643a")
TULIPS = ("#d9415f", "#f2b632", "#7a9a4a", "#e86f9a", "#8a4fb0", "#f0dfc8", "#6d8a3f", "#f07a3c")


def fields(rng: Random, width: int, height: int, colours: tuple[str, ...] = FARMLAND) -> Image.Image:
    """Draw fields, each ploughed its own way, with lanes between."""
    count = 34
    size = math.sqrt(width * height)
    rows = np.arange(height, dtype=np.float32)[:, None]
    columns = np.arange(width, dtype=np.float32)[None, :]
    bend = (noise(rng, width, height, 3, 2) - 0.5) * size * 0.05
    first = np.full((height, width), 1e9, np.float32)
    second = first.copy()
    owner = np.zeros((height, width), np.intp)
    for index in range(count):
        x, y = rng.random() * width, rng.random() * height
        # Between a diamond's distance and a square's: borders are mostly straight and square.
        distance = np.maximum(np.abs(columns - x + bend), np.abs(rows - y + bend) * 1.15)
        is_nearer = distance < first
        second = np.where(is_nearer, first, np.minimum(second, distance))
        first = np.where(is_nearer, distance, first)
        owner[is_nearer] = index
    paints = np.stack([rgb(colours[int(i)]) for i in rng.integers(0, len(colours), count)])
    turns = rng.random(count) * math.pi
    pitch = size / (60 + 90 * rng.random(count))
    along = columns * np.cos(turns)[owner] + (rows + bend) * np.sin(turns)[owner]
    furrows = np.sin(along / pitch[owner] * 2 * math.pi) * (0.03 + 0.08 * rng.random(count))[owner]
    soil = noise(rng, width, height, 9, 6, 0.6) - 0.5
    canvas = (paints[owner] * (1 + furrows + 0.32 * soil)[..., None]).astype(np.float32)
    gap = second - first
    lay(canvas, smoothstep(size * 0.014, size * 0.009, gap) * np.float32(0.75), "#4d6132")
    lay(canvas, smoothstep(size * 0.006, size * 0.003, gap) * np.float32(0.85), "#e3d3ac")
    _add_river(rng, canvas, rows, columns)
    return finish(canvas, rng, 0.016, 0.16)


def _add_river(rng: Random, canvas: Field, rows: Field, columns: Field) -> None:
    height, width = canvas.shape[:2]
    t = columns / width
    middle = height * (
        0.45 + 0.22 * np.sin(t * 5 + rng.random() * 6) + 0.07 * np.sin(t * 13 + rng.random() * 6)
    )
    away = np.abs(rows - middle)
    wide = height * 0.022
    lay(canvas, smoothstep(wide * 2.6, wide * 1.2, away), "#42602f")
    lay(canvas, smoothstep(wide * 1.15, wide * 0.95, away), "#5b93a8")


def contours(
    rng: Random, width: int, height: int, tints: tuple[str, ...], line: str, levels: int = 16
) -> Image.Image:
    """Draw a map of heights with a tint a level and every fourth line bold."""
    heights = noise(rng, width, height, 3, 3, 0.34)
    marks = np.linspace(0, 1, len(tints))
    stepped = np.floor(heights * levels) / levels
    shade = np.gradient(heights, axis=1) + np.gradient(heights, axis=0)
    canvas = np.stack([np.interp(stepped, marks, [rgb(tint)[i] for tint in tints]) for i in range(3)], -1)
    canvas = (canvas * (1 - np.clip(shade * width * 0.02, -0.12, 0.12))[..., None]).astype(np.float32)
    slope = np.hypot(*np.gradient(heights)) + 1e-6
    for step, thick, share in ((levels, 0.9, 0.55), (levels // 4, 1.7, 0.9)):
        phase = heights * step
        pixels = np.abs(phase - np.round(phase)) / (slope * step)
        lay(canvas, (np.clip(thick + 0.5 - pixels, 0, 1) * np.float32(share)).astype(np.float32), line)
    return finish(canvas, rng, 0.008, 0)


def marble(rng: Random, width: int, height: int, colours: tuple[str, ...]) -> Image.Image:
    """Swirl inks on water: noise that bends noise (domain warping)."""
    first, second = noise(rng, width, height, 3, 4), noise(rng, width, height, 3, 4)
    tile = noise(rng, 512, 512, 4, 5, 0.5)
    u = np.linspace(0, 500, width, dtype=np.float32)[None, :] + first * 420
    v = np.linspace(0, 500 * height / width, height, dtype=np.float32)[:, None] + second * 420
    tone = look_up(tile, u, v)
    lines = 0.5 + 0.5 * np.sin(tone * 34)
    marks = np.linspace(0.1, 0.9, len(colours))
    canvas = np.stack([np.interp(tone, marks, [rgb(c)[i] for c in colours]) for i in range(3)], -1).astype(
        np.float32
    )
    canvas *= (0.86 + 0.16 * lines)[..., None]
    lay(canvas, (smoothstep(0.965, 0.995, lines) * 0.8).astype(np.float32), "#f6d9a0")
    return finish(canvas, rng, 0.01, 0.05)
