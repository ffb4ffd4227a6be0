"""From a file to its previews: the one road, whatever the format. Runs confined, one file a process."""

import logging
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from mediaweb.previews.facts import Draft, PreviewFailed
from mediaweb.previews.formats import Kind
from mediaweb.previews.ladder import make_placeholder, write_sizes
from mediaweb.previews.orders import CLIP_NAME, COPY_NAME, MAX_REASON_LENGTH, Made, Order, Step
from mediaweb.previews.sizes import FIRST_SIZE, SIZES

log = logging.getLogger(__name__)

#: Formats of which a small picture costs much less than a large one.
QUICK_KINDS = frozenset({Kind.RAW, Kind.VIDEO, Kind.PDF})
JPEG_QUALITY = 85
JPEG_SIGNATURE = b"\xff\xd8\xff"


def make_previews(order: Order) -> Made:
    """Decode a file and write its previews into the folder. What can't be decoded is a `failure`."""
    try:
        return _make(order)
    except PreviewFailed as error:
        return Made(failure=str(error)[:MAX_REASON_LENGTH])
    except MemoryError:
        return Made(failure="Decoding this file takes too much memory.")


def _make(order: Order) -> Made:
    if order.step is Step.JPEG:
        return _copy_as_jpeg(order)
    # A picture that has to be decoded whole costs its price once: all sizes are made of it in the first step.
    edge = FIRST_SIZE if order.step is Step.FIRST and _is_quick(order) else SIZES[-1]
    draft = _find_decoder(order.kind)(order.source, edge)
    made = Made(facts=draft.facts, is_complete=edge == SIZES[-1] or draft.is_complete)
    if draft.picture is not None:
        _write_pictures(made, draft.picture, order.folder)
    if order.kind is Kind.VIDEO and draft.picture is not None:
        _write_clip(made, order)
    return made


def _is_quick(order: Order) -> bool:
    if order.kind is not Kind.IMAGE:
        return order.kind in QUICK_KINDS
    with order.source.open("rb") as file:
        return file.read(len(JPEG_SIGNATURE)) == JPEG_SIGNATURE


def _write_pictures(made: Made, picture: Image.Image, folder: Path) -> None:
    written = write_sizes(picture, folder, SIZES if made.is_complete else [FIRST_SIZE])
    made.sizes = tuple(preview.size for preview in written)
    made.width, made.height = written[-1].width, written[-1].height
    made.placeholder = make_placeholder(picture)


def _write_clip(made: Made, order: Order) -> None:
    import av

    from mediaweb.previews.video import write_clip

    if order.step is Step.FIRST:
        made.is_complete = False
    else:
        try:
            made.has_clip = write_clip(order.source, order.folder / CLIP_NAME)
        except av.FFmpegError as error:  # a video without a clip is still a video
            log.warning("no clip could be written: %s", error)


def _copy_as_jpeg(order: Order) -> Made:
    """Write a preview once more as a JPEG, on white where it is transparent."""
    with Image.open(order.source, formats=("WEBP",)) as preview:
        white = Image.new("RGBA", preview.size, "white")
        flat = Image.alpha_composite(white, preview.convert("RGBA")).convert("RGB")
    flat.save(order.folder / COPY_NAME, quality=JPEG_QUALITY, optimize=True)
    return Made()


def _find_decoder(kind: Kind) -> Callable[[Path, int], Draft]:
    """Return what decodes a kind of file. Each is loaded when it is needed: some take much memory."""
    match kind:
        case Kind.IMAGE:
            from mediaweb.previews.image import draft_image as decoder
        case Kind.RAW:
            from mediaweb.previews.raw import draft_raw as decoder
        case Kind.SVG:
            from mediaweb.previews.svg import draft_svg as decoder
        case Kind.VIDEO:
            from mediaweb.previews.video import draft_video as decoder
        case Kind.AUDIO:
            from mediaweb.previews.audio import draft_audio as decoder
        case Kind.PDF:
            from mediaweb.previews.document import draft_pdf as decoder
    return decoder
