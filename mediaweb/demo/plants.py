"""Plants: flowers seen closely, and leaves as a pattern."""

import math

import numpy as np
from PIL import Image, ImageDraw

from mediaweb.demo.canvas import (
    Canvas,
    Field,
    Random,
    add_disc,
    add_glow,
    finish,
    gradient,
    lay,
    mix,
    noise,
    rgb,
    smoothstep,
)

_FINE = 2


def flower(
    rng: Random, width: int, height: int, petals: tuple[str, str], heart: str, meadow: tuple[str, str],
    count: int = 11, rings: int = 3,
) -> Image.Image:  # fmt: skip
    """Draw one flower from near by; `petals` is the colour at their base and at their tips."""
    canvas = gradient(width, height, (mix(meadow[0], "#ffffff", 0.1), meadow[0], meadow[1]))
    size = min(width, height)
    for _ in range(22):
        colour = mix(meadow[int(rng.integers(2))], str(rng.choice(["#ffffff", petals[1]])), 0.35)
        x, y = rng.random() * width, rng.random() * height
        add_glow(canvas, x, y, size * (0.06 + 0.13 * rng.random()), colour, 0.4)
    x0, y0 = width * (0.42 + 0.16 * rng.random()), height * (0.46 + 0.08 * rng.random())
    _add_shadow(canvas, x0, y0, size * 0.42)
    top, left = max(0, int(y0 - size * 0.46)), max(0, int(x0 - size * 0.49))
    near = canvas[top : int(y0 + size * 0.46), left : int(x0 + size * 0.49)]
    across = (np.arange(left, left + near.shape[1], dtype=np.float32)[None, :] - x0) / (size * 0.47)
    down = (np.arange(top, top + near.shape[0], dtype=np.float32)[:, None] - y0) / (size * 0.44)
    distance, angle = np.sqrt(across**2 + down**2), np.arctan2(down, across)
    silk = noise(rng, near.shape[1], near.shape[0], 30, 3)
    for ring in range(rings):
        _add_petals(
            near, distance, angle + np.float32(rng.random() * 6), count, 1 - 0.24 * ring, petals, silk
        )
    _add_heart(rng, canvas, x0, y0, size * 0.125, heart)
    return finish(canvas, rng, vignette=0.25)


def _add_shadow(canvas: Canvas, x: float, y: float, radius: float) -> None:
    height, width = canvas.shape[:2]
    across = ((np.arange(width, dtype=np.float32) - x) / radius) ** 2
    down = ((np.arange(height, dtype=np.float32) - y - radius * 0.08) / radius) ** 2
    canvas *= (1 - 0.35 * np.exp(-((across[None, :] + down[:, None]) ** 2)))[..., None]


def _add_petals(
    canvas: Canvas,
    distance: Field,
    angle: Field,
    count: int,
    reach: float,
    petals: tuple[str, str],
    silk: Field,
) -> None:
    """Lay two rows of petals, those behind first (each a lobe of a polar curve)."""
    for row in range(2):
        turn = (angle * count / (2 * math.pi) + row * 0.5) % 1 - 0.5  # from one side of a petal to the other
        own = np.abs(turn) * 2
        outline = (
            np.float32(reach * (0.94 + 0.06 * row))
            * (1 - 0.62 * own**2.6)
            * (1 - 0.06 * np.exp(-((own / 0.12) ** 2)))
        )
        width = smoothstep(1.0, 0.96, own)
        mask = smoothstep(0.008, -0.008, distance - outline) * width
        along = np.clip(distance / reach, 0, 1)
        tone = smoothstep(0.1, 0.95, along)[..., None]
        colour = rgb(petals[0]) + (rgb(petals[1]) - rgb(petals[0])) * tone
        vein = 0.05 * np.sin(turn * 60) * (1 - own)
        shade = (
            0.62
            + 0.38 * smoothstep(0.0, 0.55, along)
            - 0.34 * own**3
            - 0.16 * (1 - row)
            + vein
            + 0.1 * (silk - 0.5)
            + 0.1 * (turn < 0)
        )
        lay(canvas, mask, (colour * shade[..., None]).astype(np.float32))


