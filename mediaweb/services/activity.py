"""Who did what, from the event log: newest first, in pages that later events never shift."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, text
from sqlalchemy.orm import Session

from mediaweb.models import EventType, Media, Subject, User
from mediaweb.models.event import ABOUT_ACCOUNTS, EVENT
from mediaweb.models.types import MAX_ID
from mediaweb.services.access import Actor, check_is_admin

_ABOUT = EVENT.alias("about")
#: What a deletion deleted: the fields in the last event before it that has any.
_LAST_KNOWN = (
    select(_ABOUT.c.data)
    .where(
        _ABOUT.c.subject_id == EVENT.c.subject_id,
        _ABOUT.c.model == EVENT.c.model,
        _ABOUT.c.id < EVENT.c.id,
        _ABOUT.c.data.is_not(None),
    )
    .order_by(_ABOUT.c.id.desc())
    .limit(1)
    .correlate(EVENT)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class By:
    """Whose doing to look for: a person's, nobody known's (`user_id` None), or the system's."""

    user_id: int | None = None
    is_system: bool = False


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which events to look for: about this kind of thing, about this very one, by somebody; None: all."""

    kind: Subject | None = None
    subject_id: int | None = None
    by: By | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `fields` are the subject's after it; of what it deleted, the last known."""

    id: int
    type: EventType
    subject: Subject
    subject_id: int
    actor_id: int | None
    is_by_system: bool
    created_at: datetime
    was_public: bool | None
    is_public: bool | None
    owner_id: int | None
    fields: dict[str, Any]
    changed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Activity:
    """A page of the log, newest first, with what is known today of those it is about."""

    entries: Sequence[Entry]
    has_newer: bool
    has_older: bool
    #: The people who act or are acted on, by id, as far as they are still known.
    names: dict[int, str]
    #: The media that are still there.
    media_ids: frozenset[int]


def read_activity(
    session: Session,
    wanted: ActivityFilter,
    actor: Actor,
    page_size: int,
    *,
    before_id: int | None = None,
    after_id: int | None = None,
) -> Activity:
    """Return the newest events, those before one, or the ones just after one. Raises what `access` raises."""
    check_is_admin(actor)
    matching = select(EVENT.c.id).where(*_conditions(wanted))
    if after_id is not None:
        later = matching.where(EVENT.c.id > after_id).order_by(EVENT.c.id).limit(page_size + 1)
        ids = list(session.scalars(later))
        if len(ids) > page_size:
            return _load(session, ids[:page_size], has_newer=True, has_older=True)
    earlier = matching.order_by(EVENT.c.id.desc()).limit(page_size + 1)
    if before_id is None or after_id is not None:  # there is no full page of newer ones: show the newest
        ids = list(session.scalars(earlier))
        return _load(session, ids[:page_size], has_newer=False, has_older=len(ids) > page_size)
    ids = list(session.scalars(earlier.where(EVENT.c.id < before_id)))
    newer = session.scalar(matching.where(EVENT.c.id >= before_id).order_by(EVENT.c.id).limit(1))
    return _load(session, ids[:page_size], has_newer=newer is not None, has_older=len(ids) > page_size)


def _conditions(wanted: ActivityFilter) -> list[ColumnElement[bool]]:
    """Say what to look for such that each database takes the index that finds fewest events in vain."""
    found: list[ColumnElement[bool]] = []
    if wanted.subject_id is not None:
        found.append(EVENT.c.subject_id == wanted.subject_id)
    if wanted.kind is not None:
        found.append(EVENT.c.model == wanted.kind)
    is_about_accounts = wanted.kind not in (None, Subject.MEDIA)
    if is_about_accounts and wanted.subject_id is None:
        found.append(text(ABOUT_ACCOUNTS))  # type: ignore[arg-type] # text is a condition, too
    if wanted.by is not None:
        is_few_already = wanted.subject_id is not None or is_about_accounts
        found += _by_one_of_few(wanted.by) if is_few_already else _by_one_of_all(wanted.by)
    return found


def _by_one_of_all(by: By) -> list[ColumnElement[bool]]:
    who = EVENT.c.actor_id.is_(None) if by.user_id is None else EVENT.c.actor_id == by.user_id
    return [who, EVENT.c.is_by_system == by.is_system]


def _by_one_of_few(by: By) -> list[ColumnElement[bool]]:
    # The same, in words that no index is searched for.
    return [func.coalesce(EVENT.c.actor_id, 0) == (by.user_id or 0), EVENT.c.is_by_system == by.is_system]


def _load(session: Session, ids: Collection[int], *, has_newer: bool, has_older: bool) -> Activity:
    entries = [_read_entry(row) for row in session.execute(_select_entries(ids))]
    return Activity(
        entries,
        has_newer,
        has_older,
        _find_names(session, entries),
        frozenset(session.scalars(select(Media.id).where(Media.id.in_(_media_ids(entries))))),
    )


def _select_entries(ids: Collection[int]) -> Select[Any]:
    fields = func.coalesce(EVENT.c.data, _LAST_KNOWN).label("fields")
    return select(EVENT, fields).where(EVENT.c.id.in_(ids)).order_by(EVENT.c.id.desc())


def _read_entry(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        type=EventType(row.type),
        subject=Subject(row.model),
        subject_id=row.subject_id,
        actor_id=row.actor_id,
        is_by_system=row.is_by_system,
        created_at=row.created_at,
        was_public=row.was_public,
        is_public=row.is_public,
        owner_id=row.owner_id,
        fields=json.loads(row.fields) if row.fields else {},
        changed=frozenset(row.changed.split(",")) if row.changed else frozenset(),
    )


def _media_ids(entries: Iterable[Entry]) -> set[int]:
    return {entry.subject_id for entry in entries if entry.subject is Subject.MEDIA}


def _find_names(session: Session, entries: Iterable[Entry]) -> dict[int, str]:
    ids = {_person_id(entry) for entry in entries} | {entry.actor_id for entry in entries}
    possible = [user_id for user_id in ids if user_id is not None and 0 < user_id <= MAX_ID]
    return {
        row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(possible)))
    }


def _person_id(entry: Entry) -> int | None:
    """Return who an event is about, beside its actor: a media's owner, an account, a token's user."""
    if entry.subject is Subject.MEDIA:
        return entry.owner_id
    return entry.subject_id if entry.subject is Subject.USER else entry.fields.get("user_id")
