"""Which previews are to be made: what stands in the rows, and the jobs that say so to the workers."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session

from mediaweb.errors import QueueUnavailable
from mediaweb.extensions import queue
from mediaweb.models import Media, PreviewState
from mediaweb.models.media import FAILED, MEDIA, TO_DO
from mediaweb.models.types import utc_now
from mediaweb.previews.formats import find_kind
from mediaweb.previews.limits import MAX_WALL_SECONDS
from mediaweb.previews.orders import Step
from mediaweb.queues import Job, Priority
from mediaweb.services.access import Actor, check_is_admin
from mediaweb.services.transactions import write_transaction

log = logging.getLogger(__name__)

#: Who has not finished a file by then has died over it.
CLAIM = timedelta(seconds=MAX_WALL_SECONDS + 30)
#: How many jobs are put into an empty queue at once; the next minute brings more.
MAX_RESUMED = 5000
PRIORITIES = {Step.FIRST: Priority.SOON, Step.REST: Priority.LATER}


@dataclass(frozen=True, slots=True)
class Workload:
    """How many files wait for their first previews, for the rest of them, and have failed."""

    first: int
    rest: int
    failed: int


def initial_preview(mime_type: str) -> dict[str, Any]:
    """Return what a new row says of its previews."""
    if find_kind(mime_type) is None:
        return {"preview_state": PreviewState.NONE, "preview_todo": None}
    return {"preview_state": PreviewState.PENDING, "preview_todo": Step.FIRST}


def enqueue(media_id: int, step: Step = Step.FIRST) -> bool:
    """Ask the workers for the next step of a file's previews; return whether the queue took it.

    If it did not, the row still says what is to be done, and a later look finds it.
    """
    try:
        queue.add(Job.MAKE_PREVIEWS, media_id, step.value, priority=PRIORITIES[step])
    except QueueUnavailable:
        log.warning("the queue can't be reached: media %s gets its previews later", media_id)
        return False
    return True


def resume(session: Session) -> int:
    """Put what is to be done into the queue, if that has run empty; return how many jobs that were.

    Raises `QueueUnavailable`.
    """
    if queue.count():
        return 0
    abandoned = or_(MEDIA.c.preview_begun_at.is_(None), MEDIA.c.preview_begun_at < utc_now() - CLAIM)
    query = (
        select(MEDIA.c.id, MEDIA.c.preview_todo)
        .where(text(TO_DO), abandoned)
        .order_by(MEDIA.c.preview_todo, MEDIA.c.id.desc())
        .limit(MAX_RESUMED)
    )
    waiting = session.execute(query).all()
    session.rollback()
    return sum(enqueue(row.id, Step(row.preview_todo)) for row in waiting)


def release_claims(session: Session) -> None:
    """Let go of what workers were at that are gone; the caller knows that there is no other. Commits."""
    with write_transaction(session):
        session.execute(
            update(MEDIA)
            .where(text(TO_DO), MEDIA.c.preview_begun_at.is_not(None))
            .values(preview_begun_at=None)
        )


def measure_workload(session: Session, actor: Actor) -> Workload:
    """Return how much there is to do, for an admin. Raises what `access` raises."""
    check_is_admin(actor)
    todo = select(MEDIA.c.preview_todo, func.count()).where(text(TO_DO)).group_by(MEDIA.c.preview_todo)
    counts: dict[str, int] = dict(session.execute(todo).tuples().all())
    failed = session.scalar(select(func.count()).select_from(MEDIA).where(text(FAILED))) or 0
    return Workload(counts.get(Step.FIRST, 0), counts.get(Step.REST, 0), failed)


def make_again(media: Iterable[Media]) -> list[int]:
    """Mark locked media so that all of their previews are made, whatever there is; return their ids.

    Does not commit, and enqueues nothing: previews that there are stay until new ones take their place.
    """
    marked = []
    for one in media:
        if find_kind(one.mime_type) is None:
            continue
        one.preview_todo, one.preview_attempts, one.preview_begun_at = Step.FIRST, 0, None
        one.preview_failure = None
        if one.preview_state != PreviewState.READY:
            one.preview_state = PreviewState.PENDING
        marked.append(one.id)
    return marked