def _add_heart(rng: Random, canvas: Canvas, x: float, y: float, radius: float, colour: str) -> None:
    """Set seeds in a sunflower's spiral (Vogel, 1979)."""
    add_disc(canvas, x, y, radius * 1.04, mix(colour, "#1a1208", 0.6))
    count = 190
    for seed in range(count):
        away = radius * math.sqrt((seed + 0.5) / count)
        turn = seed * math.pi * (3 - math.sqrt(5))
        px, py = x + away * math.cos(turn), y + away * math.sin(turn)
        lift = 0.35 + 0.5 * (1 - seed / count) + 0.15 * rng.random()
        add_disc(canvas, px, py, radius * 0.062, mix("#2a1a0c", colour, lift))
        add_disc(
            canvas, px - radius * 0.015, py - radius * 0.02, radius * 0.024, mix(colour, "#ffffff", 0.45), 0.8
        )


def leaves(
    rng: Random, width: int, height: int, ground: str, greens: tuple[str, ...], accent: str
) -> Image.Image:
    """Draw a dense pattern of leaves and twigs."""
    image = Image.new("RGB", (width * _FINE, height * _FINE), ground)
    draw = ImageDraw.Draw(image)
    size = min(width, height) * _FINE * 0.15
    places = [
        (x + (rng.random() - 0.5) * size * 0.8, y + (rng.random() - 0.5) * size * 0.8)
        for y in np.arange(-size, height * _FINE + size, size * 0.9)
        for x in np.arange(-size, width * _FINE + size, size * 0.9)
    ]
    for index in rng.permutation(len(places)):
        x, y = places[index]
        kind = rng.random()
        if kind < 0.12:
            _draw_berries(rng, draw, x, y, size * 0.16, accent, ground)
        else:
            colour = greens[int(rng.integers(len(greens)))]
            length = size * (0.8 + 0.7 * rng.random())
            _draw_leaf(
                draw,
                (x, y),
                rng.random() * 2 * math.pi,
                length,
                0.2 + 0.16 * rng.random(),
                colour,
                kind < 0.4,
            )
    return _add_paper(rng, image.reduce(_FINE))


def _add_paper(rng: Random, image: Image.Image) -> Image.Image:
    canvas = np.asarray(image, np.float32) / 255
    fibre = noise(rng, image.width, image.height, 60, 3)
    return finish(canvas * (0.97 + 0.06 * fibre)[..., None], rng, 0.01, 0)


_LEAF_EDGE = [(step / 15 - 0.5, math.sin(math.pi * (step / 15) ** 0.8) ** 1.1) for step in range(16)]


def _draw_leaf(
    draw: ImageDraw.ImageDraw,
    foot: tuple[float, float],
    turn: float,
    length: float,
    breadth: float,
    colour: str,
    is_feathered: bool = False,
    has_veins: bool = True,
) -> None:
    right, down = length * math.cos(turn), length * math.sin(turn)

    def place(along: float, aside: float) -> tuple[float, float]:
        return (foot[0] + along * right - aside * down, foot[1] + along * down + aside * right)

    vein, width = mix(colour, "#ffffff", 0.35), max(2, int(length * 0.018))
    if is_feathered:
        draw.line([place(-0.5, 0), place(0.55, 0)], fill=colour, width=width * 2)
        for step in range(7):
            along = -0.4 + step * 0.14
            reach = length * (0.3 - 0.03 * step)
            for side in (-1, 1):
                _draw_leaf(
                    draw,
                    place(along + 0.09, side * reach / length * 0.42),
                    turn + side * 0.9,
                    reach,
                    0.2,
                    colour,
                    has_veins=False,
                )
        return
    half = [(along, breadth * bulge) for along, bulge in _LEAF_EDGE]
    draw.polygon([place(a, b) for a, b in half] + [place(a, -b) for a, b in reversed(half)], fill=colour)
    draw.polygon([place(a, b) for a, b in half], fill=mix(colour, "#0b1a12", 0.14))
    draw.line([place(-0.62, 0), place(0.42, 0)], fill=vein, width=width)
    for step in range(5 if has_veins else 0):
        along = -0.3 + step * 0.14
        for side in (-1, 1):
            draw.line(
                [place(along, 0), place(along + 0.12, side * breadth * 0.62)],
                fill=vein,
                width=max(1, width // 2),
            )


def _draw_berries(
    rng: Random, draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: str, ground: str
) -> None:
    for _ in range(4):
        px, py = x + (rng.random() - 0.5) * radius * 5, y + (rng.random() - 0.5) * radius * 5
        draw.line([(x, y), (px, py)], fill=mix(colour, ground, 0.4), width=max(2, int(radius * 0.16)))
        draw.ellipse((px - radius, py - radius, px + radius, py + radius), fill=colour)
        spot = radius * 0.28
        draw.ellipse(
            (px - spot * 2, py - spot * 2, px - spot * 0.6, py - spot * 0.6), fill=mix(colour, "#ffffff", 0.5)
        )
