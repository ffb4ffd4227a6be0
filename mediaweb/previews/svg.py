"""Drafts SVG drawings."""

import io
import math
import re
from pathlib import Path

import resvg_py
from PIL import Image

from mediaweb.previews.exif import add_fact
from mediaweb.previews.facts import Draft, Facts, PreviewFailed
from mediaweb.previews.fonts import find_families
from mediaweb.previews.image import finish_draft
from mediaweb.previews.limits import MAX_TEXT_BYTES
from mediaweb.previews.sizes import SIZES
from mediaweb.previews.svg_text import DAMAGED, SvgReader

#: What browsers assume where a drawing says nothing (CSS 2.2, 10.3.2).
_USUAL_WIDTH, _USUAL_HEIGHT = 300.0, 150.0
_LENGTH = re.compile(
    r"\s*\+?(\d*\.?\d+(?:e[+-]?\d{1,3})?)\s*(px|pt|pc|mm|cm|in|q|em|ex|%)?\s*", re.IGNORECASE
)
#: CSS pixels; a percentage is of the view box.
_UNITS = {
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
    "q": 96 / 101.6,
    "em": 16.0,
    "ex": 8.0,
}


def draft_svg(path: Path, edge: int) -> Draft:
    """Draw an SVG, its long edge `edge` pixels: larger, too, than it says. Raises `PreviewFailed`."""
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise PreviewFailed(f"The SVG has more than {MAX_TEXT_BYTES // 1_000_000} MB.")
    drawing = SvgReader(path.read_bytes())
    width, height = _find_size(drawing.root)
    root = {"viewBox": f"0 0 {width:g} {height:g}"} | drawing.root
    root |= {"width": f"{width:g}", "height": f"{height:g}"}
    picture = _draw(drawing.write(root), width, height, edge, drawing.has_text)
    facts = Facts(is_animated=False)
    add_fact(facts, "width", max(1, round(width)))
    add_fact(facts, "height", max(1, round(height)))
    return finish_draft(facts, picture, SIZES[-1])


def _draw(text: str, width: float, height: float, edge: int, has_text: bool) -> Image.Image:
    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=text,
            width=edge if width >= height else None,
            height=None if width >= height else edge,
            dpi=96,
            skip_system_fonts=not has_text,  # looking for fonts takes longer than most drawings do
            **(find_families() if has_text else {}),
        )
    except ValueError as error:
        raise PreviewFailed(DAMAGED) from error
    with Image.open(io.BytesIO(drawn), formats=("PNG",)) as picture:
        picture.load()
    return picture.convert("RGBA")


def _find_size(root: dict[str, str]) -> tuple[float, float]:
    """Return width and height in CSS pixels, as a browser works them out."""
    box = _find_box(root.get("viewBox", ""))
    width = _find_length(root.get("width", ""), box and box[0])
    height = _find_length(root.get("height", ""), box and box[1])
    ratio = box[0] / box[1] if box else _USUAL_WIDTH / _USUAL_HEIGHT
    if box and width is None and height is None:
        width, height = box
    elif width is None:
        width = height * ratio if box and height is not None else _USUAL_WIDTH
    if height is None:
        height = width / ratio if box else _USUAL_HEIGHT
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise PreviewFailed("The SVG has no size.")
    return width, height


def _find_length(text: str, whole: float | None) -> float | None:
    match = _LENGTH.fullmatch(text)
    if match is None:
        return None
    unit = (match[2] or "px").lower()
    if unit == "%":
        return None if whole is None else whole * float(match[1]) / 100
    return float(match[1]) * _UNITS[unit]


def _find_box(text: str) -> tuple[float, float] | None:
    try:
        numbers = [float(number) for number in text.replace(",", " ").split()]
    except ValueError:
        return None
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)) or min(numbers[2:]) <= 0:
        return None
    return numbers[2], numbers[3]
