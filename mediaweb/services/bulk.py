"""Changes of many media at once: one transaction, and one event for each media that changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from mediaweb.errors import InvalidInput
from mediaweb.models import Media
from mediaweb.models.types import MAX_ID
from mediaweb.services import events
from mediaweb.services.access import Actor, check_is_admin
from mediaweb.services.changes import (
    change_media,
    check_new_owner,
    delete_stored_file,
    read_new_values,
    remove_media,
)
from mediaweb.services.incoming import MediaChanges
from mediaweb.services.transactions import write_transaction

MAX_MEDIA = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of the media that were meant have changed, were like that before, were gone already, or are
    not for who asked to change."""

    changed: int
    unchanged: int
    gone: int
    refused: int = 0
    #: What `undo` takes to put back what has changed.
    event_ids: tuple[int, ...] = field(default=(), compare=False)


def find_media(session: Session, media_ids: Iterable[int], actor: Actor) -> Sequence[Media]:
    """Return those of the media that are there, by id. Raises `InvalidInput` and what `access` raises."""
    check_is_admin(actor)
    return session.scalars(_select(_check_ids(media_ids))).all()


def update_many(session: Session, media_ids: Iterable[int], changes: MediaChanges, actor: Actor) -> Outcome:
    """Give every one of the media the fields that are set in `changes`. Commits.

    Raises `InvalidInput` and what `access` raises; nothing has changed then.
    """
    check_is_admin(actor)
    ids = _check_ids(media_ids)
    values = read_new_values(changes)
    with write_transaction(session):
        check_new_owner(session, values, actor)
        found = _lock(session, ids)
        entries = [
            entry for media in found if (entry := change_media(session, media, values, actor)) is not None
        ]
        event_ids = events.record_many(session.connection(), entries)
    return Outcome(len(entries), len(found) - len(entries), len(ids) - len(found), event_ids=event_ids)


def delete_many(session: Session, media_ids: Iterable[int], actor: Actor) -> Outcome:
    """Remove the media, then their bytes. Commits. Raises `InvalidInput` and what `access` raises."""
    check_is_admin(actor)
    ids = _check_ids(media_ids)
    with write_transaction(session):
        found = _lock(session, ids)
        _record(session, [remove_media(session, media, actor) for media in found])
    for media in found:
        delete_stored_file(media)
    return Outcome(len(found), 0, len(ids) - len(found))


def _check_ids(media_ids: Iterable[int]) -> set[int]:
    ids = set(media_ids)
    if not ids:
        raise InvalidInput.at("body", "id", msg="Select at least one media.", type="too_short")
    if len(ids) > MAX_MEDIA:
        raise InvalidInput.at("body", "id", msg=f"Select at most {MAX_MEDIA:,} media.", type="too_long")
    return ids


def _lock(session: Session, ids: set[int]) -> Sequence[Media]:
    """Lock the media in the order of their ids: two who want the same ones never wait for each other."""
    query = _select(ids).with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).all()


def _select(ids: set[int]) -> Select[Media]:
    possible = [media_id for media_id in ids if 0 < media_id <= MAX_ID]  # no database could hold another
    return select(Media).where(Media.id.in_(possible)).order_by(Media.id)


def _record(session: Session, entries: list[dict[str, object]]) -> None:
    if entries:
        events.record(session.connection(), *entries)
