"""How often one may be wrong about a password, counted in the database for every process and machine."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mediaweb.errors import TooManyFailures
from mediaweb.models import SignInFailures
from mediaweb.models.types import utc_now
from mediaweb.services.transactions import write_transaction

WINDOW = timedelta(minutes=15)
#: By one person, or whoever pretends to be, from one place.
MAX_FROM_ONE_PLACE = 10


def count_guess(session: Session, limits: dict[str, int]) -> None:
    """Count a try under every key, unless one of them is used up. Raises `TooManyFailures`.

    Counting comes first: it locks the rows, so that of tries at the same time each sees those before it.
    """
    now = utc_now()
    _discard_expired(session, now)
    with write_transaction(session):
        values = [{"key": key, "count": 1, "resets_at": now + WINDOW} for key in sorted(limits)]
        session.execute(_count_up(session, now), values)
        used_up = [row for row in _find(session, list(limits)) if row.count > limits[row.key]]
        if used_up:  # this try is taken back: who waits gets in
            wait = max(row.resets_at for row in used_up) - now
            raise TooManyFailures(retry_after_seconds=int(wait.total_seconds()) + 1)


def _count_up(session: Session, now: datetime) -> Any:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(SignInFailures)
    is_over = SignInFailures.resets_at <= now
    return insert.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "count": case((is_over, 1), else_=SignInFailures.count + 1),
            "resets_at": case((is_over, insert.excluded.resets_at), else_=SignInFailures.resets_at),
        },
    )


def _discard_expired(session: Session, now: datetime) -> None:
    """Forget what is over, but for rows that somebody else is at: waiting for those could block both."""
    over = select(SignInFailures.key).where(SignInFailures.resets_at <= now).with_for_update(skip_locked=True)
    with write_transaction(session):
        session.execute(delete(SignInFailures).where(SignInFailures.key.in_(over)))


def take_back(session: Session, limits: dict[str, int]) -> None:
    """Take back what was counted: all for this account from this place, one try of the others."""
    with write_transaction(session):
        for failures in _find(session, list(limits)):
            if limits[failures.key] == MAX_FROM_ONE_PLACE or failures.count <= 1:
                session.delete(failures)
            else:
                failures.count -= 1


def _find(session: Session, keys: list[str]) -> Sequence[SignInFailures]:
    query = select(SignInFailures).where(SignInFailures.key.in_(keys)).order_by(SignInFailures.key)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
