"""The event log: one event for each change, written in the change's own transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from mediaweb.models import EventType, Media, Subject
from mediaweb.models.event import EVENT
from mediaweb.models.types import utc_now
from mediaweb.services.access import Actor
from mediaweb.services.representations import MediaRow, dump_json, stored_fields

_INSERT = insert(EVENT)
_INSERT_WITH_IDS = _INSERT.returning(EVENT.c.id, sort_by_parameter_order=True)
#: Who holds it writes events; any number that nothing else in the database uses.
_TURN = select(func.pg_advisory_xact_lock(7_301_957))
#: In a connection's `info` while it has events that whoever listens has not been told of.
HAS_NEWS = "mediaweb_has_news"


@dataclass(frozen=True, slots=True)
class Sight:
    """What decides who may see a media, at one moment."""

    is_public: bool
    owner_id: int | None

    @classmethod
    def of(cls, media: Media | MediaRow) -> "Sight":
        return cls(media.is_public, media.user_id)


def record(connection: Connection, *entries: dict[str, Any]) -> None:
    """Write entries that `describe` made into the transaction, in order. Does not commit.

    To be called last: on PostgreSQL, others who want to write events wait from here until this transaction
    ends, and nobody shall wait for them in turn.
    """
    _take_turn(connection)
    connection.execute(_INSERT, list(entries))


def record_many(connection: Connection, entries: Sequence[dict[str, Any]]) -> tuple[int, ...]:
    """Do the same with any number of entries, also none; return the ids of the events."""
    if not entries:
        return ()
    _take_turn(connection)
    return tuple(connection.scalars(_INSERT_WITH_IDS, entries))


def _take_turn(connection: Connection) -> None:
    """See to it that events become visible in the order of their ids, so that who reads on misses none.

    SQLite has one writer at a time. PostgreSQL gives ids before it commits: an advisory lock, which it
    releases once the commit is visible, keeps the next id from being given before.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN)
    connection.info[HAS_NEWS] = True


def describe(
    event_type: EventType,
    media: Media | MediaRow,
    actor: Actor,
    before: Sight | None = None,
    changed: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the event of a change; `before` is who could see the media until now. The media has its id."""
    is_deleted = event_type is EventType.DELETED
    return {
        "type": event_type,
        "subject_id": media.id,
        "actor_id": actor.user_id,
        "is_by_system": actor.is_system,
        "created_at": utc_now(),
        "was_public": before.is_public if before else None,
        "previous_owner_id": before.owner_id if before else None,
        "is_public": None if is_deleted else media.is_public,
        "owner_id": None if is_deleted else media.user_id,
        "data": None if is_deleted else dump_json(stored_fields(media)).decode(),
        "model": Subject.MEDIA,
        "changed": ",".join(changed) or None,
    }


def describe_account(
    event_type: EventType, subject: Subject, fields: dict[str, Any], actor: Actor, changed: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the event of a change of an account or token; `fields` has its id, and no secret."""
    return {
        "type": event_type,
        "subject_id": fields["id"],
        "actor_id": actor.user_id,
        "is_by_system": actor.is_system,
        "created_at": utc_now(),
        "was_public": None,
        "previous_owner_id": None,
        "is_public": None,
        "owner_id": None,
        "data": dump_json(fields).decode(),
        "model": subject,
        "changed": ",".join(changed) or None,
    }
