"""Make a file's previews: claim the work, have the file decoded, store what was made, say so in the row.

The row is the truth. Killed at any moment, the work is begun again by whoever finds it next; what killed its
worker more than once is given up.
"""

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from mediaweb.errors import StoredFileNotFound
from mediaweb.extensions import decoder, settings, stores
from mediaweb.models import EventType, Media, PreviewState
from mediaweb.models.media import FIELDS, MEDIA
from mediaweb.models.trash import TRASHED_MEDIA
from mediaweb.models.types import utc_now
from mediaweb.previews.decoder import DecoderLost
from mediaweb.previews.facts import PreviewFailed
from mediaweb.previews.formats import Kind, find_kind
from mediaweb.previews.orders import Made, Order, Step
from mediaweb.services import events
from mediaweb.services.access import SYSTEM
from mediaweb.services.preview_files import (
    Stored,
    delete_previews,
    make_do_with_first,
    save_previews,
    thumbnail_links,
)
from mediaweb.services.preview_queue import CLAIM, enqueue
from mediaweb.services.representations import dump_json
from mediaweb.services.transactions import write_transaction

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 2
#: Facts that have a column of their own, so that filters know them.
COLUMNS = ("width", "height", "duration", "taken_at", "camera", "lens")
KILLED = "Making previews of this file ended the worker more than once."
MISSING = "The file is missing from the storage."


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that nobody else works on now, as long as the claim lasts."""

    media_id: int
    storage_path: str
    storage_backend: str
    kind: Kind
    step: Step


def make_previews(session: Session, media_id: int, step: Step) -> None:
    """Do a step of the work on a file, if it is still to be done. Commits.

    Raises what a store or a database that fails raises; the work is left for later then.
    """
    claim = _claim(session, media_id, step)
    if claim is None:
        return
    try:
        made = _make(claim)
    except DecoderLost:  # perhaps by this file: it counts as an attempt
        _release(session, claim, is_counted=True)
        enqueue(media_id, step)
        return
    except BaseException:
        _release(session, claim, is_counted=False)
        raise
    _finish(session, claim, made)


def make_all_previews(session: Session, media_id: int) -> bool:
    """Do all that is left to do for a file; return whether it has not failed. Commits; raises likewise."""
    make_previews(session, media_id, Step.FIRST)
    make_previews(session, media_id, Step.REST)
    media = session.get(Media, media_id, populate_existing=True)
    session.rollback()
    return media is None or media.preview_state != PreviewState.FAILED


def delete_unless_known(session: Session, media_id: int, original: Stored) -> None:
    """Delete previews that were perhaps stored after their media was deleted, and not only into the trash."""
    is_known = exists().where(MEDIA.c.id == media_id) | exists().where(TRASHED_MEDIA.c.id == media_id)
    if not session.scalar(select(is_known)):
        delete_previews(original)
    session.rollback()


def decoding_folder() -> Path:
    """Return the folder in which decoding processes write, made if need be."""
    folder = settings.instance_path / "decoding"
    folder.mkdir(exist_ok=True)
    return folder


def _claim(session: Session, media_id: int, step: Step) -> Claim | None:
    """Take on the work unless it is done, or somebody is at it. Commits."""
    with write_transaction(session):
        media = _lock(session, media_id)
        if media is None or media.preview_todo != step or _is_claimed(media):
            return None
        kind = find_kind(media.mime_type)
        if kind is None:
            _settle(session, media, {"preview_state": PreviewState.NONE})
        elif media.preview_attempts >= MAX_ATTEMPTS:
            _give_up(session, media, KILLED)
        else:
            media.preview_attempts += 1
            media.preview_begun_at = utc_now()
            return Claim(media.id, media.storage_path, media.storage_backend, kind, step)
    return None


def _is_claimed(media: Media) -> bool:
    return media.preview_begun_at is not None and utc_now() - media.preview_begun_at < CLAIM


def _make(claim: Claim) -> Made:
    with tempfile.TemporaryDirectory(dir=decoding_folder()) as name:
        folder = Path(name)
        try:
            with stores[claim.storage_backend].local_path(claim.storage_path) as source:
                made = decoder.decode(Order(source=source, folder=folder, kind=claim.kind, step=claim.step))
        except StoredFileNotFound:
            return Made(failure=MISSING)
        if made.failure is None:
            try:
                save_previews(claim, folder, made)
            except PreviewFailed as error:
                return Made(failure=str(error))
    return made


def _release(session: Session, claim: Claim, is_counted: bool) -> None:
    """Let others have the work. Commits."""
    with write_transaction(session):
        media = _lock(session, claim.media_id)
        if media is not None:
            media.preview_begun_at = None
            media.preview_attempts -= 0 if is_counted else 1


def _finish(session: Session, claim: Claim, made: Made) -> None:
    """Write into the row what came of the work, with its event. Commits."""
    made.is_complete = made.is_complete or claim.step is Step.REST  # whatever it says: there is no third step
    with write_transaction(session):
        media = _lock(session, claim.media_id)
        if media is not None and made.failure is not None:
            _give_up(session, media, made.failure)
        elif media is not None:
            _settle(session, media, _new_values(made))
    if media is None:
        delete_unless_known(session, claim.media_id, claim)
    elif not made.is_complete:
        enqueue(claim.media_id, Step.REST)


def _new_values(made: Made) -> dict[str, Any]:
    facts = made.facts.model_dump(exclude_none=True, exclude=set(COLUMNS))
    return {
        **{name: getattr(made.facts, name) for name in COLUMNS},
        "facts": dump_json(facts).decode() if facts else None,
        "preview_state": PreviewState.NONE if made.width is None else PreviewState.READY,
        "preview_width": made.width,
        "preview_height": made.height,
        "placeholder": made.placeholder or None,
        "has_clip": made.has_clip,
        "preview_todo": None if made.is_complete else Step.REST,
    }


def _give_up(session: Session, media: Media, reason: str) -> None:
    """Say why there is no preview; where the first step gave one, it stays."""
    log.info("no %s preview of media %s: %s", media.preview_todo, media.id, reason)
    is_shown = media.preview_todo == Step.REST
    if is_shown:
        make_do_with_first(media)
    state = PreviewState.READY if is_shown else PreviewState.FAILED
    _settle(session, media, {"preview_state": state, "preview_failure": reason})


def _settle(session: Session, media: Media, values: dict[str, Any]) -> None:
    """End the work on a locked media with these values, and record the event. Does not commit."""
    before = thumbnail_links(media)
    done = {"preview_todo": None, "preview_attempts": 0, "preview_begun_at": None, "preview_failure": None}
    changed = {name for name, value in values.items() if name in FIELDS and getattr(media, name) != value}
    for name, value in (done | values).items():
        setattr(media, name, value)
    if thumbnail_links(media) != before:
        changed.add("thumbnails")
    if changed:
        event = events.describe(EventType.UPDATED, media, SYSTEM, events.Sight.of(media), sorted(changed))
        events.record(session.connection(), event)


def _lock(session: Session, media_id: int) -> Media | None:
    return session.get(Media, media_id, with_for_update=True, populate_existing=True)
