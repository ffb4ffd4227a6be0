"""Posters: plain shapes on paper."""

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from mediaweb.demo.canvas import Random, finish, mix, noise, rgb

_FINE = 2
Palette = tuple[str, ...]
#: The first colour of each is its paper.
BAUHAUS: Palette = ("#f1e6d2", "#d8402f", "#1f4e8c", "#f2b632", "#1c1c1c")
MINT: Palette = ("#eef1e6", "#2f6f62", "#f2a65a", "#e4572e", "#17313b")
CANDY: Palette = ("#fff1e8", "#ff7d6b", "#7a4bd0", "#ffc94d", "#2b2250")
OCEAN: Palette = ("#e8f0f2", "#0f4c75", "#3fa7c8", "#f6b26b", "#10202f")
CLAY: Palette = ("#f5ebe0", "#b5532f", "#e0a56b", "#6b7f5e", "#3b2a24")
INK: Palette = ("#f4f2ec", "#1d1f24", "#d94f30", "#8f9aa3", "#50575f")


def print_poster(rng: Random, image: Image.Image, grain: float = 0.016) -> Image.Image:
    """Reduce a drawing to its size and give it the tooth of printed paper."""
    small = image.reduce(_FINE)
    canvas = np.asarray(small.convert("RGB"), np.float32) / 255
    tooth = noise(rng, small.width, small.height, 80, 3, 0.7)
    return finish(canvas + ((tooth - 0.5) * 0.035)[..., None], rng, grain, 0.03)


def grid(rng: Random, width: int, height: int, palette: Palette, cells: int = 4) -> Image.Image:
    """Fill a grid with quarter circles, halves, rings and squares."""
    image = Image.new("RGB", (width * _FINE, height * _FINE), palette[0])
    draw = ImageDraw.Draw(image)
    side = min(width, height) * _FINE * 0.88 / cells
    columns, rows = (max(1, int(length * _FINE * 0.94 / side)) for length in (width, height))
    left, top = (width * _FINE - columns * side) / 2, (height * _FINE - rows * side) / 2
    for row in range(rows):
        for column in range(columns):
            ground, shape, dot = (palette[int(i)] for i in rng.permutation(len(palette))[:3])
            x, y = left + column * side, top + row * side
            draw.rectangle((x, y, x + side, y + side), fill=ground)
            kind: Callable[..., None] = _SHAPES[int(rng.integers(len(_SHAPES)))]
            kind(draw, x, y, side, shape, dot, ground, int(rng.integers(4)))
    return print_poster(rng, image)


def _quarter(
    draw: ImageDraw.ImageDraw, x: float, y: float, s: float, a: str, b: str, _: str, turn: int
) -> None:
    cx, cy = x + (turn in (1, 2)) * s, y + (turn in (2, 3)) * s
    for radius, colour in ((s, a), (s * 0.5, b)):
        draw.pieslice(
            (cx - radius, cy - radius, cx + radius, cy + radius), turn * 90, turn * 90 + 90, fill=colour
        )


def _half(draw: ImageDraw.ImageDraw, x: float, y: float, s: float, a: str, b: str, _: str, turn: int) -> None:
    draw.pieslice((x, y, x + s, y + s), turn * 90, turn * 90 + 180, fill=a)
    draw.pieslice(
        (x + s / 4, y + s / 4, x + s * 3 / 4, y + s * 3 / 4), turn * 90 + 180, turn * 90 + 360, fill=b
    )


def _rings(draw: ImageDraw.ImageDraw, x: float, y: float, s: float, a: str, b: str, c: str, _: int) -> None:
    for inset, colour in ((0.06, a), (0.2, c), (0.32, b)):
        draw.ellipse((x + s * inset, y + s * inset, x + s * (1 - inset), y + s * (1 - inset)), fill=colour)


def _stripes(
    draw: ImageDraw.ImageDraw, x: float, y: float, s: float, a: str, _b: str, _: str, turn: int
) -> None:
    for stripe in range(4):
        at = stripe * s / 4
        box = (x + at, y, x + at + s / 8, y + s) if turn % 2 else (x, y + at, x + s, y + at + s / 8)
        draw.rectangle(box, fill=a)


