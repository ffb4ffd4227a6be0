"""Changes of many media at once: one transaction, and one event for each media that changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from mediaweb.errors import InvalidInput
from mediaweb.models import Media
from mediaweb.models.types import MAX_ID
from mediaweb.services import access, events
from mediaweb.services.access import Actor
from mediaweb.services.changes import (
    apply_changes,
    change_media,
    check_new_owner,
    read_new_values,
)
from mediaweb.services.incoming import MediaChanges
from mediaweb.services.tag_names import MAX_TAGS, fold_name, read_names
from mediaweb.services.tags import link_tags
from mediaweb.services.transactions import write_transaction

MAX_MEDIA = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of the media that were meant have changed, and why the others have not.

    They were like that before, are gone (or private, which is the same to who may not see them), or are not
    the actor's to change.
    """

    changed: int
    unchanged: int
    gone: int
    refused: int = 0
    #: What `undo` takes to put back what has changed; none where the actor could not.
    event_ids: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class _Found:
    """The media that the actor may change, and how many others were meant."""

    media: Sequence[Media]
    gone: int
    refused: int

    def outcome(self, event_ids: tuple[int, ...]) -> Outcome:
        changed = len(event_ids)
        return Outcome(changed, len(self.media) - changed, self.gone, self.refused, event_ids)


def find_media(session: Session, media_ids: Iterable[int], actor: Actor) -> Sequence[Media]:
    """Return those of the media that the actor may change, by id.

    Raises `InvalidInput` and what `access` raises.
    """
    access.check_can_edit(actor)
    return _sort_out(session, _select(check_ids(media_ids), actor), 0, actor).media


def update_many(session: Session, media_ids: Iterable[int], changes: MediaChanges, actor: Actor) -> Outcome:
    """Give every one of the media the fields that are set in `changes`. Commits.

    Raises `InvalidInput` and what `access` raises; nothing has changed then.
    """
    access.check_can_edit(actor)
    ids = check_ids(media_ids)
    values = read_new_values(changes)
    with write_transaction(session):
        check_new_owner(session, values, actor)
        found = _lock(session, ids, actor)
        changed = _record(session, (change_media(session, media, values, actor) for media in found.media))
        # Who is not known and makes it private may not change it back, and is not offered to.
        is_in_reach = all(access.can_change(actor, media) for media in found.media)
    outcome = found.outcome(changed)
    return outcome if is_in_reach else replace(outcome, event_ids=())


def change_tags(
    session: Session, media_ids: Iterable[int], add: Sequence[str], remove: Sequence[str], actor: Actor
) -> Outcome:
    """Add tags to all of the media and remove others; what is both added and removed is added. Commits.

    Raises `InvalidInput`, also when one of the media would have more than 50, and what `access` raises;
    nothing has changed then.
    """
    access.check_can_edit(actor)
    ids = check_ids(media_ids)
    added, removed = read_names(add, "add"), read_names(remove, "remove")
    with write_transaction(session):
        found = _lock(session, ids, actor)
        spelled = link_tags(session.connection(), [media.id for media in found.media], added, removed, actor)
        removed_too = {fold_name(name) for name in removed}
        tags = [(media, _combine(media, spelled, removed_too)) for media in found.media]
        changed = _record(session, (apply_changes(session, one, {"tags": new}, actor) for one, new in tags))
    return found.outcome(changed)


def _combine(media: Media, added: Sequence[str], removed: set[str]) -> tuple[str, ...]:
    """Return the new tags of a media. Raises `InvalidInput` for too many."""
    kept = {fold_name(name): name for name in media.tags}
    tags = {folded: name for folded, name in kept.items() if folded not in removed}
    for name in added:
        tags.setdefault(fold_name(name), kept.get(fold_name(name), name))
    if len(tags) > MAX_TAGS:
        msg = f"{media.filename} would have {len(tags)} tags; at most {MAX_TAGS} are accepted."
        raise InvalidInput.at("body", "add", msg=msg, type="too_long")
    return tuple(tags.values())


def check_ids(media_ids: Iterable[int]) -> set[int]:
    """Return each id once. Raises `InvalidInput` for none and for too many."""
    ids = set(media_ids)
    if not ids:
        raise InvalidInput.at("body", "id", msg="Select at least one media.", type="too_short")
    if len(ids) > MAX_MEDIA:
        raise InvalidInput.at("body", "id", msg=f"Select at most {MAX_MEDIA:,} media.", type="too_long")
    return ids


def _lock(session: Session, ids: set[int], actor: Actor) -> _Found:
    """Lock the media in the order of their ids: two who want the same ones never wait for each other."""
    query = _select(ids, actor).with_for_update().execution_options(populate_existing=True)
    return _sort_out(session, query, len(ids), actor)


def _sort_out(session: Session, query: Select[Media], meant_count: int, actor: Actor) -> _Found:
    there = session.scalars(query).all()
    media = [one for one in there if access.can_change(actor, one)]
    return _Found(media, gone=meant_count - len(there), refused=len(there) - len(media))


def _select(ids: set[int], actor: Actor) -> Select[Media]:
    possible = [media_id for media_id in ids if 0 < media_id <= MAX_ID]  # no database could hold another
    is_seen = access.visible_media(actor, is_by_creation=False)
    return select(Media).where(Media.id.in_(possible), is_seen).order_by(Media.id)


def _record(session: Session, entries: Iterable[dict[str, Any] | None]) -> tuple[int, ...]:
    """Record the events of what changed; return their ids."""
    return events.record_many(session.connection(), [entry for entry in entries if entry is not None])
