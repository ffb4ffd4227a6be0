"""Access tokens: what a program sends to act for a user."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mediaweb.errors import InvalidInput, InvalidToken, TokenNotFound
from mediaweb.extensions import db
from mediaweb.models import AccessToken, EventType, Role, Subject, TokenScope, User
from mediaweb.models.types import MAX_ID, utc_now
from mediaweb.services import events
from mediaweb.services.access import Actor
from mediaweb.services.memory import RememberedUntilCommit
from mediaweb.services.secret_texts import hash_secret, make_secret
from mediaweb.services.transactions import write_transaction

#: By which scanners for leaked secrets recognise one: `mediaweb_[0-9a-f]{64}`.
PREFIX = "mediaweb_"
HINT_LENGTH = 4
MAX_NAME_LENGTH = 100
MAX_DAYS = 3650
#: How exactly the last use is known.
LAST_USED_STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Known:
    """A token as it was when it was looked up."""

    id: int
    actor: Actor
    expires_at: datetime | None
    last_used_at: datetime | None


_BY_HASH = (
    select(
        AccessToken.id,
        AccessToken.user_id,
        User.role,
        AccessToken.scope,
        AccessToken.expires_at,
        AccessToken.last_used_at,
    )
    .join(User, User.id == AccessToken.user_id)
    .where(User.is_active)
)
_known: RememberedUntilCommit[str, _Known | None] = RememberedUntilCommit(max_entries=1000)


def create_token(
    session: Session, user_id: int, name: str, scope: TokenScope, expires_in_days: int | None, actor: Actor
) -> tuple[AccessToken, str]:
    """Make a token for a user; return it and the secret, which nobody can read again. Commits.

    Raises `InvalidInput`.
    """
    name = " ".join("".join(c for c in name if c.isprintable() or c.isspace()).split())
    if not 0 < len(name) <= MAX_NAME_LENGTH:
        raise InvalidInput.at("body", "name", msg=f"Give it a name of 1 to {MAX_NAME_LENGTH} characters.")
    if expires_in_days is not None and not 0 < expires_in_days <= MAX_DAYS:
        raise InvalidInput.at("body", "expires_in_days", msg=f"Choose between 1 and {MAX_DAYS} days.")
    secret = make_secret(PREFIX)
    now = utc_now()
    token = AccessToken(
        user_id=user_id,
        name=name,
        secret_hash=hash_secret(secret),
        hint=secret[-HINT_LENGTH:],
        scope=scope,
        created_at=now,
        expires_at=None if expires_in_days is None else now + timedelta(days=expires_in_days),
    )
    with write_transaction(session):
        session.add(token)
        session.flush()
        _record(session, EventType.CREATED, token, actor)
    return token, secret


def authenticate(secret: str) -> Actor:
    """Return for whom a program acts. Raises `InvalidToken`. Notes the use now and then: commits."""
    known = _find(hash_secret(secret)) if secret.startswith(PREFIX) else None
    if known is None:
        raise InvalidToken
    now = utc_now()
    if known.last_used_at is None or now - known.last_used_at >= LAST_USED_STEP:
        _note_use(db.session(), known.id, now)
    return known.actor


def find_actor(secret_hash: str) -> Actor | None:
    """Return for whom a token acts, by its secret's hash; None if it does for nobody any more."""
    known = _find(secret_hash)
    return None if known is None else known.actor


def _find(secret_hash: str) -> _Known | None:
    known = _known.get(secret_hash, _load)
    is_over = known is None or (known.expires_at is not None and known.expires_at <= utc_now())
    return None if is_over else known


def _load(secret_hash: str) -> _Known | None:
    row = db.session().execute(_BY_HASH.where(AccessToken.secret_hash == secret_hash)).one_or_none()
    if row is None:
        return None
    actor = Actor(row.user_id, Role(row.role), can_write=row.scope == TokenScope.WRITE)
    return _Known(row.id, actor, row.expires_at, row.last_used_at)


def _note_use(session: Session, token_id: int, now: datetime) -> None:
    with write_transaction(session):
        session.execute(update(AccessToken).where(AccessToken.id == token_id).values(last_used_at=now))


def list_tokens(session: Session, user_id: int) -> Sequence[AccessToken]:
    """Return a user's tokens, newest first."""
    query = select(AccessToken).where(AccessToken.user_id == user_id)
    return session.scalars(query.order_by(AccessToken.id.desc())).all()


def list_all_tokens(session: Session) -> Sequence[tuple[AccessToken, str | None]]:
    """Return everybody's tokens, each with its user's email address, by id."""
    query = select(AccessToken, User.email).join(User, User.id == AccessToken.user_id)
    return session.execute(query.order_by(AccessToken.id)).all()


def get_token(session: Session, token_id: int) -> AccessToken:
    """Return a token. Raises `TokenNotFound`."""
    token = session.get(AccessToken, token_id) if 0 < token_id <= MAX_ID else None
    if token is None:
        raise TokenNotFound
    return token


def revoke_token(session: Session, token_id: int, user_id: int, actor: Actor) -> None:
    """Delete one of a user's tokens: from now on it is nobody's. Commits. Raises `TokenNotFound`."""
    with write_transaction(session):
        token = get_token(session, token_id)
        if token.user_id != user_id:
            raise TokenNotFound
        _delete(session, token, actor)


def revoke_tokens(session: Session, user_id: int, actor: Actor) -> None:
    """Delete all tokens of a user. Does not commit."""
    for token in list_tokens(session, user_id):
        _delete(session, token, actor)


def _delete(session: Session, token: AccessToken, actor: Actor) -> None:
    _record(session, EventType.DELETED, token, actor)
    session.delete(token)


def _record(session: Session, event_type: EventType, token: AccessToken, actor: Actor) -> None:
    fields: dict[str, Any] = {
        name: getattr(token, name) for name in ("id", "user_id", "name", "hint", "scope", "expires_at")
    }
    events.record(session.connection(), events.describe_account(event_type, Subject.TOKEN, fields, actor))
