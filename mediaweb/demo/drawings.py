"""Charts, diagrams as SVG, and pictures that move or have no ground."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mediaweb.demo.canvas import Random, mix, noise
from mediaweb.demo.films import draw_rosette
from mediaweb.demo.posters import Palette

_FINE = 2
_MONTHS = ("J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D")


def _write(
    draw: ImageDraw.ImageDraw,
    place: tuple[float, float],
    words: str,
    size: float,
    colour: str,
    anchor: str = "ls",
) -> None:
    draw.text(place, words, colour, ImageFont.load_default(size * _FINE), anchor)


def bars(rng: Random, width: int, height: int, title: str, note: str, palette: Palette) -> Image.Image:
    """Draw a bar for each month."""
    image, draw, box = _chart(width, height, title, note, palette)
    left, top, right, bottom = box
    step = (right - left) / 12
    for index, month in enumerate(_MONTHS):
        share = 0.3 + 0.45 * (0.5 - 0.5 * math.cos(index / 12 * 2 * math.pi + 0.6)) + 0.2 * rng.random()
        x = left + step * (index + 0.18)
        colour = palette[1] if share > 0.72 else palette[2]
        draw.rounded_rectangle(
            (x, bottom - (bottom - top) * share, x + step * 0.64, bottom),
            step * 0.1,
            colour,
            corners=(True, True, False, False),
        )
        _write(draw, (x + step * 0.32, bottom + height * 0.09), month, height * 0.032, palette[4], "ms")
    return image.reduce(_FINE)


def curves(rng: Random, width: int, height: int, title: str, note: str, palette: Palette) -> Image.Image:
    """Draw three curves over the year, the first with its area."""
    image, draw, (left, top, right, bottom) = _chart(width, height, title, note, palette)
    for index, share in enumerate((0.82, 0.6, 0.4)):
        phase, wobble = 0.3 * index, noise(rng, 64, 8, 5, 2)[0]
        points = []
        for place in np.linspace(0, 1, 80):
            lift = 0.5 - 0.5 * math.cos(float(place) * 2 * math.pi - phase)
            value = share * (0.25 + 0.7 * lift) + 0.07 * (float(wobble[int(place * 63)]) - 0.5)
            points.append((left + (right - left) * float(place), bottom - (bottom - top) * value))
        colour = palette[1 + index]
        if index == 0:
            draw.polygon([(left, bottom), *points, (right, bottom)], fill=mix(palette[0], colour, 0.22))
        draw.line(points, fill=colour, width=int(height * 0.016), joint="curve")
    for index, month in enumerate(_MONTHS):
        x = left + (right - left) * (index + 0.5) / 12
        _write(draw, (x, bottom + height * 0.09), month, height * 0.032, palette[4], "ms")
    return image.reduce(_FINE)


def shares(_: Random, width: int, height: int, title: str, note: str, palette: Palette) -> Image.Image:
    """Draw a ring of four parts with their names."""
    image, draw, _box = _chart(width, height, title, note, palette, has_grid=False)
    w, h = image.size
    radius, cx, cy, at = h * 0.3, w * 0.31, h * 0.6, -90.0
    parts = (("Walking", 0.42), ("Bicycle", 0.27), ("Train", 0.21), ("Bus", 0.1))
    for index, (name, part) in enumerate(parts):
        colour = (palette[1], palette[2], palette[3], mix(palette[4], palette[0], 0.45))[index]
        draw.pieslice(
            (cx - radius, cy - radius, cx + radius, cy + radius), at, at + part * 360 - 1.6, fill=colour
        )
        at += part * 360
        y = h * (0.44 + index * 0.11)
        draw.rounded_rectangle(
            (w * 0.62, y - h * 0.038, w * 0.62 + h * 0.045, y + h * 0.007), h * 0.01, colour
        )
        _write(draw, (w * 0.62 + h * 0.075, y), f"{name}  {part:.0%}", height * 0.045, palette[4])
    inner = radius * 0.56
    draw.ellipse((cx - inner, cy - inner, cx + inner, cy + inner), fill=palette[0])
    return image.reduce(_FINE)


def _chart(
    width: int, height: int, title: str, note: str, palette: Palette, has_grid: bool = True
) -> tuple[Image.Image, ImageDraw.ImageDraw, tuple[float, float, float, float]]:
    w, h = width * _FINE, height * _FINE
    image = Image.new("RGB", (w, h), palette[0])
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = w * 0.07, h * 0.3, w * 0.93, h * 0.84
    _write(draw, (left, h * 0.135), title, height * 0.062, palette[4])
    _write(draw, (left, h * 0.205), note, height * 0.034, mix(palette[4], palette[0], 0.35))
    for line in range(5 if has_grid else 0):
        y = top + (bottom - top) * line / 4
        draw.line([(left, y), (right, y)], fill=mix(palette[0], palette[4], 0.14), width=_FINE)
    return image, draw, (left, top, right, bottom)


def rosette_frames(side: int, palette: Palette, count: int = 30) -> list[Image.Image]:
    """Return the frames of turning rings, without a seam."""
    frames = []
    for frame in range(count):
        image = Image.new("RGB", (side * _FINE, side * _FINE), palette[0])
        draw_rosette(image, palette, frame / count)
        frames.append(image.reduce(_FINE).quantize(48, dither=Image.Dither.NONE))
    return frames


def moon_frames(side: int, count: int = 28) -> list[Image.Image]:
    """Return the phases of the moon."""
    y, x = (np.mgrid[0:side, 0:side].astype(np.float32) - side / 2) / (side * 0.34)
    tile = noise(np.random.default_rng(5), side, side, 6, 6, 0.6)
    disc = np.clip((1 - np.sqrt(x**2 + y**2)) * side * 0.34, 0, 1)
    z = np.sqrt(np.clip(1 - x**2 - y**2, 0, 1))
    frames = []
    for frame in range(count):
        turn = (frame / count + 0.36) * 2 * math.pi
        light = np.clip((math.sin(turn) * x - math.cos(turn) * z) * 3, 0.03, 1)
        tone = disc * light * (0.62 + 0.38 * tile)
        rgb_parts = [tone * 238 + 12, tone * 232 + 16, tone * 214 + 34]
        frames.append(Image.fromarray(np.clip(np.stack(rgb_parts, -1), 0, 255).astype(np.uint8)))
    return frames


def sticker(_: Random, side: int, palette: Palette) -> Image.Image:
    """Draw a round badge with a mountain on nothing."""
    image = Image.new("RGBA", (side * _FINE, side * _FINE))
    draw = ImageDraw.Draw(image)
    s = side * _FINE

    def disc(radius: float, colour: str) -> None:
        draw.ellipse(
            (s / 2 - s * radius, s / 2 - s * radius, s / 2 + s * radius, s / 2 + s * radius), fill=colour
        )

    for radius, colour in ((0.48, "#ffffff"), (0.45, palette[4]), (0.41, palette[0]), (0.395, palette[2])):
        disc(radius, colour)
    draw.ellipse((s * 0.56, s * 0.22, s * 0.72, s * 0.38), fill=palette[3])
    for points, colour in (
        (((0.14, 0.66), (0.38, 0.3), (0.62, 0.66)), palette[4]),
        (((0.3, 0.42), (0.38, 0.3), (0.46, 0.42), (0.41, 0.4), (0.37, 0.44), (0.34, 0.4)), "#ffffff"),
        (((0.4, 0.66), (0.64, 0.4), (0.87, 0.66)), mix(palette[4], palette[2], 0.35)),
    ):
        draw.polygon([(x * s, y * s) for x, y in points], fill=colour)
    draw.chord((s * 0.105, s * 0.105, s * 0.895, s * 0.895), 24, 156, fill=palette[1])
    return image.reduce(_FINE)


def orbits(_: Random) -> bytes:
    """Planets and their paths."""
    paths, dots = [], []
    for index, (reach, size, turn, colour) in enumerate(
        (
            (70, 5, 0.6, "#c9b7a4"),
            (105, 8, 2.3, "#e8b464"),
            (145, 9, 4.0, "#5aa7d8"),
            (185, 7, 5.3, "#d8653c"),
            (250, 22, 0.2, "#d9a878"),
            (320, 18, 3.3, "#e6cf9a"),
            (375, 13, 1.4, "#8fd0d8"),
        )
    ):
        paths.append(f'<ellipse cx="450" cy="300" rx="{reach}" ry="{reach * 0.62:.0f}" />')
        x, y = 450 + reach * math.cos(turn), 300 + reach * 0.62 * math.sin(turn)
        dots.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size}" fill="{colour}" id="planet-{index}"/>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 600" width="900" height="600">'
        '<rect width="900" height="600" fill="#0f1730"/>'
        '<circle cx="450" cy="300" r="34" fill="#ffd257"/>'
        '<circle cx="450" cy="300" r="46" fill="#ffd257" opacity=".25"/>'
        f'<g fill="none" stroke="#5a6a9a" stroke-width="1.5" stroke-dasharray="3 5">{"".join(paths)}'
        f"</g>{''.join(dots)}"
        '<text x="48" y="70" font-family="sans-serif" font-size="30" fill="#f2f4ff">Planets, not'
        " to scale</text></svg>"
    ).encode()


def garden_plan(_: Random) -> bytes:
    """A garden from above, with beds and paths."""
    beds = (
        (80, 120, 200, 130, "#7aa35a", "Beans"), (300, 120, 160, 130, "#d9653c", "Tomatoes"),
        (480, 120, 160, 130, "#e0b84a", "Squash"), (80, 290, 130, 210, "#5f8f6a", "Kale"),
        (230, 290, 230, 90, "#b06a9a", "Lavender"), (230, 400, 230, 100, "#c9485a", "Strawberries"),
    )  # fmt: skip
    drawn = "".join(
        f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="10" fill="{colour}"/>'
        f'<text x="{x + w / 2}" y="{y + h / 2 + 7}" text-anchor="middle">{name}</text>'
        for x, y, w, h, colour, name in beds
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600" width="800" height="600">'
        '<rect width="800" height="600" fill="#e9dcc0"/><rect x="40" y="40" width="720" height="520" rx="18" '
        'fill="#f6efdf" stroke="#b49a6a" stroke-width="4"/>'
        f'<g font-family="sans-serif" font-size="20" fill="#ffffff">{drawn}</g>'
        '<circle cx="600" cy="400" r="92" fill="#8fc1d0"/>'
        '<circle cx="600" cy="400" r="92" fill="none" stroke="#a89a80" stroke-width="9"/>'
        '<g font-family="sans-serif" font-size="20" text-anchor="middle" fill="#23485a">'
        '<text x="600" y="407">Pond</text></g>'
        '<text x="80" y="92" font-family="sans-serif" font-size="26" fill="#5a4a2f">Garden plan</text></svg>'
    ).encode()


def tea_chart(_: Random) -> bytes:
    """How to make tea, as a diagram."""
    boxes = (
        ("Boil water", 60, "#0f4c75"),
        ("Warm the pot", 270, "#1f6f8f"),
        ("Add leaves", 480, "#2f8f8a"),
        ("Wait 3 minutes", 690, "#e4803e"),
    )
    drawn = "".join(
        f'<rect x="{x}" y="150" width="170" height="100" rx="16" fill="{colour}"/>'
        f'<text x="{x + 85}" y="207" text-anchor="middle" fill="#fff">{words}</text>'
        for words, x, colour in boxes
    )
    arrows = "".join(f'<path d="M{x + 174} 200h28m-9-8 9 8-9 8"/>' for _, x, _ in boxes[:3])
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 920 360" width="920" height="360">'
        '<rect width="920" height="360" fill="#eef3f1"/>'
        '<text x="60" y="92" font-family="sans-serif" font-size="30" fill="#17313b">A good cup of tea</text>'
        f'<g font-family="sans-serif" font-size="20">{drawn}</g>'
        f'<g fill="none" stroke="#17313b" stroke-width="3" stroke-linecap="round">{arrows}</g>'
        '<text x="60" y="308" font-family="sans-serif" font-size="17" fill="#5a6f73">Too strong?'
        " Shorter, not colder.</text></svg>"
    ).encode()
