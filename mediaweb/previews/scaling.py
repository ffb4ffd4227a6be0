"""Scales pictures of any mode down to 8 bits a channel, without holding a second one of full size."""

import math
from collections.abc import Callable

from PIL import Image

from mediaweb.previews.facts import PreviewFailed

#: How much larger than the result a picture is when it is sampled finely, after the cheap steps before.
GAP = 3.0
#: How previews are sampled, and those that others take the place of in a moment: 2.5 times as fast.
FINE, QUICK = Image.Resampling.LANCZOS, Image.Resampling.HAMMING
_BAND_PIXELS = 4_000_000
#: What is scaled as it is. Colours are converted afterwards, when there are fewer of them.
_AS_IS = frozenset({"L", "RGB", "CMYK", "YCbCr", "LAB"})


def scale_down(
    picture: Image.Image, size: tuple[int, int], sampling: Image.Resampling = FINE, white: int = 65535
) -> Image.Image:
    """Scale a picture, of mode L, RGB, RGBA, CMYK, YCbCr or LAB afterwards.

    `white` is the brightest value of a picture of 16 bits.
    """
    if picture.mode in _AS_IS and not picture.has_transparency_data:
        return picture.resize(size, sampling, reducing_gap=GAP)
    factor = max(1, int(max(picture.size) / max(size) / GAP))
    reduced = _reduce_by_bands(picture, factor, _find_conversion(picture, white))
    box = (0, 0, picture.width / factor, picture.height / factor)
    scaled = reduced.resize(size, sampling, box)
    return scaled.convert("RGBA") if scaled.mode == "RGBa" else scaled


def _reduce_by_bands(
    picture: Image.Image, factor: int, convert: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    width, height = picture.size
    rows = factor * max(1, _BAND_PIXELS // (width * factor))
    reduced: Image.Image | None = None
    for top in range(0, height, rows):
        band = convert(picture.crop((0, top, width, min(top + rows, height)))).reduce(factor)
        if reduced is None:
            reduced = Image.new(band.mode, (math.ceil(width / factor), math.ceil(height / factor)))
        reduced.paste(band, (0, top // factor))
    assert reduced is not None
    return reduced


def _find_conversion(picture: Image.Image, white: int) -> Callable[[Image.Image], Image.Image]:
    if picture.mode.startswith("I;16"):
        return lambda band: _stretch(band.convert("I"), 0, white)
    if picture.mode in ("I", "F"):
        low, high = _find_levels(picture)
        return lambda band: _stretch(band, low, high)
    if picture.has_transparency_data:
        # Colour counts as much as it is seen: what is transparent must not darken what is beside it.
        return lambda band: (
            band.convert("LA" if band.mode == "La" else "RGBA").convert("RGBA").convert("RGBa")
        )
    mode = "L" if picture.mode == "1" else "RGB"
    return lambda band: band.convert(mode)


def _find_levels(picture: Image.Image) -> tuple[float, float]:
    """Guess what is black and what is white where the mode has no bounds."""
    low, high = picture.getextrema()
    assert isinstance(low, (int, float))
    assert isinstance(high, (int, float))
    if not (math.isfinite(low) and math.isfinite(high)):
        raise PreviewFailed("The picture's brightness can't be read.")
    usual = (1.0, 255.0, 65535.0) if picture.mode == "F" else (255.0, 65535.0)
    if low >= 0:
        return 0, next((white for white in usual if high <= white), high)
    return low, max(high, low + 1)


def _stretch(band: Image.Image, low: float, high: float) -> Image.Image:
    scale = 255 / (high - low)
    stretched: Image.Image = band.convert("F").point(lambda value: value * scale + (0.5 - low * scale))
    return stretched.convert("L")
