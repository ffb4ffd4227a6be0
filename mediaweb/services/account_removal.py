"""Delete an account for good, and see to what it leaves behind."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from mediaweb.errors import InvalidInput, OwnAccount
from mediaweb.models import AccessToken, Media, User
from mediaweb.models.media import MEDIA
from mediaweb.models.trash import TRASHED_MEDIA
from mediaweb.services import browser_sessions, events
from mediaweb.services.access import Actor, check_is_admin
from mediaweb.services.accounts import delete_user, get_user, update_user
from mediaweb.services.changes import change_media, delete_stored_file, remove_media
from mediaweb.services.transactions import write_transaction
from mediaweb.services.trash import delete_batch
from mediaweb.services.trash_rows import lock_trashed

#: Media that are seen to in one transaction; others may write between two of them.
BATCH_SIZE = 200


class MediaFate(StrEnum):
    """What happens to the media of an account that is deleted."""

    GIVE = "give"
    LEAVE = "leave"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Belongings:
    """What an account has that its deletion is about."""

    media_count: int
    #: How many of them are in the trash.
    trashed_count: int
    private_count: int
    size_bytes: int
    session_count: int
    token_count: int


def count_belongings(session: Session, user_id: int) -> Belongings:
    """Count what an account has."""
    (here, private_here, bytes_here), (trashed, private_trashed, bytes_trashed) = (
        _sum_up(session, table, user_id) for table in (MEDIA, TRASHED_MEDIA)
    )
    tokens = select(func.count()).where(AccessToken.user_id == user_id)
    sessions = browser_sessions.list_sessions(session, user_id)
    return Belongings(
        here + trashed,
        trashed,
        private_here + private_trashed,
        bytes_here + bytes_trashed,
        len(sessions),
        session.scalar(tokens) or 0,
    )


def _sum_up(session: Session, table: Table, user_id: int) -> tuple[int, int, int]:
    """Return how many media there are in a table, how many of them private, and their bytes in all."""
    size_bytes = func.coalesce(func.sum(table.c.file_size), 0)
    is_private = table.c.is_public.is_(False)
    sums = select(func.count(), func.count().filter(is_private), size_bytes).where(table.c.user_id == user_id)
    count, private_count, total = session.execute(sums).one()
    return count, private_count, int(total)


def remove_user(
    session: Session, user_id: int, actor: Actor, fate: MediaFate, heir_id: int | None = None
) -> int:
    """Delete an account after its media were given away, left without owner or deleted; return how many.

    Commits many times: first the account is deactivated, then its media go batch by batch, at last the
    account. Every media has one event. If interrupted, call it again to go on.

    Raises `UserNotFound`, `OwnAccount`, `LastAdmin`, `InvalidInput` for an heir who is none, and what
    `access` raises.
    """
    check_is_admin(actor)
    get_user(session, user_id)
    if actor.user_id == user_id:
        raise OwnAccount
    see_to = _choose(session, user_id, actor, fate, heir_id)
    update_user(session, user_id, {"is_active": False}, actor)  # nothing new comes in from now on
    seen_to = 0
    while True:
        while count := see_to():
            seen_to += count
            time.sleep(0)  # let other requests of a cooperative worker have their turn
        if delete_user(session, user_id, actor):  # unless an admin just uploaded something for them
            return seen_to


def _choose(
    session: Session, user_id: int, actor: Actor, fate: MediaFate, heir_id: int | None
) -> Callable[[], int]:
    """Return the function that sees to the next batch and returns how many it had."""
    if fate is MediaFate.DELETE:
        is_theirs = TRASHED_MEDIA.c.user_id == user_id
        return lambda: _delete_some(session, user_id, actor) or delete_batch(session, is_theirs, actor)
    if fate is MediaFate.LEAVE:
        return lambda: _give_some(session, user_id, actor, None) or _give_trash(session, user_id, None)
    heir = None if heir_id is None or heir_id == user_id else session.get(User, heir_id)
    if heir is None or not heir.is_active:
        raise InvalidInput.at("body", "heir_id", msg="Choose who gets the media.", type="unknown_user")
    return lambda: _give_some(session, user_id, actor, heir_id) or _give_trash(session, user_id, heir_id)


def _give_some(session: Session, user_id: int, actor: Actor, heir_id: int | None) -> int:
    """Change the owner of a batch. Commits."""
    with write_transaction(session):
        batch = _lock_next(session, user_id)
        entries = [change_media(session, media, {"user_id": heir_id}, actor) for media in batch]
        _record(session, [entry for entry in entries if entry is not None])
    return len(batch)


def _give_trash(session: Session, user_id: int, heir_id: int | None) -> int:
    """Change the owner of what is in the trash; nobody sees a change of it. Commits."""
    with write_transaction(session):
        ids = [row.id for row in lock_trashed(session, TRASHED_MEDIA.c.user_id == user_id, BATCH_SIZE)]
        session.execute(update(TRASHED_MEDIA).where(TRASHED_MEDIA.c.id.in_(ids)).values(user_id=heir_id))
    return len(ids)


def _delete_some(session: Session, user_id: int, actor: Actor) -> int:
    """Delete a batch, then its bytes. Commits."""
    with write_transaction(session):
        batch = _lock_next(session, user_id)
        _record(session, [remove_media(session, media, actor) for media in batch])
    for media in batch:
        delete_stored_file(media)
    return len(batch)


def _lock_next(session: Session, user_id: int) -> Sequence[Media]:
    mine = select(Media).where(Media.user_id == user_id).order_by(Media.id).limit(BATCH_SIZE)
    return session.scalars(mine.with_for_update().execution_options(populate_existing=True)).all()


def _record(session: Session, entries: list[dict[str, Any]]) -> None:
    if entries:
        events.record(session.connection(), *entries)
