"""What the workers do: each job a shell over a service, in a database session of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from mediaweb.extensions import db
from mediaweb.previews.orders import Step
from mediaweb.queues import Every, Job, JobQueue
from mediaweb.services import (
    arrived_uploads,
    direct_uploads,
    event_log,
    jpeg_copies,
    preview_queue,
    previews,
    trash,
)


def bind_jobs(app: Flask, queue: JobQueue) -> None:
    """Tell a queue what does its jobs, in an application."""

    def bind(work: Callable[..., Any]) -> Callable[..., None]:
        def run(*arguments: Any) -> None:
            with _open_session(app) as session:
                work(session, *arguments)

        return run

    queue.register(Job.MAKE_PREVIEWS, bind(make_previews))
    queue.register(Job.COPY_AS_JPEG, bind(jpeg_copies.copy_as_jpeg))
    queue.register(Job.VERIFY_UPLOAD, bind(arrived_uploads.verify))
    queue.register(Job.LOOK_AFTER, bind(look_after), every=Every.MINUTE)
    queue.register(Job.PRUNE_EVENTS, bind(event_log.prune), every=Every.HOUR)


def make_previews(session: Session, media_id: int, step: str) -> None:
    """Do a step of the work on a file's previews."""
    previews.make_previews(session, media_id, Step(step))


def look_after(session: Session) -> None:
    """Take up what was left behind, and let go of what nobody has ended or has been in the trash for long.

    One job, not two: the first looks whether the queue is empty, and the other would wait there.
    """
    arrived_uploads.resume(session)
    preview_queue.resume(session)
    direct_uploads.forget(session)
    trash.purge(session)


@contextmanager
def _open_session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        try:
            yield db.session()
        finally:
            db.session.remove()
