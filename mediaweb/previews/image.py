"""Drafts pictures of every format that Pillow and libheif read."""

from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile, TiffImagePlugin

from mediaweb.previews.colours import convert_to_srgb
from mediaweb.previews.exif import read_exif, read_orientation
from mediaweb.previews.facts import Draft, Facts, PreviewFailed
from mediaweb.previews.limits import MAX_PIXELS
from mediaweb.previews.opening import decoding, open_picture
from mediaweb.previews.scaling import FINE, QUICK, scale_down
from mediaweb.previews.sizes import SIZES, scaled_dimensions

#: Formats whose frames follow each other in time; those of others are pages, sizes or layers.
_ANIMATED = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
#: Frames that are looked at for one that shows something, if they have no more pixels than may be decoded.
_MAX_FRAMES = 30

#: By EXIF's orientation (CIPA DC-008, 4.6.5), what turns a picture upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def draft_image(path: Path, edge: int) -> Draft:
    """Decode a picture, its long edge at most `edge` pixels. Raises `PreviewFailed`."""
    with path.open("rb") as file:
        return draft_stream(file, edge)


def draft_stream(
    file: BinaryIO, edge: int, *, missing_orientation: int = 1, is_upright: bool = False
) -> Draft:
    """Decode an open file as `draft_image` does.

    `missing_orientation` counts where the file itself names none, `is_upright` whatever it says.
    """
    with open_picture(file) as picture:
        is_animated = _find_telling_frame(picture)
        size = _load(picture, edge)
        exif = _find_exif(picture, file)
        turn = 1 if is_upright else _find_orientation(picture, exif) or missing_orientation
        sampling = FINE if edge >= SIZES[-1] else QUICK
        scaled = scale_down(picture, scaled_dimensions(*picture.size, edge), sampling, _find_white(picture))
        upright = turn_upright(convert_to_srgb(scaled, picture.info.get("icc_profile")), turn)
    width, height = size[::-1] if turn >= 5 else size
    facts = Facts(width=width, height=height, is_animated=is_animated)
    read_exif(exif, facts)
    return finish_draft(facts, upright, max(size))


def finish_draft(facts: Facts, picture: Image.Image, longest: int) -> Draft:
    """Make a draft of an upright picture in sRGB; `longest` is the long edge of what it was scaled from."""
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema()[0] == 255:
        picture = picture.convert("RGB")
    picture.info = {}  # what Pillow would write into a preview
    return Draft(facts, picture, is_complete=max(picture.size) >= min(longest, SIZES[-1]))


def turn_upright(picture: Image.Image, orientation: int) -> Image.Image:
    """Turn a picture as EXIF's orientation asks; 1 and unknown ones ask for nothing."""
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _load(picture: ImageFile.ImageFile, edge: int) -> tuple[int, int]:
    """Decode, scaled down where the format can. Returns the full size."""
    size = picture.size
    if picture.format in ("JPEG", "MPO"):
        with decoding():
            picture.draft(None, scaled_dimensions(*size, edge))
        _check_decoded(picture)
    with decoding():
        picture.load()
    if picture.format not in ("JPEG", "MPO"):
        size = picture.size  # an icon's header need not tell the truth
        _check_decoded(picture)
    return size


def _check_decoded(picture: ImageFile.ImageFile) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise PreviewFailed(f"The picture has more than {MAX_PIXELS // 1_000_000:,} megapixels.")


def _find_telling_frame(picture: ImageFile.ImageFile) -> bool:
    """Seek the first frame that isn't empty. Returns whether there are several."""
    with decoding():
        if picture.format not in _ANIMATED or not getattr(picture, "is_animated", False):
            return False
        most = min(_MAX_FRAMES, 1 + MAX_PIXELS // (picture.width * picture.height))
        if not any(_shows_something(picture, index) for index in range(most)):
            picture.seek(0)
    return True


def _shows_something(picture: ImageFile.ImageFile, index: int) -> bool:
    try:
        picture.seek(index)
    except EOFError:
        return False
    picture.load()
    if not picture.has_transparency_data:
        return True
    highest = picture.convert("RGBA").getchannel("A").getextrema()[1]
    assert isinstance(highest, (int, float))
    return highest > 0


def _find_exif(picture: ImageFile.ImageFile, file: BinaryIO) -> bytes | BinaryIO:
    """Return what holds the EXIF directories: of TIFF the file itself."""
    if picture.format == "TIFF":
        return file
    exif = picture.info.get("exif")
    return exif if isinstance(exif, bytes) else b""


def _find_orientation(picture: ImageFile.ImageFile, exif: bytes | BinaryIO) -> int | None:
    if picture.format in ("TIFF", "HEIF"):
        return 1  # their readers have turned it
    return read_orientation(exif)


def _find_white(picture: ImageFile.ImageFile) -> int:
    """Return the brightest value of a picture that needs more than 8 bits."""
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        bits = picture.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE)
        if bits == (12,):
            return 4095
    return 65535
