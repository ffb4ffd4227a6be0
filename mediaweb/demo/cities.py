"""Cities: towers with lit windows, and their lights in the water."""

import numpy as np
from PIL import Image

from mediaweb.demo.canvas import Canvas, Random, add_disc, finish, ground_noise, mix, rgb
from mediaweb.demo.moods import Mood
from mediaweb.demo.skies import add_stars, paint_sky
from mediaweb.demo.waters import reflect

WINDOWS = ("#ffd98a", "#ffe9b8", "#ffc56b", "#d8ecff")


def skyline(
    rng: Random, width: int, height: int, mood: Mood, lit: float = 0.35, water: bool = True, layers: int = 4,
    stars: bool = False, clouds: float = 0.4,
) -> Image.Image:  # fmt: skip
    """Draw the towers of a city; `lit` is the share of windows with light."""
    shore = int(height * (0.7 if water else 0.97))
    canvas = paint_sky(rng, width, height, mood, shore, clouds)
    if stars:
        add_stars(rng, canvas, shore, 0.5)
    for layer in range(layers):
        part = layer / (layers - 1)
        _add_towers(rng, canvas, shore, mood, part, lit)
    if water:
        waves = ground_noise(rng, width, height - shore, 7, 5)
        reflect(canvas, shore, waves, mood.shadow, 0.18, 9)
        canvas[shore - 2 : shore + 1] = rgb(mood.shadow) * 0.6
    else:
        canvas[shore:] = rgb(mood.shadow) * 0.5
    return finish(canvas, rng)


def _add_towers(rng: Random, canvas: Canvas, shore: int, mood: Mood, part: float, lit: float) -> None:
    width = canvas.shape[1]
    colour = mix(mood.haze, mood.shadow, 0.25 + 0.75 * part)
    unit = shore * (0.045 + 0.03 * part)
    x = -unit
    while x < width:
        wide = unit * (0.9 + 1.8 * rng.random())
        centre = 1 - abs((x / width) - 0.45) * 1.2
        tall = shore * (0.16 + (0.62 - 0.42 * part) * rng.random() ** 1.7 * centre)
        _add_tower(rng, canvas, (int(x), int(shore - tall), int(x + wide), shore), colour, part, lit)
        x += wide * (0.82 + 0.5 * rng.random())


def _add_tower(
    rng: Random, canvas: Canvas, box: tuple[int, int, int, int], colour: str, part: float, lit: float
) -> None:
    left, top, right, bottom = box
    left, width = max(0, left), right - left
    if right <= 0 or left >= canvas.shape[1]:
        return
    shade = np.linspace(1.12, 0.88, max(1, min(right, canvas.shape[1]) - left), dtype=np.float32)
    canvas[top:bottom, left:right] = rgb(colour)[None, None] * shade[None, :, None]
    if rng.random() < 0.3:  # a smaller storey on top, and an aerial
        inset, rise = width // 4, int((bottom - top) * 0.09)
        canvas[max(0, top - rise) : top, left + inset : right - inset] = rgb(colour)
        middle = (left + right) // 2
        canvas[max(0, top - rise * 3) : top, middle : middle + 2] = rgb(colour)
        if part > 0.5 and lit > 0.2 and middle < canvas.shape[1] - 2:
            add_disc(canvas, middle + 1, max(2, top - rise * 3), 2.5, "#ff6a5a")
    _light_windows(rng, canvas, (left, top, right, bottom), part, lit)


def _light_windows(
    rng: Random, canvas: Canvas, box: tuple[int, int, int, int], part: float, lit: float
) -> None:
    left, top, right, bottom = box
    step_y = max(5, int(canvas.shape[0] * (0.008 + 0.007 * part)))
    step_x = max(4, int(step_y * 0.8))
    busy = lit * (0.35 + 0.9 * rng.random())
    for y in range(top + step_y, bottom - step_y, step_y):
        is_dark_floor = rng.random() < 0.12
        for x in range(left + step_x // 2 + 1, right - step_x, step_x):
            if is_dark_floor or rng.random() > busy:
                continue
            pane = canvas[y : y + max(2, step_y // 2), x : x + max(2, step_x // 2)]
            light = rgb(WINDOWS[int(rng.integers(len(WINDOWS)))])
            pane += (light - pane) * np.float32((0.35 + 0.65 * rng.random()) * (0.45 + 0.55 * part))
