"""Reading the event log on from a known event, and letting go of what is old."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select
from sqlalchemy.orm import Session

from mediaweb.extensions import settings
from mediaweb.models import EventType
from mediaweb.models.event import EVENT
from mediaweb.models.types import utc_now
from mediaweb.services.transactions import write_transaction

#: Events that are deleted in one transaction; others may write between two of them.
BATCH_SIZE = 1000

_LATER = EVENT.alias("later")


def newest_id(connection: Connection) -> int:
    """Return the id of the last event that is committed; 0 before the first."""
    return connection.scalar(select(func.max(EVENT.c.id))) or 0


def read_after(connection: Connection, event_id: int, limit: int) -> Sequence[Row[Any]]:
    """Return the events that follow an event, in the order in which they were committed."""
    query = select(EVENT).where(EVENT.c.id > event_id).order_by(EVENT.c.id).limit(limit)
    return connection.execute(query).all()


def is_complete_since(connection: Connection, event_id: int) -> bool:
    """Tell whether the log surely holds everything after an event, which `prune` may have let go of.

    False also for an event that this library never had: its log may have been restored from a backup.
    """
    newest = newest_id(connection)
    if event_id >= newest:
        return event_id == newest
    moments = select(EVENT.c.id, EVENT.c.created_at)
    last_known = moments.where(EVENT.c.id <= event_id).order_by(EVENT.c.id.desc()).limit(1)
    event = connection.execute(last_known).one_or_none()
    if event is None:
        event = connection.execute(moments.order_by(EVENT.c.id).limit(1)).one()
        if event.id != event_id + 1:
            return False
    # What followed an event that is kept for its age is kept for its age, too.
    is_kept: bool = event.created_at >= _oldest_kept()
    return is_kept


def prune(session: Session) -> int:
    """Delete events older than EVENT_DAYS; return how many. Commits many times.

    Of what still exists its last old event stays: it tells what there was before the next change. So does
    the newest of all.
    """
    pruned = 0
    cutoff = _oldest_kept()
    last_id = 0
    while ids := _select_old(session, cutoff, last_id):
        with write_transaction(session):
            session.execute(delete(EVENT).where(EVENT.c.id.in_(ids)))
        pruned += len(ids)
        last_id = ids[-1]
    return pruned


def _select_old(session: Session, cutoff: datetime, last_id: int) -> Sequence[int]:
    is_outdated = (
        select(_LATER.c.id)
        .where(
            _LATER.c.subject_id == EVENT.c.subject_id,
            _LATER.c.model == EVENT.c.model,
            _LATER.c.id > EVENT.c.id,
            _LATER.c.created_at < cutoff,
        )
        .exists()
    )
    newest = select(func.max(EVENT.c.id)).scalar_subquery()
    query = (
        select(EVENT.c.id)
        .where(EVENT.c.id > last_id, EVENT.c.id < newest, EVENT.c.created_at < cutoff)
        .where(or_(EVENT.c.type == EventType.DELETED, is_outdated))
        .order_by(EVENT.c.id)
        .limit(BATCH_SIZE)
    )
    return session.scalars(query).all()


def _oldest_kept() -> datetime:
    return utc_now() - timedelta(days=settings.event_days)
