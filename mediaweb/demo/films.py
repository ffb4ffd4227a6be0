"""Short films: each yields its frames."""

import math
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image, ImageDraw

from mediaweb.demo.canvas import Canvas, Random, add_disc, finish, lay, look_up, noise, rgb, smoothstep
from mediaweb.demo.encoding import FRAMES_PER_SECOND
from mediaweb.demo.moods import Mood
from mediaweb.demo.nights import paint_aurora
from mediaweb.demo.posters import Palette
from mediaweb.demo.skies import paint_sky
from mediaweb.demo.terrain import paint_terrain
from mediaweb.demo.waters import add_glitter, reflect
from mediaweb.demo.woods import pines

Film = Callable[[Random, int, int, float], Iterator[Image.Image]]


def _show(canvas: Canvas, rng: Random) -> Image.Image:
    return finish(canvas, rng, 0.006, 0.1)


def _moments(seconds: float) -> Iterator[float]:
    """Yield the time of each frame."""
    return (frame / FRAMES_PER_SECOND for frame in range(round(seconds * FRAMES_PER_SECOND)))


def waves(mood: Mood) -> Film:
    """Film the sea while the sun is low."""

    def frames(rng: Random, width: int, height: int, seconds: float) -> Iterator[Image.Image]:
        shore = height // 2
        still = paint_sky(rng, width, height, mood, shore, 0.5)
        tile = noise(rng, 512, 512, 24, 4, 0.6)
        near = np.linspace(0.035, 1, height - shore, dtype=np.float32)[:, None]
        across = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :] * width / height * 48 * 2 / near
        away = np.broadcast_to(108 / near, across.shape)
        for time in _moments(seconds):
            canvas = still.copy()
            drift = np.float32(time * 9)
            moving = look_up(tile, across + drift, away + drift) + look_up(
                tile, across - drift + 99, away - drift * 0.6
            )
            swell = (moving - 1) * np.float32(1.5)
            reflect(canvas, shore, swell, mood.shadow, 0.3)
            add_glitter(canvas, shore, mood.sun_at[0] * width, swell, mood.sun, 0.85)
            yield _show(canvas, rng)

    return frames


def drifting_clouds(mood: Mood) -> Film:
    """Film clouds above mountains, faster than they are."""

    def frames(rng: Random, width: int, height: int, seconds: float) -> Iterator[Image.Image]:
        land = paint_terrain(rng, width, height, mood, horizon=0.62, clouds=0)
        sky = int(height * 0.62)
        empty = paint_sky(rng, width, height, mood, sky, 0)
        is_sky = (np.abs(land[:sky] - empty[:sky]).max(-1) < 0.004).astype(np.float32)
        field = noise(rng, width * 2, sky, 5, 6, 0.52, 2.6)
        for time in _moments(seconds):
            canvas, shift = land.copy(), int(time * width * 0.1)
            part = field[:, shift : shift + width]
            lit = np.clip(0.5 + (part - np.roll(part, -6, 0)) * 2.6, 0, 1)[..., None]
            shade = rgb(mood.haze) * 0.6 + rgb(mood.cloud) * 0.34
            paint = (shade + (rgb(mood.cloud) - shade) * lit).astype(np.float32)
            lay(canvas[:sky], smoothstep(0.5, 0.85, part) * is_sky, paint)
            yield _show(canvas, rng)

    return frames


