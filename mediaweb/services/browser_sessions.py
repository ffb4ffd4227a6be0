"""Who is signed in with which browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from mediaweb.extensions import db
from mediaweb.models import BrowserSession, EventType, Role, Subject, User
from mediaweb.models.types import MAX_ID, utc_now
from mediaweb.services.access import Actor
from mediaweb.services.events import describe_account, record_many
from mediaweb.services.memory import RememberedUntilCommit
from mediaweb.services.secret_texts import hash_secret, make_secret
from mediaweb.services.transactions import write_transaction

#: However busy a session is, it ends so long after signing in.
LIFETIME = timedelta(days=7)
REMEMBERED_LIFETIME = timedelta(days=90)
#: And so long after it was last used.
IDLE_LIFETIME = timedelta(hours=12)
REMEMBERED_IDLE_LIFETIME = timedelta(days=30)
#: How exactly its last use is known: writing it down at every request would cost more than the request.
LAST_SEEN_STEP = timedelta(minutes=5)
MAX_USER_AGENT_LENGTH = 300


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person and the session by which they are signed in."""

    session_id: int
    user_id: int
    name: str
    email: str | None
    role: Role
    last_seen_at: datetime
    expires_at: datetime
    is_remembered: bool

    @property
    def actor(self) -> Actor:
        return Actor(self.user_id, self.role)

    def is_over(self, now: datetime) -> bool:
        """Tell whether the session has ended by itself."""
        return _is_over(self, now)


def _is_over(session: SignedIn | BrowserSession, now: datetime) -> bool:
    idle_lifetime = REMEMBERED_IDLE_LIFETIME if session.is_remembered else IDLE_LIFETIME
    return now >= session.expires_at or now - session.last_seen_at >= idle_lifetime


_BY_HASH = (
    select(
        BrowserSession.id,
        User.id,
        User.name,
        User.email,
        User.role,
        BrowserSession.last_seen_at,
        BrowserSession.expires_at,
        BrowserSession.is_remembered,
    )
    .join(User, User.id == BrowserSession.user_id)
    .where(User.is_active)
)
_known: RememberedUntilCommit[str, SignedIn | None] = RememberedUntilCommit(max_entries=1000)


def start_session(
    session: Session, user_id: int, *, is_remembered: bool, address: str, user_agent: str
) -> str:
    """Begin a session and return its secret, for the cookie. Forgets the user's expired ones. Commits."""
    secret = make_secret()
    now = utc_now()
    with write_transaction(session):
        session.execute(
            delete(BrowserSession).where(BrowserSession.user_id == user_id, BrowserSession.expires_at < now)
        )
        session.add(
            BrowserSession(
                user_id=user_id,
                secret_hash=hash_secret(secret),
                created_at=now,
                last_seen_at=now,
                expires_at=now + (REMEMBERED_LIFETIME if is_remembered else LIFETIME),
                is_remembered=is_remembered,
                address=address,
                user_agent=user_agent[:MAX_USER_AGENT_LENGTH],
            )
        )
    return secret


def find_session(secret: str) -> SignedIn | None:
    """Return who is signed in by this secret, if anybody. Notes the use now and then: commits."""
    found = find_by_hash(hash_secret(secret))
    now = utc_now()
    if found is not None and now - found.last_seen_at >= LAST_SEEN_STEP:
        _note_use(db.session(), found.session_id, now)
    return found


def find_by_hash(secret_hash: str) -> SignedIn | None:
    """Do the same by the secret's hash, without noting a use."""
    found = _known.get(secret_hash, _load)
    return None if found is None or found.is_over(utc_now()) else found


def _load(secret_hash: str) -> SignedIn | None:
    row = db.session().execute(_BY_HASH.where(BrowserSession.secret_hash == secret_hash)).one_or_none()
    return None if row is None else SignedIn(*row[:4], Role(row[4]), *row[5:])


def _note_use(session: Session, session_id: int, now: datetime) -> None:
    with write_transaction(session):
        session.execute(
            update(BrowserSession).where(BrowserSession.id == session_id).values(last_seen_at=now)
        )


def list_sessions(session: Session, user_id: int) -> Sequence[BrowserSession]:
    """Return a user's sessions that are not over, the last used first."""
    query = select(BrowserSession).where(BrowserSession.user_id == user_id)
    rows = session.scalars(query.order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id.desc()))
    now = utc_now()
    return [row for row in rows if not _is_over(row, now)]


def last_seen_by_user(session: Session) -> dict[int, datetime]:
    """Return when each user was last seen, of those with a session, be it over by now."""
    last_seen = func.max(BrowserSession.last_seen_at, type_=BrowserSession.last_seen_at.type)
    query = select(BrowserSession.user_id, last_seen).group_by(BrowserSession.user_id)
    return dict(session.execute(query).all())


def end_session(session: Session, session_id: int, actor: Actor) -> None:
    """End one of the actor's own sessions; what is none of theirs is left alone. Commits."""
    if not 0 < session_id <= MAX_ID:  # no database could hold it
        return
    _end_recorded(session, actor, BrowserSession.id == session_id)


def end_other_sessions(session: Session, session_id: int, actor: Actor) -> None:
    """End all of the actor's sessions but this one. Commits."""
    _end_recorded(session, actor, BrowserSession.id != session_id)


def _end_recorded(session: Session, actor: Actor, which: ColumnElement[bool]) -> None:
    """End sessions with an event for each: pages that are open in them hear at once that they are over."""
    ended = delete(BrowserSession).where(BrowserSession.user_id == actor.user_id, which)
    with write_transaction(session):
        rows = session.execute(ended.returning(BrowserSession.id, BrowserSession.user_agent)).all()
        fields = ({"id": row.id, "user_id": actor.user_id, "user_agent": row.user_agent} for row in rows)
        entries = [describe_account(EventType.DELETED, Subject.SESSION, each, actor) for each in fields]
        record_many(session.connection(), entries)


def end_sessions(session: Session, user_id: int, except_id: int | None = None) -> None:
    """End all sessions of a user, but for one. Does not commit; what it is a part of is recorded."""
    ended = delete(BrowserSession).where(BrowserSession.user_id == user_id)
    session.execute(ended if except_id is None else ended.where(BrowserSession.id != except_id))