def _triangle(
    draw: ImageDraw.ImageDraw, x: float, y: float, s: float, a: str, b: str, _: str, turn: int
) -> None:
    corners = [(x, y), (x + s, y), (x + s, y + s), (x, y + s)]
    draw.polygon([corners[(turn + i) % 4] for i in range(3)], fill=a)
    draw.ellipse((x + s * 0.36, y + s * 0.36, x + s * 0.64, y + s * 0.64), fill=b)


_SHAPES: tuple[Callable[..., None], ...] = (_quarter, _quarter, _half, _rings, _stripes, _triangle)


def arcs(rng: Random, width: int, height: int, palette: Palette) -> Image.Image:
    """Draw rainbows of arches that stand side by side and one above the other."""
    image = Image.new("RGB", (width * _FINE, height * _FINE), palette[0])
    draw = ImageDraw.Draw(image)
    side = max(width, height) * _FINE / 4
    row = 0
    y = side * 0.5
    while y < height * _FINE + side:
        x = -side / 2 if row % 2 else 0.0
        while x < width * _FINE + side:
            shift = int(rng.integers(4))
            for band in range(6):
                radius = side / 2 * (1 - band / 6)
                colour = palette[1 + (band + shift) % (len(palette) - 1)] if band % 2 == 0 else palette[0]
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
            x += side
        y += side * 0.34
        row += 1
    return print_poster(rng, image)


def sunrise(rng: Random, width: int, height: int, palette: Palette) -> Image.Image:
    """Draw a striped sun above waves of hills."""
    w, h = width * _FINE, height * _FINE
    image = Image.new("RGB", (w, h), palette[0])
    draw = ImageDraw.Draw(image)
    radius, cx, cy = min(w, h) * 0.33, w * 0.5, h * 0.4
    draw.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=palette[1])
    for stripe in range(6):
        y = cy + radius * (0.05 + stripe * 0.17)
        draw.rectangle((0, y, w, y + radius * (0.025 + 0.014 * stripe)), fill=palette[0])
    for hill in range(4):
        base = h * (0.66 + hill * 0.09)
        swing, phase = h * (0.035 + 0.015 * rng.random()), rng.random() * 6
        points = [(x, base + swing * math.sin(x / w * (4 + hill) + phase)) for x in range(0, w + 8, 8)]
        draw.polygon([*points, (w, h), (0, h)], fill=mix(palette[2], palette[4], hill / 3))
    margin = min(w, h) * 0.05
    for box in ((0, 0, w, margin), (0, h - margin, w, h), (0, 0, margin, h), (w - margin, 0, w, h)):
        draw.rectangle(box, fill=palette[0])
    return print_poster(rng, image)


def overlap(rng: Random, width: int, height: int, palette: Palette) -> Image.Image:
    """Print large discs over one another, so that their inks mix."""
    w, h = width * _FINE, height * _FINE
    image = Image.new("RGB", (w, h), palette[0])
    size = min(w, h)
    for index in range(6):
        layer = Image.new("RGB", (w, h), "#ffffff")
        radius = size * (0.16 + 0.2 * rng.random())
        x, y = w * (0.15 + 0.7 * rng.random()), h * (0.15 + 0.7 * rng.random())
        box = (x - radius, y - radius, x + radius, y + radius)
        draw = ImageDraw.Draw(layer)
        colour = mix(palette[1 + index % 3], "#ffffff", 0.12)
        if index % 3 == 2:
            draw.ellipse(box, outline=colour, width=int(radius * 0.32))
        else:
            draw.ellipse(box, fill=colour)
        image = ImageChops.multiply(image, layer)
    return print_poster(rng, image)


