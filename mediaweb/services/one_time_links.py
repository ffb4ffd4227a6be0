"""Links by which a person sets their password, once: an invitation, or help for who forgot theirs."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mediaweb.errors import OneTimeLinkNotFound
from mediaweb.models import OneTimeLink, User
from mediaweb.models.types import utc_now
from mediaweb.services.secret_texts import hash_secret, make_secret

LIFETIME = timedelta(days=7)


def make_link(session: Session, user_id: int) -> tuple[str, datetime]:
    """Return the secret of a fresh link and when it expires; an older one is dead. Does not commit."""
    discard_link(session, user_id)
    secret = make_secret()
    link = OneTimeLink(user_id=user_id, secret_hash=hash_secret(secret), expires_at=utc_now() + LIFETIME)
    session.add(link)
    session.flush()
    return secret, link.expires_at


def find_invited(session: Session, secret: str) -> User:
    """Return whose link this is. Raises `OneTimeLinkNotFound`."""
    query = (
        select(User, OneTimeLink.expires_at)
        .join(OneTimeLink, OneTimeLink.user_id == User.id)
        .where(OneTimeLink.secret_hash == hash_secret(secret), User.is_active)
    )
    row = session.execute(query).one_or_none()
    if row is None or row.expires_at <= utc_now():
        raise OneTimeLinkNotFound
    user: User = row[0]
    return user


def discard_link(session: Session, user_id: int) -> None:
    """Kill a user's link, used or not. Does not commit."""
    session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user_id))
