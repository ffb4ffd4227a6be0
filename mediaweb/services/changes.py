"""How a media changes and goes, for one and for many: its row, its event, then its bytes. Nothing commits."""

import logging
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediaweb.errors import InvalidInput, MediaWebError
from mediaweb.extensions import stores
from mediaweb.models import EventType, Media, PreviewState, User
from mediaweb.models.types import utc_now
from mediaweb.services import access, events
from mediaweb.services.access import Actor
from mediaweb.services.filenames import clean_filename
from mediaweb.services.incoming import MediaChanges
from mediaweb.services.preview_files import delete_previews
from mediaweb.services.representations import MediaRow
from mediaweb.services.search import index_words, touches_words
from mediaweb.services.tags import set_tags

log = logging.getLogger(__name__)


def read_new_values(changes: MediaChanges) -> dict[str, Any]:
    """Return the fields that are to be changed and their values as they are stored."""
    values = changes.model_dump(exclude_unset=True)
    if "filename" in values:
        values["filename"] = clean_filename(values["filename"])
    return values


def check_new_owner(session: Session, values: dict[str, Any], actor: Actor) -> None:
    """Raise unless the actor may change who owns a media, and the new owner exists."""
    if "user_id" in values:
        access.check_can_give_away(actor)
        check_user_exists(session, values["user_id"])


def check_user_exists(session: Session, user_id: int | None) -> None:
    """Raise `InvalidInput` for somebody unknown; nobody is fine."""
    if user_id is not None and session.scalar(select(User.id).where(User.id == user_id)) is None:
        raise InvalidInput.at("body", "user_id", msg="There is no user with this id.", type="unknown_user")


def change_media(
    session: Session, media: Media, values: dict[str, Any], actor: Actor
) -> dict[str, Any] | None:
    """Give a locked media new values; return the event to record, or None if nothing differs."""
    changed = {name: value for name, value in values.items() if getattr(media, name) != value}
    if "tags" in changed:
        given = changed["tags"]
        spelled = set_tags(session.connection(), {media.id: given}, actor)[media.id]
        # What it has already stays as it is, however others spell it.
        changed["tags"] = tuple(
            name if name in media.tags else other for name, other in zip(given, spelled, strict=True)
        )
    return apply_changes(session, media, changed, actor)


def apply_changes(
    session: Session, media: Media, values: dict[str, Any], actor: Actor
) -> dict[str, Any] | None:
    """Do the same where tags are linked already, and spelled as they are to be."""
    changed = {name: value for name, value in values.items() if getattr(media, name) != value}
    if not changed:
        return None
    before = events.Sight.of(media)
    for name, value in changed.items():
        setattr(media, name, value)
    if "user_id" in changed or changed.get("is_public") is False:  # who had a link may not be meant any more
        media.privacy_generation += 1
    media.updated_at = utc_now()
    if touches_words(changed):
        index_words(session.connection(), [media])
    return events.describe(EventType.UPDATED, media, actor, before, sorted(changed))


def remove_media(session: Session, media: Media, actor: Actor) -> dict[str, Any]:
    """Mark a locked media's row to be deleted; return the event to record. Its bytes go after the commit."""
    session.delete(media)
    return events.describe(EventType.DELETED, media, actor, before=events.Sight.of(media))


def delete_stored_file(media: Media | MediaRow) -> None:
    """Delete the bytes of a media whose row is gone for good, and its previews."""
    if media.preview_state != PreviewState.NONE:
        delete_previews(media)
    try:
        stores[media.storage_backend].delete(media.storage_path)
    except MediaWebError as error:  # the media is gone all the same
        log.warning("media %s is deleted, but not its stored file: %s", media.id, error.code)
