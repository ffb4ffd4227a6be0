"""Drafts what cameras save unprocessed: the picture that they put into it, or a quick development."""

import io
import math
from pathlib import Path

import rawpy
from PIL import Image

from mediaweb.previews.exif import add_fact, name_camera, read_exif
from mediaweb.previews.facts import Draft, Facts, PreviewFailed
from mediaweb.previews.image import draft_image, draft_stream, finish_draft, turn_upright
from mediaweb.previews.limits import MAX_PIXELS
from mediaweb.previews.opening import open_picture
from mediaweb.previews.scaling import scale_down
from mediaweb.previews.sizes import FIRST_SIZE, scaled_dimensions

_DAMAGED = (
    "The camera's file can't be decoded: it is damaged, incomplete, or of a camera that isn't known here."
)
#: LibRaw's turns, and the EXIF orientations that ask for the same.
_ORIENTATIONS = {3: 3, 5: 8, 6: 6}
#: Below this a camera's own picture is a thumbnail, and developing gives a better one.
_TELLING_EDGE = FIRST_SIZE


def draft_raw(path: Path, edge: int) -> Draft:
    """Decode a camera RAW file's picture, its long edge at most `edge` pixels. Raises `PreviewFailed`."""
    try:
        return _draft_with_libraw(path, edge)
    except rawpy.LibRawFileUnsupportedError:
        return draft_image(path, edge)  # what has a camera's name, and may be any TIFF
    except (rawpy.LibRawError, rawpy.NotSupportedError, ValueError) as error:
        raise PreviewFailed(_DAMAGED) from error


def _draft_with_libraw(path: Path, edge: int) -> Draft:
    with rawpy.imread(str(path)) as raw:
        facts = _read_facts(raw)  # first: developing halves the sizes
        draft = _draft_opened(raw, edge)
    with path.open("rb") as file:
        read_exif(file, draft.facts)
    for name, value in facts:
        add_fact(draft.facts, name, value)
    draft.facts.width, draft.facts.height = facts.width, facts.height
    return draft


def _draft_opened(raw: rawpy.RawPy, edge: int) -> Draft:
    sizes = raw.sizes
    _check_size(sizes.raw_width, sizes.raw_height)
    draft = _draft_embedded(raw, edge)
    most = min(_TELLING_EDGE, max(sizes.width, sizes.height) // 2)
    if draft is not None and draft.picture is not None and (max(draft.picture.size) >= min(edge, most)):
        return draft
    try:
        return _develop(raw, edge)
    except rawpy.LibRawError:
        if draft is None:
            raise
        return draft  # small, but better than none


def _draft_embedded(raw: rawpy.RawPy, edge: int) -> Draft | None:
    try:
        embedded = raw.extract_thumb().data
        if isinstance(embedded, bytes):
            return draft_stream(
                io.BytesIO(embedded),
                edge,
                missing_orientation=_ORIENTATIONS.get(raw.sizes.flip, 1),
                is_upright=_is_upright(raw, embedded),
            )
        picture = Image.fromarray(embedded).convert("RGB")
    except (rawpy.LibRawNoThumbnailError, rawpy.LibRawUnsupportedThumbnailError, PreviewFailed, TypeError):
        return None
    return _draft_pixels(picture, edge, _ORIENTATIONS.get(raw.sizes.flip, 1))


def _develop(raw: rawpy.RawPy, edge: int) -> Draft:
    """Make a picture of the sensor's values, at half the size: four of them become one pixel."""
    pixels = raw.postprocess(half_size=True, use_camera_wb=True)
    return _draft_pixels(Image.fromarray(pixels), edge, 1)  # LibRaw has turned it


def _draft_pixels(picture: Image.Image, edge: int, orientation: int) -> Draft:
    scaled = scale_down(picture, scaled_dimensions(*picture.size, edge))
    return finish_draft(Facts(is_animated=False), turn_upright(scaled, orientation), max(picture.size))


def _is_upright(raw: rawpy.RawPy, embedded: bytes) -> bool:
    """Tell whether the camera has turned a picture that its file, or LibRaw for it, asks to be turned."""
    with open_picture(io.BytesIO(embedded)) as picture:
        return (
            raw.sizes.flip in (5, 6) and picture.height > picture.width and raw.sizes.width > raw.sizes.height
        )


def _read_facts(raw: rawpy.RawPy) -> Facts:
    """Read what LibRaw knows of formats that EXIF's reader doesn't."""
    facts = Facts()
    width, height = raw.sizes.width, raw.sizes.height
    is_turned = raw.sizes.flip in (5, 6)
    add_fact(facts, "width", height if is_turned else width)
    add_fact(facts, "height", width if is_turned else height)
    other = raw.other
    add_fact(facts, "exposure_time", other.shutter_speed)
    add_fact(facts, "f_number", other.aperture)
    add_fact(facts, "focal_length", other.focal_length)
    if math.isfinite(other.iso_speed):
        add_fact(facts, "iso", int(other.iso_speed))
    add_fact(facts, "lens", name_camera(raw.lens.make, raw.lens.model))
    return facts


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PreviewFailed(f"The camera's picture has more than {MAX_PIXELS // 1_000_000:,} megapixels.")
