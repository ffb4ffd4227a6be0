"""Which previews are to be made: what stands in the rows, and the jobs that say so to the workers."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, TextClause, and_, func, or_, select, text, true, update
from sqlalchemy.orm import Session

from mediaweb.errors import QueueUnavailable
from mediaweb.extensions import queue
from mediaweb.models import EventType, Media, PreviewState
from mediaweb.models.media import FAILED, MEDIA, PAGE_COLUMNS, TO_DO
from mediaweb.models.types import utc_now
from mediaweb.previews.formats import find_kind
from mediaweb.previews.limits import MAX_WALL_SECONDS
from mediaweb.previews.orders import Step
from mediaweb.queues import Job, Priority
from mediaweb.services import events
from mediaweb.services.access import SYSTEM, Actor, check_is_admin
from mediaweb.services.preview_files import delete_copies
from mediaweb.services.representations import MediaRow
from mediaweb.services.transactions import write_transaction

log = logging.getLogger(__name__)

#: Who has not finished a file by then has died over it.
CLAIM = timedelta(seconds=MAX_WALL_SECONDS + 30)
#: How many jobs are put into an empty queue at once; the next minute brings more.
MAX_RESUMED = 5000
BATCH_SIZE = 200
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
    files = func.count().label("files")
    todo = select(MEDIA.c.preview_todo, files).where(text(TO_DO)).group_by(MEDIA.c.preview_todo)
    counts = {row.preview_todo: row.files for row in session.execute(todo)}
    failed = session.scalar(select(func.count()).select_from(MEDIA).where(text(FAILED))) or 0
    return Workload(counts.get(Step.FIRST, 0), counts.get(Step.REST, 0), failed)


def list_failed(session: Session, actor: Actor, limit: int, offset: int = 0) -> Sequence[MediaRow]:
    """Return the media whose previews failed, the newest first, for an admin (`PAGE_COLUMNS`)."""
    check_is_admin(actor)
    query = select(*PAGE_COLUMNS).where(text(FAILED)).order_by(MEDIA.c.id.desc()).limit(limit).offset(offset)
    return session.execute(query).all()


def retry(session: Session, actor: Actor, media_ids: Collection[int] | None = None) -> int:
    """Have the previews of these media made once more, or of all that failed; return how many. Commits.

    Raises what `access` raises.
    """
    check_is_admin(actor)
    which = text(FAILED) if media_ids is None else and_(text(FAILED), MEDIA.c.id.in_(media_ids))
    marked = 0
    for batch in _batches(session, which):
        ids = _mark(session, batch, actor)
        for media_id in ids:
            enqueue(media_id)
        marked += len(ids)
    return marked


def mark_for_rebuild(session: Session, is_all: bool) -> Iterator[list[int]]:
    """Note batch by batch that previews are to be made: all anew, or those that are missing. Yields ids.

    Commits each batch, and enqueues nothing: whoever calls does the work.
    """
    states = (PreviewState.READY, PreviewState.PENDING)
    which = true() if is_all else or_(MEDIA.c.preview_state.not_in(states), text(TO_DO))
    for batch in _batches(session, which):
        yield _mark(session, batch, SYSTEM)


def _batches(session: Session, which: ColumnElement[bool] | TextClause) -> Iterator[Sequence[int]]:
    last_id = 0
    query = select(MEDIA.c.id).where(which).order_by(MEDIA.c.id).limit(BATCH_SIZE)
    while ids := session.scalars(query.where(MEDIA.c.id > last_id)).all():
        yield ids
        last_id = ids[-1]


def _mark(session: Session, media_ids: Sequence[int], actor: Actor) -> list[int]:
    """Note that all of the previews of these media are to be made; return those that can have any. Commits.

    Previews that there are stay until new ones take their place.
    """
    query = select(Media).where(Media.id.in_(media_ids)).order_by(Media.id)
    with write_transaction(session):
        found = session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
        marked = [media for media in found if find_kind(media.mime_type) is not None]
        for media in marked:
            media.preview_todo, media.preview_attempts, media.preview_begun_at = Step.FIRST, 0, None
            media.preview_failure = None
        pending = [
            media for media in marked if media.preview_state in (PreviewState.FAILED, PreviewState.NONE)
        ]
        for media in pending:
            media.preview_state = PreviewState.PENDING
        if pending:
            events.record(session.connection(), *(_describe(media, actor) for media in pending))
    for media in marked:
        delete_copies(media)
    return [media.id for media in marked]


def _describe(media: Media, actor: Actor) -> dict[str, Any]:
    return events.describe(EventType.UPDATED, media, actor, events.Sight.of(media), ["preview_state"])
