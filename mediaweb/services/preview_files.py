"""Where the previews of a media are kept, and how they are linked to.

They stand under a prefix of their own, named after the original's key: made again, they take each other's
place. What there is of them follows from the size of the largest in the row.
"""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Row

from mediaweb.errors import MediaWebError, NoPreview, PreviewPending, StoredFileNotFound
from mediaweb.extensions import stores
from mediaweb.models import Media, PreviewState
from mediaweb.previews.made_files import open_made
from mediaweb.previews.orders import CLIP_NAME, Made, Step
from mediaweb.previews.sizes import SIZES, list_sizes, scaled_dimensions
from mediaweb.services.incoming import read_chunks
from mediaweb.storage.keys import make_preview_key

log = logging.getLogger(__name__)

AnyMedia = Media | Row[Any]


class Stored(Protocol):
    """What says where a file is, and its previews with it."""

    @property
    def storage_backend(self) -> str: ...

    @property
    def storage_path(self) -> str: ...


@dataclass(frozen=True, slots=True)
class StoredAt:
    """Where a file is, for use when its row may be gone."""

    storage_backend: str
    storage_path: str


WEBP, JPEG = "image/webp", "image/jpeg"
SUFFIXES = {WEBP: "webp", JPEG: "jpg"}
#: Where in `sha256:…` a link's version stands: enough digits that no two contents share them.
_VERSION = slice(7, 23)
_COPIES = tuple(f"{size}.jpg" for size in SIZES)


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
    tail = f"{content_version(media)}&{signed_query}" if signed_query else content_version(media)
    start = f"{base_url}/media/{media.id}/thumbnail?"
    return {width: f"{start}size={size}&v={tail}" for width, size in list_previews(media)}


def list_previews(media: AnyMedia) -> tuple[tuple[str, int], ...]:
    """Return the width in pixels, as it is written, and the size of each preview there is, smallest first."""
    width, height = media.preview_width, media.preview_height
    if width is None or height is None:
        return ()
    steps = _steps(width, height)
    return steps[-1:] if media.preview_todo == Step.REST else steps  # so far there is only this one


@lru_cache(1000)
def _steps(width: int, height: int) -> tuple[tuple[str, int], ...]:
    """Return the same for a picture of this shape: they come in a few."""
    sizes = list_sizes(max(width, height))
    return tuple((str(scaled_dimensions(width, height, size)[0]), size) for size in sizes)


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


def read_preview(original: Stored, key: str) -> bytes:
    """Return a preview or clip, which are small. Raises `StoredFileNotFound` and `StorageUnavailable`."""
    with stores[original.storage_backend].open(key) as file:
        return file.read()


def save_previews(original: Stored, folder: Path, made: Made) -> None:
    """Store what was made in a folder, in place of what there was.

    Raises `PreviewFailed` before anything is stored if it isn't what it should be, and what saving raises.
    """
    names = [*(f"{size}.webp" for size in made.sizes), *([CLIP_NAME] if made.has_clip else [])]
    with ExitStack() as stack:
        files = [stack.enter_context(open_made(folder / name)) for name in names]
        for name, file in zip(names, files, strict=True):
            key = make_preview_key(original.storage_path, name)
            stores[original.storage_backend].save(key, read_chunks(file))


def make_do_with_first(media: Media) -> None:
    """Let the only preview of a media stand in for the smaller ones, which will not be made."""
    assert media.preview_width is not None
    assert media.preview_height is not None
    *smaller, only = list_sizes(max(media.preview_width, media.preview_height))
    store = stores[media.storage_backend]
    try:
        for size in smaller:
            store.copy(preview_key(media.storage_path, only), preview_key(media.storage_path, size))
    except StoredFileNotFound:
        log.warning("media %s has lost its preview", media.id)


def delete_previews(original: Stored) -> None:
    """Delete whatever previews a file has or had; what can't be deleted is logged."""
    _delete(original, [*(f"{size}.webp" for size in SIZES), CLIP_NAME, *_COPIES])


def delete_copies(original: Stored) -> None:
    """Delete the previews that were copied as JPEG: the next who asks gets a new copy."""
    _delete(original, _COPIES)


def _delete(original: Stored, names: Sequence[str]) -> None:
    keys = [make_preview_key(original.storage_path, name) for name in names]
    try:
        stores[original.storage_backend].delete_many(keys)
    except MediaWebError as error:
        log.warning("the previews of %s are left over: %s", original.storage_path, error.code)
