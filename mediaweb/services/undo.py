"""Take back what somebody has just done: the fields that they changed, or what they moved into the trash.

What an event changed, and what was there before, the log tells. A field that somebody has changed since is
left as it is, and so is a media that was restored, or deleted for good, since.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import Session

from mediaweb.models import EventType, Media, Subject, User
from mediaweb.models.event import EVENT
from mediaweb.models.trash import TRASHED_AT
from mediaweb.models.types import MAX_ID
from mediaweb.services import access, events
from mediaweb.services.access import Actor
from mediaweb.services.bulk import check_ids
from mediaweb.services.changes import change_media
from mediaweb.services.representations import MediaRow
from mediaweb.services.transactions import write_transaction
from mediaweb.services.trash import in_reach, resume_previews
from mediaweb.services.trash_rows import lock_trashed, move_back

#: What a person changes; nothing else is taken back.
FIELDS = frozenset({"filename", "description", "alt_text", "tags", "is_public", "user_id"})

_EARLIER = EVENT.alias("earlier")
#: The fields as they were before an update: those in the last event before it.
_BEFORE = (
    select(_EARLIER.c.data)
    .where(
        _EARLIER.c.subject_id == EVENT.c.subject_id,
        _EARLIER.c.model == EVENT.c.model,
        _EARLIER.c.id < EVENT.c.id,
    )
    .order_by(_EARLIER.c.id.desc())
    .limit(1)
    .correlate(EVENT)
    .scalar_subquery()
)
_LATER = EVENT.alias("later")
_IS_LAST = ~exists().where(
    _LATER.c.subject_id == EVENT.c.subject_id,
    _LATER.c.model == EVENT.c.model,
    _LATER.c.id > EVENT.c.id,
)


@dataclass(frozen=True, slots=True)
class Undone:
    """How many media are as they were before, are back from the trash, and could not be put back (whole).

    `filename` is the name by now of one of the first two.
    """

    changed: int
    restored: int
    left: int
    filename: str | None = None


def undo(session: Session, event_ids: Iterable[int], actor: Actor) -> Undone:
    """Take back what these events of the actor changed. Commits, with an event for each media.

    Of events of others, and of those that can't be taken back, nothing is said but how many media they are
    about. Raises `InvalidInput` and what `access` raises where the actor may change nothing at all.
    """
    access.check_can_upload(actor)  # who may not even do that changes nothing
    ids = [event_id for event_id in check_ids(event_ids) if 0 < event_id <= MAX_ID]
    with write_transaction(session):
        found = session.execute(_select_events(ids, actor)).all()
        updates = [event for event in found if event.type == EventType.UPDATED]
        changed, entries, whole = _take_back(session, updates, actor)
        restored = _bring_back(session, found, actor)
        events.record_many(session.connection(), entries)
    resume_previews(restored)
    names = [*(media.filename for media in changed), *(row.filename for row in restored)]
    left = len({event.subject_id for event in found}) - whole - len(restored)
    return Undone(len(changed), len(restored), left + len(ids) - len(found), names[0] if names else None)


def _select_events(ids: Collection[int], actor: Actor) -> Select[Any]:
    """Select the actor's own events, the newest first, with what was before them."""
    return (
        select(EVENT, _BEFORE.label("before"), _IS_LAST.label("is_last"))
        .where(
            EVENT.c.id.in_(ids),
            EVENT.c.model == Subject.MEDIA,
            func.coalesce(EVENT.c.actor_id, 0) == (actor.user_id or 0),
            EVENT.c.is_by_system == actor.is_system,
        )
        .order_by(EVENT.c.id.desc())
    )


def _take_back(
    session: Session, updates: Sequence[Row[Any]], actor: Actor
) -> tuple[Sequence[Media], Sequence[dict[str, Any]], int]:
    """Change fields back; return the media that changed, the events, and of how many nothing was left."""
    changed, entries, whole = [], [], 0
    for media in _lock(session, {event.subject_id for event in updates}):
        if not access.can_change(actor, media):
            continue
        mine = [event for event in updates if event.subject_id == media.id]
        values, is_whole = _former_values(session, media, mine, actor)
        entry = change_media(session, media, values, actor)
        if entry is not None:
            changed.append(media)
            entries.append(entry)
            whole += is_whole
    return changed, entries, whole


def _lock(session: Session, ids: Collection[int]) -> Sequence[Media]:
    query = select(Media).where(Media.id.in_(ids)).order_by(Media.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _former_values(
    session: Session, media: Media, updates: Sequence[Row[Any]], actor: Actor
) -> tuple[dict[str, Any], bool]:
    """Return what the fields were that still are as these events left them, and whether those are all."""
    values: dict[str, Any] = {}
    is_whole = True
    for event in updates:
        after, before = _read(event.data), _read(event.before)
        for name in FIELDS.intersection((event.changed or "").split(",")):
            is_as_left = name in after and values.get(name, getattr(media, name)) == after[name]
            if is_as_left and name in before and _may_be(session, name, before[name], actor):
                values[name] = before[name]
            else:
                is_whole = False
    return values, is_whole


def _read(data: str | None) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(data) if data else {}
    return fields | {"tags": tuple(fields["tags"])} if "tags" in fields else fields


def _may_be(session: Session, name: str, value: Any, actor: Actor) -> bool:
    """Tell whether a field may have its former value: only admins give away, and nothing to who is gone."""
    if name != "user_id":
        return True
    return actor.is_admin and (value is None or session.get(User, value) is not None)


def _bring_back(session: Session, found: Sequence[Row[Any]], actor: Actor) -> Sequence[MediaRow]:
    """Restore what was moved into the trash, unless anything has happened to it since."""
    ids = [
        event.subject_id
        for event in found
        if event.type == EventType.DELETED and event.changed == TRASHED_AT and event.is_last
    ]
    return move_back(session, lock_trashed(session, in_reach(ids, actor)), actor) if ids else []
