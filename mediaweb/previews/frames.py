"""A decoded frame of a video, as a picture that a person sees."""

import struct
from fractions import Fraction
from typing import Any

import av
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from PIL import Image

from mediaweb.previews.containers import raise_if_out_of_memory
from mediaweb.previews.hdr import is_hdr, tone_down

#: What ITU-T H.273 calls them.
UNSPECIFIED_COLORSPACE = 2
#: Lines; from here on a video that doesn't say so is taken for BT.709, as players do.
HD_HEIGHT = 720
#: Beyond it a pixel's shape is a mistake of the file.
MAX_PIXEL_ASPECT = 16
SCALING = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT

Flips = list[Image.Transpose]


def measure_frame(frame: VideoFrame, pixel_aspect: Fraction | None) -> tuple[int, int]:
    """Measure a frame as a person sees it: upright, its pixels square."""
    width, height = _square_size(frame, pixel_aspect)
    return (height, width) if Image.Transpose.TRANSPOSE in _find_flips(frame) else (width, height)


def draw_frame(frame: VideoFrame, pixel_aspect: Fraction | None, edge: int, multiple: int = 1) -> Image.Image:
    """Draw a frame upright, in sRGB, with a long edge of at most `edge` and sides that `multiple` divides."""
    size = _square_size(frame, pixel_aspect)
    scale = min(1.0, edge / max(size))
    width, height = (max(multiple, round(side * scale / multiple) * multiple) for side in size)
    frame_in_rgb: Any = _convert(frame, width, height)
    picture: Image.Image = frame_in_rgb.to_image()
    if is_hdr(frame.color_trc):
        # swscale knows how, but takes seconds for a frame.
        picture = tone_down(picture, frame.color_trc)
    for flip in _find_flips(frame):
        picture = picture.transpose(flip)
    return picture


def _square_size(frame: VideoFrame, pixel_aspect: Fraction | None) -> tuple[int, int]:
    # One side grows and none shrinks, as in HTML: "intrinsic dimensions" of a video.
    if not pixel_aspect or not Fraction(1, MAX_PIXEL_ASPECT) <= pixel_aspect <= MAX_PIXEL_ASPECT:
        return frame.width, frame.height
    if pixel_aspect >= 1:
        return round(frame.width * pixel_aspect), frame.height
    return frame.width, round(frame.height / pixel_aspect)


def _convert(frame: VideoFrame, width: int, height: int) -> VideoFrame:
    """Convert to RGB and scale in one go; what swscale doesn't know is taken for BT.709."""
    colours: dict[str, Any] = {}
    if frame.colorspace == UNSPECIFIED_COLORSPACE:
        colours["src_colorspace"] = Colorspace.ITU709 if frame.height >= HD_HEIGHT else Colorspace.ITU601
    try:
        return _reformat(frame, width, height, **colours)
    except av.FFmpegError as error:
        raise_if_out_of_memory(error)
        return _reformat(frame, width, height, src_colorspace=Colorspace.ITU709)


def _reformat(frame: VideoFrame, width: int, height: int, **colours: Any) -> VideoFrame:
    return frame.reformat(
        width,
        height,
        "rgb24",
        interpolation=SCALING,
        dst_color_range=ColorRange.JPEG,
        threads=1,
        **colours,
    )


def _find_flips(frame: VideoFrame) -> Flips:
    """Find what turns a frame upright, from its display matrix: any of the eight orientations."""
    (a, b), (c, d) = _read_matrix(frame)
    is_transposed = abs(b) + abs(c) > abs(a) + abs(d)
    flips: Flips = [Image.Transpose.TRANSPOSE] if is_transposed else []
    if (c if is_transposed else a) < 0:
        flips.append(Image.Transpose.FLIP_LEFT_RIGHT)
    if (b if is_transposed else d) < 0:
        flips.append(Image.Transpose.FLIP_TOP_BOTTOM)
    return flips


def _read_matrix(frame: VideoFrame) -> tuple[tuple[int, int], tuple[int, int]]:
    # Nine 32-bit numbers: [a b u, c d v, x y w]; a point (p, q) is shown at (ap + cq + x, bp + dq + y).
    side_data: Any = frame.side_data
    try:
        a, b, _, c, d = struct.unpack_from("=5i", bytes(side_data["DISPLAYMATRIX"]))
    except KeyError:
        return (1, 0), (0, 1)
    return (a, b), (c, d)
