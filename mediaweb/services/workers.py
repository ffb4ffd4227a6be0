"""A worker's life: it takes over what dead ones left, works, and leaves nothing lying about."""

import fcntl
import logging
import shutil
from typing import TextIO

from sqlalchemy.orm import Session

from mediaweb.errors import QueueUnavailable
from mediaweb.extensions import db, decoder, queue, settings
from mediaweb.models.engine import relax_durability
from mediaweb.services.preview_queue import release_claims, resume
from mediaweb.services.previews import decoding_folder

log = logging.getLogger(__name__)


def work(session: Session, threads: int) -> None:
    """Do jobs, so many at once, until SIGTERM or SIGINT; those that are begun are finished first. Commits."""
    relax_durability(db.engine)
    with (settings.instance_path / "workers.lock").open("w") as lock:
        if _is_alone(lock):
            _clear_up(session)
        fcntl.flock(lock, fcntl.LOCK_SH)  # until the end: the next one to start is not alone
        _resume(session)
        try:
            queue.work(threads)
        finally:
            decoder.close()
            queue.close()
            db.engine.dispose()


def _is_alone(lock: TextIO) -> bool:
    """Tell whether no other worker runs on this machine, and let none begin until we have cleared up."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _clear_up(session: Session) -> None:
    """See to what workers left that were killed."""
    shutil.rmtree(decoding_folder())
    if session.get_bind().dialect.name == "sqlite":  # a library of this machine alone
        release_claims(session)


def _resume(session: Session) -> None:
    try:
        resume(session)
    except QueueUnavailable as error:
        log.warning("%s", error)
    session.close()
