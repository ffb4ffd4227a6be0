"""Draw `static/img/favicon.svg` as the icons that can't be an SVG: for tabs, home screens and lists of apps.

    python tools/make_icons.py

It knows what that drawing is made of, rectangles; a new drawing of other shapes needs another script.
"""

from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent.parent / "static" / "img"
SVG = "{http://www.w3.org/2000/svg}"
#: Drawn so many times larger, then scaled down: so edges are smooth.
OVERSAMPLING = 8
#: What systems may cut off a maskable icon lies outside a circle of 80 % (W3C Web App Manifest).
SAFE_SHARE = 0.8

Shape = tuple[float, float, float, float, float, str]


def main() -> None:
    """Write every icon."""
    draw(32).save(FOLDER / "favicon.ico", sizes=[(32, 32)])
    draw(180, is_full=True).convert("RGB").save(FOLDER / "apple-touch-icon.png", optimize=True)
    for size in (192, 512):
        draw(size).save(FOLDER / f"icon-{size}.png", optimize=True)
        masked = draw(size, is_full=True, share=SAFE_SHARE).convert("RGB")
        masked.save(FOLDER / f"icon-maskable-{size}.png", optimize=True)


def read_shapes() -> tuple[float, list[Shape]]:
    """Return the width of the drawing, and its rectangles: x, y, width, height, radius and colour."""
    root = ElementTree.parse(FOLDER / "favicon.svg").getroot()
    shapes: list[Shape] = []
    for parent in root.iter():
        for rect in parent.findall(f"{SVG}rect"):
            x, y, width, height, radius = (
                float(rect.get(name, 0)) for name in ("x", "y", "width", "height", "rx")
            )
            shapes.append((x, y, width, height, radius, rect.get("fill") or parent.get("fill") or "#000"))
    return float(root.get("viewBox", "").split()[2]), shapes


def draw(size: int, *, is_full: bool = False, share: float = 1.0) -> Image.Image:
    """Draw the icon; `is_full` to its edges, with what is on its ground scaled to a share of it."""
    unit_width, (ground, *marks) = read_shapes()
    canvas = size * OVERSAMPLING
    scale = canvas / unit_width
    image = Image.new("RGBA", (canvas, canvas))
    pen = ImageDraw.Draw(image)
    corner = 0.0 if is_full else ground[4] * scale
    pen.rounded_rectangle((0, 0, canvas - 1, canvas - 1), corner, ground[5])
    for x, y, width, height, radius, colour in marks:
        left, top = (canvas / 2 + (at - unit_width / 2) * scale * share for at in (x, y))
        right, bottom = left + width * scale * share - 1, top + height * scale * share - 1
        pen.rounded_rectangle((left, top, right, bottom), radius * scale * share, colour)
    return image.resize((size, size), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