def northern_lights(colours: tuple[str, str]) -> Film:
    """Film the northern lights."""

    def frames(rng: Random, width: int, height: int, seconds: float) -> Iterator[Image.Image]:
        seed = int(rng.integers(1 << 30))
        for time in _moments(seconds):
            still = np.random.default_rng(seed)
            canvas = paint_aurora(still, width // 2, height // 2, colours, False, time * 0.35)
            yield finish(canvas, rng, 0.006, 0.1).resize((width, height), Image.Resampling.BICUBIC)

    return frames


def whole_day(hours: tuple[Mood, ...]) -> Film:
    """Film the same mountains from night to day."""

    def frames(rng: Random, width: int, height: int, seconds: float) -> Iterator[Image.Image]:
        seed = int(rng.integers(1 << 30))
        stages = [
            paint_terrain(np.random.default_rng(seed), width, height, hour, clouds=0.4) for hour in hours
        ]
        for time in _moments(seconds):
            place = time / seconds * (len(stages) - 1.001)
            stage, share = int(place), np.float32(place % 1)
            yield _show(stages[stage] * (1 - share) + stages[stage + 1] * share, rng)

    return frames


def snowfall(mood: Mood) -> Film:
    """Film snow that falls on a forest."""

    def frames(rng: Random, width: int, height: int, seconds: float) -> Iterator[Image.Image]:
        still = np.asarray(pines(rng, width, height, mood), np.float32) / 255
        flakes = rng.random((150, 4))
        for time in _moments(seconds):
            canvas = still.copy()
            for x, y, near, phase in flakes:
                fall = (y + time * (0.08 + 0.22 * near)) % 1.05
                sway = 0.02 * math.sin(time * 1.6 + phase * 6) * near
                add_disc(
                    canvas,
                    ((x + sway) % 1) * width,
                    fall * height,
                    0.8 + 2.6 * near**2,
                    "#ffffff",
                    0.5 + 0.4 * near,
                )
            yield _show(canvas, rng)

    return frames


def turning_shapes(palette: Palette) -> Film:
    """Film rings of petals that turn against each other."""

    def frames(_: Random, width: int, height: int, seconds: float) -> Iterator[Image.Image]:
        for time in _moments(seconds):
            image = Image.new("RGB", (width * 2, height * 2), palette[0])
            draw_rosette(image, palette, time / seconds)
            yield image.reduce(2)

    return frames


def draw_rosette(image: Image.Image, palette: Palette, share: float) -> None:
    """Draw turning rings of discs; at `share` 1 they stand as at 0."""
    draw = ImageDraw.Draw(image)
    cx, cy, size = image.width / 2, image.height / 2, min(image.width, image.height)
    for ring in range(4):
        count = 6 + 4 * ring
        reach = size * (0.09 + 0.105 * ring)
        radius = size * (0.036 + 0.009 * ring) * (1 + 0.25 * math.sin(2 * math.pi * share + ring))
        turn = share * 2 * math.pi / count * (1 if ring % 2 else -1) * 2
        for index in range(count):
            angle = 2 * math.pi * index / count + turn
            x, y = cx + reach * math.cos(angle), cy + reach * math.sin(angle)
            draw.ellipse(
                (x - radius, y - radius, x + radius, y + radius), fill=palette[1 + ring % (len(palette) - 1)]
            )
    core = size * 0.045
    draw.ellipse((cx - core, cy - core, cx + core, cy + core), fill=palette[4])


def growing_threads(palette: Palette) -> Film:
    """Film lines that find their way along an unseen current."""

    def frames(rng: Random, width: int, height: int, seconds: float) -> Iterator[Image.Image]:
        image = Image.new("RGB", (width * 2, height * 2), palette[4])
        draw = ImageDraw.Draw(image)
        field = (noise(rng, 200, 200, 2.4, 2) * 7).tolist()
        heads = rng.random((260, 2)) * (image.width, image.height)
        inks = [palette[int(i)] for i in rng.integers(0, 4, len(heads))]
        step = min(image.size) / 130
        for _ in _moments(seconds):
            for index, (x, y) in enumerate(heads):
                row, column = (
                    min(199, max(0, int(part * 200))) for part in (y / image.height, x / image.width)
                )
                turn = field[row][column]
                heads[index] = (x + math.cos(turn) * step, y + math.sin(turn) * step)
                draw.line([(x, y), tuple(heads[index])], fill=inks[index], width=2 + index % 5)
            yield image.reduce(2)

    return frames
