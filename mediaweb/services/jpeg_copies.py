"""Previews as JPEG, for programs that can't read WebP: made by a worker when one is first asked for."""

import tempfile
import time
from pathlib import Path

from sqlalchemy.orm import Session

from mediaweb.errors import PreviewPending, QueueUnavailable, StoredFileNotFound
from mediaweb.extensions import decoder, queue, stores
from mediaweb.models import Media
from mediaweb.previews.formats import Kind
from mediaweb.previews.made_files import open_made
from mediaweb.previews.orders import COPY_NAME, Order, Step
from mediaweb.queues import Job, Priority
from mediaweb.services.incoming import read_chunks
from mediaweb.services.preview_files import JPEG, AnyMedia, Stored, StoredAt, preview_key
from mediaweb.services.previews import decoding_folder, delete_unless_known

#: How long somebody is kept waiting rather than told to come again, and how often we look, in seconds.
PATIENCE_SECONDS, LOOK_SECONDS = 3.0, 0.1


def find_jpeg(media: AnyMedia, size: int) -> str:
    """Return the key of a preview as JPEG; the first to ask waits for it. Raises `PreviewPending`."""
    key = preview_key(media.storage_path, size, JPEG)
    deadline = 0.0
    while True:
        if _is_there(media, key):
            return key
        if not deadline:
            deadline = time.monotonic() + PATIENCE_SECONDS
            _ask_for(media, size)
        if time.monotonic() > deadline:
            raise PreviewPending
        time.sleep(LOOK_SECONDS)


def copy_as_jpeg(session: Session, media_id: int, size: int) -> None:
    """Write a preview once more, as JPEG.

    Raises what the storage raises, `DecoderLost` and, if it did not become a JPEG, `PreviewFailed`.
    """
    media = session.get(Media, media_id)
    if media is None or media.preview_width is None:
        return
    original = StoredAt(media.storage_backend, media.storage_path)
    session.rollback()
    store, key = stores[original.storage_backend], original.storage_path
    if _is_there(original, preview_key(key, size, JPEG)):  # several have asked for it
        return
    with (
        tempfile.TemporaryDirectory(dir=decoding_folder()) as name,
        store.local_path(preview_key(key, size)) as source,
    ):
        folder = Path(name)
        made = decoder.decode(Order(source=source, folder=folder, kind=Kind.IMAGE, step=Step.JPEG))
        if made.failure is not None:
            return
        with open_made(folder / COPY_NAME) as file:
            store.save(preview_key(key, size, JPEG), read_chunks(file))
    delete_unless_known(session, media_id, original)


def _is_there(media: Stored, key: str) -> bool:
    try:
        stores[media.storage_backend].size_bytes(key)
    except StoredFileNotFound:
        return False
    return True


def _ask_for(media: AnyMedia, size: int) -> None:
    try:
        queue.add(Job.COPY_AS_JPEG, media.id, size, priority=Priority.NOW)
    except QueueUnavailable:
        raise PreviewPending from None
