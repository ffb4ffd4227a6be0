"""Video of high dynamic range, as a screen of ordinary range shows it."""

from functools import cache
from math import exp

from av.video.reformatter import ColorTrc
from PIL import Image

#: Nits of what is as white as paper, in ITU-R BT.2408, and of the brightest that HLG is made for.
WHITE_NITS = 203.0
HLG_PEAK_NITS = 1000.0
#: Up to this part of white all stays as it is; what is brighter is pressed into the rest.
KNEE = 0.7
#: From the primaries of BT.2020 to those of sRGB (ITU-R BT.2087). It is meant for light itself; among colours
#: that are already encoded it is exact for greys, and close for all but the purest.
PRIMARIES = (1.6605, -0.5876, -0.0729, 0, -0.1246, 1.1329, -0.0083, 0, -0.0182, -0.1006, 1.1188, 0)


def is_hdr(transfer: int) -> bool:
    """Tell whether a transfer function, in the number of ITU-T H.273, is PQ or HLG."""
    return transfer in (ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67)


def tone_down(picture: Image.Image, transfer: int) -> Image.Image:
    """Convert a picture in BT.2020 with PQ or HLG to sRGB."""
    curve = _make_curve(transfer == ColorTrc.SMPTE2084)
    return picture.point(curve * 3).convert("RGB", PRIMARIES)


@cache
def _make_curve(is_pq: bool) -> list[int]:
    decode = _decode_pq if is_pq else _decode_hlg
    return [round(255 * _encode_srgb(_press(decode(code / 255) / WHITE_NITS))) for code in range(256)]


def _decode_pq(code: float) -> float:
    """Decode SMPTE ST 2084 to nits."""
    root = code ** (1 / 78.84375)
    part = max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)
    return 10_000 * float(part ** (1 / 0.1593017578125))


def _decode_hlg(code: float) -> float:
    """Decode ITU-R BT.2100 HLG to the nits of a display of 1,000."""
    scene = code**2 / 3 if code <= 0.5 else (exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return HLG_PEAK_NITS * float(scene**1.2)


def _press(level: float) -> float:
    room = 1 - KNEE
    return level if level <= KNEE else KNEE + room * (1 - exp(-(level - KNEE) / room))


def _encode_srgb(level: float) -> float:
    return 12.92 * level if level <= 0.0031308 else 1.055 * float(level ** (1 / 2.4)) - 0.055
