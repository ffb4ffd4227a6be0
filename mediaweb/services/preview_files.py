"""Where the previews of a media are kept, and how they are linked to.

They stand under a prefix of their own, named after the original's key: made again, they take each other's
place. What there is of them follows from the size of the largest in the row.
"""

import logging
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from mediaweb.errors import MediaWebError, NoPreview, PreviewPending, StoredFileNotFound
from mediaweb.extensions import storage
from mediaweb.models import Media, PreviewState
from mediaweb.previews.made_files import open_made
from mediaweb.previews.orders import CLIP_NAME, Made, Step
from mediaweb.previews.sizes import SIZES, list_sizes, scaled_dimensions
from mediaweb.services.incoming import read_chunks
from mediaweb.storage.keys import make_preview_key

log = logging.getLogger(__name__)

AnyMedia = Media | Row[Any]

WEBP, JPEG = "image/webp", "image/jpeg"
SUFFIXES = {WEBP: "webp", JPEG: "jpg"}
#: Where in `sha256:…` a link's version stands: enough digits that no two contents share them.
_VERSION = slice(7, 23)


def preview_key(original_key: str, size: int, mime_type: str = WEBP) -> str:
    """Return the storage key of a preview."""
    return make_preview_key(original_key, f"{size}.{SUFFIXES[mime_type]}")


def clip_key(original_key: str) -> str:
    """Return the storage key of a video's short silent clip."""
    return make_preview_key(original_key, CLIP_NAME)


def content_version(media: AnyMedia) -> str:
    """Return what stands in links to previews: with other content, another address."""
    checksum: str = media.checksum
    return checksum[_VERSION]


def thumbnail_links(media: AnyMedia, base_url: str = "", signed_query: str = "") -> dict[str, str]:
    """Return the addresses of a media's previews by their width in pixels, the smallest first."""
    width, height = media.preview_width, media.preview_height
    if width is None or height is None:
        return {}
    tail = f"{content_version(media)}&{signed_query}" if signed_query else content_version(media)
    start = f"{base_url}/media/{media.id}/thumbnail?"
    steps = _steps(width, height)
    if media.preview_todo == Step.REST:  # so far there is only this one
        steps = steps[-1:]
    return {step: f"{start}{size}{tail}" for step, size in steps}


@lru_cache(1000)
def _steps(width: int, height: int) -> tuple[tuple[str, str], ...]:
    """Return the width in pixels of each preview, and how it is asked for: pictures come in a few shapes."""
    sizes = list_sizes(max(width, height))
    return tuple((str(scaled_dimensions(width, height, size)[0]), f"size={size}&v=") for size in sizes)


def choose_size(media: AnyMedia, wanted: int) -> int:
    """Return the smallest preview that is as large as wanted, or the largest there is.

    Raises `PreviewPending` while it may still come, and `NoPreview`.
    """
    if media.preview_state in (PreviewState.NONE, PreviewState.FAILED):
        raise NoPreview
    if media.preview_width is None or media.preview_height is None:
        raise PreviewPending
    sizes = list_sizes(max(media.preview_width, media.preview_height))
    if media.preview_todo == Step.REST:  # so far there is only this one
        sizes = sizes[-1:]
    if wanted > sizes[-1] and media.preview_todo is not None:
        raise PreviewPending
    return next((size for size in sizes if size >= wanted), sizes[-1])


def read_preview(key: str) -> bytes:
    """Return a preview or clip, which are small. Raises `StoredFileNotFound` and `StorageUnavailable`."""
    with storage.open(key) as file:
        return file.read()


def save_previews(original_key: str, folder: Path, made: Made) -> None:
    """Store what was made in a folder, in place of what there was.

    Raises `PreviewFailed` before anything is stored if it isn't what it should be, and what saving raises.
    """
    names = [*(f"{size}.webp" for size in made.sizes), *([CLIP_NAME] if made.has_clip else [])]
    with ExitStack() as stack:
        files = [stack.enter_context(open_made(folder / name)) for name in names]
        for name, file in zip(names, files, strict=True):
            storage.save(make_preview_key(original_key, name), read_chunks(file))


def make_do_with_first(media: Media) -> None:
    """Let the only preview of a media stand in for the smaller ones, which will not be made."""
    assert media.preview_width is not None
    assert media.preview_height is not None
    *smaller, only = list_sizes(max(media.preview_width, media.preview_height))
    try:
        content = read_preview(preview_key(media.storage_path, only))
    except StoredFileNotFound:
        log.warning("media %s has lost its preview", media.id)
        return
    for size in smaller:
        storage.save(preview_key(media.storage_path, size), [content])


def delete_previews(original_key: str) -> None:
    """Delete whatever previews a file has or had; what can't be deleted is logged."""
    _delete(original_key, *(f"{size}.webp" for size in SIZES), CLIP_NAME)
    delete_copies(original_key)


def delete_copies(original_key: str) -> None:
    """Delete the previews that were copied as JPEG: the next who asks gets a new copy."""
    _delete(original_key, *(f"{size}.jpg" for size in SIZES))


def _delete(original_key: str, *names: str) -> None:
    for name in names:
        key = make_preview_key(original_key, name)
        try:
            storage.delete(key)
        except StoredFileNotFound:
            continue
        except MediaWebError as error:
            log.warning("the preview %s is left over: %s", key, error.code)