def threads(rng: Random, width: int, height: int, palette: Palette) -> Image.Image:
    """Draw lines that follow an unseen current."""
    w, h = width * _FINE, height * _FINE
    image = Image.new("RGB", (w, h), palette[4])
    draw = ImageDraw.Draw(image)
    field = (noise(rng, 200, 200, 2.4, 2) * 7).tolist()
    stride = min(w, h) / 90
    inks = palette[:4]
    for _ in range(750):
        x, y, line = rng.random() * w, rng.random() * h, []
        for _ in range(46):
            if not (0 <= x < w and 0 <= y < h):
                break
            line.append((x, y))
            turn = field[int(y / h * 200)][int(x / w * 200)]
            x, y = x + math.cos(turn) * stride, y + math.sin(turn) * stride
        if len(line) > 4:
            colour = mix(palette[4], inks[int(rng.integers(4))], 0.35 + 0.65 * rng.random())
            thick = int(2 + rng.random() ** 3 * 12)
            draw.line(line, fill=colour, width=thick, joint="curve" if thick > 6 else None)
    return print_poster(rng, image, 0.01)


def tiles(rng: Random, width: int, height: int, palette: Palette, across: int = 6) -> Image.Image:
    """Lay painted tiles, as on the walls of a southern town."""
    side = max(width, height) * _FINE // across
    art = Image.new("RGB", (side, side), palette[0])
    draw = ImageDraw.Draw(art)
    middle = side / 2
    for count, reach, colour in (
        (8, 0.47, palette[1]),
        (8, 0.38, palette[0]),
        (8, 0.33, palette[2]),
        (4, 0.2, palette[3]),
    ):
        points = []
        for step in range(240):
            turn = step / 240 * 2 * math.pi
            radius = side * reach * (0.72 + 0.28 * abs(math.cos(turn * count / 2)) ** 0.7)
            points.append((middle + radius * math.cos(turn), middle + radius * math.sin(turn)))
        draw.polygon(points, fill=colour)
    for cx in (0, side):
        for cy in (0, side):
            for radius, colour in (
                (0.27, palette[1]),
                (0.21, palette[0]),
                (0.15, palette[3]),
                (0.06, palette[1]),
            ):
                r = side * radius
                draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=colour)
    draw.rectangle(
        (0, 0, side - 1, side - 1), outline=mix(palette[0], palette[4], 0.3), width=max(2, side // 90)
    )
    wall = Image.new("RGB", (width * _FINE, height * _FINE))
    for x in range(0, wall.width, side):
        for y in range(0, wall.height, side):
            aged = Image.blend(art, Image.new("RGB", art.size, palette[0]), 0.16 * rng.random())
            wall.paste(aged, (x, y))
    return print_poster(rng, wall)


def watercolour(rng: Random, width: int, height: int, inks: Palette, blots: int = 7) -> Image.Image:
    """Let wet colours run into one another on rough paper."""
    canvas = np.ones((height, width, 3), np.float32) * rgb("#fbf8f1")
    size = min(width, height)
    rows = np.arange(height, dtype=np.float32)[:, None]
    columns = np.arange(width, dtype=np.float32)[None, :]
    bloom = noise(rng, width, height, 7, 6, 0.6)
    for index in range(blots):
        x, y = width * (0.12 + 0.76 * rng.random()), height * (0.15 + 0.7 * rng.random())
        radius = size * (0.18 + 0.24 * rng.random())
        rough = np.roll(bloom, (int(rng.integers(height)), int(rng.integers(width))), (0, 1))
        distance = np.sqrt(((columns - x) / radius) ** 2 + ((rows - y) / radius) ** 2) + (rough - 0.5) * 1.1
        inside = np.clip((1 - distance) * 22, 0, 1)
        rim = np.exp(-(((distance - 0.965) / 0.035) ** 2)) * inside
        wash = inside * (0.26 + 0.3 * rough) + rim * 0.3
        canvas *= 1 - wash[..., None] * (1 - rgb(inks[index % len(inks)]))
    tooth = noise(rng, width, height, 120, 3, 0.8)
    return finish(canvas * (0.975 + 0.04 * tooth)[..., None], rng, 0.012, 0.02)
