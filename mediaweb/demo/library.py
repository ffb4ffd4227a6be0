"""Fill a library with the pieces of the demo."""

import io
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediaweb.demo.pieces import Piece
from mediaweb.models import Media, Role
from mediaweb.services.access import Actor
from mediaweb.services.media import media_service

#: Who owns it all: the first admin.
FIRST_ADMIN = Actor(user_id=1, role=Role.ADMIN)
#: Pieces made at once; most of the work is done outside of Python's lock.
_THREADS = 2
#: How many made pieces may wait for the library.
_AHEAD = 6


def is_empty(session: Session) -> bool:
    """Tell whether the library has no media at all."""
    return session.scalar(select(Media.id).limit(1)) is None


def fill(session: Session, pieces: Sequence[Piece], now: datetime) -> Generator[Piece, None, None]:
    """Make and upload pieces in the given order; yield each when it is there. Commits."""
    pool = ThreadPoolExecutor(_THREADS)
    try:
        for piece, content in _make_ahead(pool, pieces, now):
            _upload(session, piece, content, now)
            yield piece
    finally:
        pool.shutdown(cancel_futures=True)


def _make_ahead(
    pool: ThreadPoolExecutor, pieces: Sequence[Piece], now: datetime
) -> Iterator[tuple[Piece, bytes]]:
    """Make pieces while those before them are uploaded, but never many more."""
    left = iter(pieces)
    waiting: list[tuple[Piece, Future[bytes]]] = []
    while True:
        room = _AHEAD - len(waiting)
        waiting += [(piece, pool.submit(piece.make, now)) for piece in islice(left, room)]
        if not waiting:
            return
        piece, content = waiting.pop(0)
        yield piece, content.result()


def _upload(session: Session, piece: Piece, content: bytes, now: datetime) -> None:
    media_service.upload_file(
        session,
        io.BytesIO(content),
        piece.filename,
        description=piece.description,
        alt_text=piece.alt_text,
        tags=piece.tags,
        is_public=piece.is_public,
        created_at=piece.created_at(now),
        actor=FIRST_ADMIN,
    )
