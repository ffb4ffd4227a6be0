"""Changes of many media at once: one transaction, and one event for each media that changed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from mediaweb.errors import InvalidInput
from mediaweb.models import Media
from mediaweb.models.engine import fold_case
from mediaweb.models.types import MAX_ID
from mediaweb.services import access, events
from mediaweb.services.access import Actor
from mediaweb.services.changes import (
    change_media,
    check_new_owner,
    delete_stored_file,
    read_new_values,
    remove_media,
)
from mediaweb.services.incoming import MediaChanges
from mediaweb.services.tag_names import MAX_TAGS, unique_names
from mediaweb.services.transactions import write_transaction

MAX_MEDIA = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of the media that were meant have changed, were like that before, or were gone already.

    Refused are those that others than who asked may change; what one may not know of counts as gone.
    """

    changed: int
    unchanged: int
    gone: int
    refused: int = 0
    #: What `undo` takes to put back what has changed.
    event_ids: tuple[int, ...] = field(default=(), compare=False)


def find_media(session: Session, media_ids: Iterable[int], actor: Actor) -> Sequence[Media]:
    """Return those of the media that are there and that the actor may change, by id.

    Raises `InvalidInput`, and what `access` raises where the actor may change nothing at all.
    """
    access.check_can_upload(actor)
    found = session.scalars(_select(check_ids(media_ids), actor)).all()
    return [media for media in found if access.can_change(actor, media)]


def update_many(session: Session, media_ids: Iterable[int], changes: MediaChanges, actor: Actor) -> Outcome:
    """Give those of the media that the actor may change the fields that are set in `changes`. Commits.

    Raises `InvalidInput`, and what `access` raises where the actor may do that with none; nothing has changed
    then.
    """
    access.check_can_upload(actor)
    values = read_new_values(changes)
    return _change(session, check_ids(media_ids), values, lambda _: values, actor)


def change_tags(
    session: Session, media_ids: Iterable[int], add: Iterable[str], remove: Iterable[str], actor: Actor
) -> Outcome:
    """Add tags to those of the media that the actor may change, and take others from them. Commits.

    Raises as `update_many` does, also where one of them would have too many.
    """
    access.check_can_upload(actor)
    added, removed = tuple(add), {fold_case(name) for name in remove}

    def new_tags(media: Media) -> dict[str, Any]:
        kept = [name for name in media.tags if fold_case(name) not in removed]
        try:
            return {"tags": unique_names((*kept, *added))}
        except ValueError:
            msg = f"{media.filename} would have more than {MAX_TAGS} tags."
            raise InvalidInput.at("body", "add", msg=msg, type="too_long") from None

    return _change(session, check_ids(media_ids), {}, new_tags, actor)


def delete_many(session: Session, media_ids: Iterable[int], actor: Actor) -> Outcome:
    """Remove those of the media that the actor may change, then their bytes. Commits.

    Raises as `update_many` does.
    """
    access.check_can_upload(actor)
    ids = check_ids(media_ids)
    with write_transaction(session):
        found = _lock(session, ids, actor)
        doomed = [media for media in found if access.can_change(actor, media)]
        _record(session, [remove_media(session, media, actor) for media in doomed])
    for media in doomed:
        delete_stored_file(media)
    return Outcome(len(doomed), 0, len(ids) - len(found), len(found) - len(doomed))


def check_ids(media_ids: Iterable[int]) -> set[int]:
    """Return each id once. Raises `InvalidInput` for none and for too many."""
    ids = set(media_ids)
    if not ids:
        raise InvalidInput.at("body", "id", msg="Select at least one media.", type="too_short")
    if len(ids) > MAX_MEDIA:
        raise InvalidInput.at("body", "id", msg=f"Select at most {MAX_MEDIA:,} media.", type="too_long")
    return ids


def _change(
    session: Session,
    ids: set[int],
    common_values: dict[str, Any],
    new_values: Callable[[Media], dict[str, Any]],
    actor: Actor,
) -> Outcome:
    with write_transaction(session):
        check_new_owner(session, common_values, actor)
        found = _lock(session, ids, actor)
        changeable = [media for media in found if access.can_change(actor, media)]
        wanted = [(media, new_values(media)) for media in changeable]
        entries = [
            entry
            for media, values in wanted
            if (entry := change_media(session, media, values, actor)) is not None
        ]
        _record(session, entries)
    gone, refused = len(ids) - len(found), len(found) - len(changeable)
    return Outcome(len(entries), len(changeable) - len(entries), gone, refused)


def _lock(session: Session, ids: set[int], actor: Actor) -> Sequence[Media]:
    """Lock the media in the order of their ids: two who want the same ones never wait for each other."""
    query = _select(ids, actor).with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).all()


def _select(ids: set[int], actor: Actor) -> Select[Media]:
    possible = [media_id for media_id in ids if 0 < media_id <= MAX_ID]  # no database could hold another
    return select(Media).where(Media.id.in_(possible), access.visible_media(actor)).order_by(Media.id)


def _record(session: Session, entries: list[dict[str, object]]) -> None:
    if entries:
        events.record(session.connection(), *entries)
