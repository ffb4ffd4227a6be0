"""How pages show what a media looks like: its previews, what stands in for them, and its clip."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, request

from mediaweb.models import FileType
from mediaweb.previews.sizes import SIZES, scaled_dimensions
from mediaweb.services.preview_files import AnyMedia, content_version, thumbnail_links
from mediaweb.services.store_links import picture_links
from mediaweb.web.formats import is_drawable

#: What a browser loads that knows no `srcset`, in pixels of the width.
USUAL_WIDTH = 640
#: How high a tile gets at each width of the window: a little more than a row is meant to (`tokens.css`).
TILE_HEIGHTS = ((1200, 240), (820, 200), (0, 140))
#: Where a WebP says whether it has transparency (RFC 9649, 2.7 and 3.4).
_EXTENDED, _EXTENDED_ALPHA = b"VP8X", (20, 0x10)
_LOSSLESS, _LOSSLESS_ALPHA = b"VP8L", (24, 0x10)


@dataclass(frozen=True, slots=True)
class Picture:
    """The previews of a media, as an `<img>` wants them, and its placeholder, if one may lie below them.

    `width` and `height` are those of the largest, also while it is still being made. `lasting_srcset` leads
    there when the others, which a store signed, have expired; None where they never do.
    """

    address: str
    srcset: str
    lasting_srcset: str | None
    width: int
    height: int
    placeholder: str | None
    is_drawing: bool
    has_transparency: bool


def register_pictures(app: Flask) -> None:
    """Give the templates the filters `picture`, `clip_address`, `tile_sizes` and `stage_sizes`."""
    app.add_template_filter(find_picture, "picture")
    app.add_template_test(is_larger_than, "larger_than")
    for function in (clip_address, tile_sizes, stage_sizes):
        app.add_template_filter(function)


def find_picture(media: AnyMedia) -> Picture | None:
    """Return the previews that a media has; None while or where there is none."""
    links = picture_links(media, request.script_root)
    if not links:
        return None
    lasting = thumbnail_links(media, request.script_root)
    tiny: bytes | None = getattr(media, "placeholder", None)
    is_clear = tiny is not None and has_transparency(tiny)
    width, height = _full_size(media, media.preview_width or 1, media.preview_height or 1)
    return Picture(
        address=_choose_usual(links),
        lasting_srcset=_write_srcset(lasting) if lasting != links else None,
        srcset=_write_srcset(links),
        width=width,
        height=height,
        # Below what is transparent it would shine through for ever.
        placeholder=None if tiny is None or is_clear else _write_data_address(tiny),
        is_drawing=media.mime_type == "image/svg+xml" or is_clear,
        has_transparency=is_clear and media.file_type == FileType.IMAGE,
    )


def _choose_usual(links: Mapping[str, str]) -> str:
    return next((link for at, link in links.items() if int(at) >= USUAL_WIDTH), [*links.values()][-1])


def _write_srcset(links: Mapping[str, str]) -> str:
    return ", ".join(f"{link} {width}w" for width, link in links.items())


def is_larger_than(media: AnyMedia, picture: Picture) -> bool:
    """Tell whether the file itself has more to see than its previews, and browsers draw it."""
    return is_drawable(media.mime_type) and (media.width or 0, media.height or 0) > (
        picture.width,
        picture.height,
    )


def clip_address(media: AnyMedia) -> str | None:
    """Return where a video's short silent clip is, if it has one."""
    if not media.has_clip:
        return None
    return f"{request.script_root}/media/{media.id}/clip?v={content_version(media)}"


def tile_sizes(picture: Picture) -> str:
    """Return how wide a picture is drawn that covers a tile, for `sizes`."""
    ratio = picture.width / picture.height
    drawn = ((least, round(height * ratio)) for least, height in TILE_HEIGHTS)
    return ", ".join(f"(min-width: {least}px) {at}px" if least else f"{at}px" for least, at in drawn)


def stage_sizes(picture: Picture) -> str:
    """Return how wide a picture is drawn that is shown whole beside, or on phones above, its facts."""
    ratio = f"{picture.width / picture.height:.4f}"
    beside = f"min({picture.width}px, 100vw - 360px, (100vh - 56px) * {ratio})"
    above = f"min({picture.width}px, 100vw, 72vh * {ratio})"
    return f"(min-width: 960px) {beside}, {above}"


def has_transparency(webp: bytes) -> bool:
    """Tell whether a WebP has transparent places, from its header."""
    for chunk, (at, flag) in ((_EXTENDED, _EXTENDED_ALPHA), (_LOSSLESS, _LOSSLESS_ALPHA)):
        if webp[12:16] == chunk and len(webp) > at:
            return bool(webp[at] & flag)
    return False


def _full_size(media: AnyMedia, width: int, height: int) -> tuple[int, int]:
    """Return the pixels of the largest preview, once all are made, from those of the largest there is."""
    if media.preview_todo is None:
        return width, height
    longest = min(SIZES[-1], max(width, height, media.width or 0, media.height or 0))
    if longest == max(width, height):
        return width, height
    factor = longest / max(width, height)
    return scaled_dimensions(round(width * factor), round(height * factor), longest)


def _write_data_address(webp: bytes) -> str:
    return f"data:image/webp;base64,{b64encode(webp).decode()}"
