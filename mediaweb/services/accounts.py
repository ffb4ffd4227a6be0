"""The accounts of people: made, changed, closed, and given their passwords."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mediaweb.errors import InvalidInput, LastAdmin, UserNotFound
from mediaweb.models import EventType, Media, Role, Subject, TrashedMedia, User
from mediaweb.models.types import MAX_ID
from mediaweb.services import browser_sessions, events, one_time_links, tokens
from mediaweb.services.access import Actor, check_is_admin
from mediaweb.services.transactions import write_transaction

MAX_NAME_LENGTH = 100
MAX_EMAIL_LENGTH = 254
#: Made with the library, without an address and a password.
FIRST_ADMIN_ID = 1
#: An address is a name to sign in with; nothing is ever sent to it.
_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link, by its secret, for an account."""

    user: User
    secret: str
    expires_at: datetime


class AccountState(StrEnum):
    """Whether somebody may sign in, and can."""

    ACTIVE = "active"
    INVITED = "invited"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True, slots=True)
class ListedUser:
    """An account, how many media it owns, and when it was last used by a browser that is signed in."""

    user: User
    media_count: int
    last_seen_at: datetime | None

    @property
    def state(self) -> AccountState:
        return account_state(self.user)


def account_state(user: User) -> AccountState:
    """Tell whether somebody may sign in, and has set a password to do so."""
    if not user.is_active:
        return AccountState.DEACTIVATED
    return AccountState.INVITED if user.password_hash is None else AccountState.ACTIVE


def list_users(session: Session) -> Sequence[ListedUser]:
    """Return every account, by name."""
    owned = select(Media.user_id, func.count().label("count")).group_by(Media.user_id).subquery()
    count = func.coalesce(owned.c.count, 0)
    query = select(User, count).outerjoin(owned, owned.c.user_id == User.id)
    seen = browser_sessions.last_seen_by_user(session)
    rows = session.execute(query.order_by(func.lower(User.name), User.id))
    return [ListedUser(user, media_count, seen.get(user.id)) for user, media_count in rows]


def list_names(session: Session) -> Sequence[Row[int, str]]:
    """Return the `id` and `name` of every account, by name."""
    return session.execute(select(User.id, User.name).order_by(func.lower(User.name), User.id)).all()


def find_name(session: Session, user_id: int | None) -> str | None:
    """Return a person's name, if there is such a person."""
    return None if user_id is None else session.scalar(select(User.name).where(User.id == user_id))


def get_user(session: Session, user_id: int) -> User:
    """Return an account. Raises `UserNotFound`."""
    user = session.get(User, user_id) if 0 < user_id <= MAX_ID else None
    if user is None:
        raise UserNotFound
    return user


def get_user_by_email(session: Session, email: str) -> User:
    """Return the account that signs in with an address. Raises `UserNotFound`."""
    user = find_user_by_email(session, email)
    if user is None:
        raise UserNotFound(f"Nobody signs in with {email}.")
    return user


def get_active_user_by_email(session: Session, email: str) -> User:
    """Return the same, if they are active. Raises `UserNotFound` or `InvalidInput`."""
    user = get_user_by_email(session, email)
    if not user.is_active:
        raise _deactivated()
    return user


def find_user_by_email(session: Session, email: str) -> User | None:
    """Return the account that signs in with an address, if there is one."""
    folded = fold_email(email)
    if not folded.isprintable():  # nobody has it, and not every database could be asked
        return None
    return session.scalar(select(User).where(User.email == folded))


def invite_user(session: Session, email: str, name: str, role: Role, actor: Actor) -> Invitation:
    """Make an account and the link by which its owner sets a password. Commits.

    Raises `InvalidInput` and what `access` raises.
    """
    check_is_admin(actor)
    user = User(**clean_profile({"name": name, "email": email}), role=role, is_active=True)
    with write_transaction(session):
        _check_email_is_free(session, user.email, None)
        session.add(user)
        _flush(session)
        record_user(session, EventType.CREATED, user, actor)
        secret, expires_at = one_time_links.make_link(session, user.id)
    return Invitation(user, secret, expires_at)


def invite_again(session: Session, user_id: int, actor: Actor) -> Invitation:
    """Make a fresh link for an account, for who lost theirs or their password. Commits.

    The password so far works until the link is used. Raises `UserNotFound`, `InvalidInput` for an account
    that is not active, and what `access` raises.
    """
    check_is_admin(actor)
    with write_transaction(session):
        user = lock_user(session, user_id)
        if not user.is_active:
            raise _deactivated()
        secret, expires_at = one_time_links.make_link(session, user_id)
        record_user(session, EventType.UPDATED, user, actor, ["one-time link"])
    return Invitation(user, secret, expires_at)


def update_user(session: Session, user_id: int, changes: dict[str, Any], actor: Actor) -> User:
    """Change an account's `name`, `email`, `role` or `is_active`. Commits.

    Who is deactivated is signed out everywhere and loses tokens and links at once. People change their own
    name and address, admins everything. Raises `UserNotFound`, `InvalidInput`, `LastAdmin` and what `access`
    raises.
    """
    if changes.keys() & {"role", "is_active"} or actor.user_id != user_id:
        check_is_admin(actor)
    with write_transaction(session):
        had_password = any(admin.password_hash for admin in _lock_admins(session))
        user = lock_user(session, user_id)
        changed = apply_changes(session, user, changes)
        if changed & {"role", "is_active"}:
            _check_an_admin_remains(session, had_password)
        if "is_active" in changed and not user.is_active:
            _shut_out(session, user_id, actor)
        if changed:
            record_user(session, EventType.UPDATED, user, actor, sorted(changed))
    return user


def _deactivated() -> InvalidInput:
    return InvalidInput.at("body", "is_active", msg="This person is deactivated. Activate them first.")


def apply_changes(session: Session, user: User, changes: dict[str, Any]) -> set[str]:
    """Give a locked account new values; return the names of those that differ. Raises `InvalidInput`.

    Does not commit.
    """
    values = clean_profile(changes)
    if "email" in values:
        _check_email_is_free(session, values["email"], user.id)
    changed = {name for name, value in values.items() if getattr(user, name) != value}
    for name in changed:
        setattr(user, name, values[name])
    _flush(session)
    return changed


def _flush(session: Session) -> None:
    """Write what is pending. Raises `InvalidInput` if somebody has just taken the address."""
    try:
        session.flush()
    except IntegrityError as error:
        if "email" not in str(error.orig):
            raise
        raise _email_taken() from None


def delete_user(session: Session, user_id: int, actor: Actor) -> bool:
    """Delete an account unless it owns media; return whether it did. Commits.

    `account_removal` sees to its media first. Raises `UserNotFound`, `LastAdmin` and what `access` raises.
    """
    check_is_admin(actor)
    with write_transaction(session):
        had_password = any(admin.password_hash for admin in _lock_admins(session))
        user = lock_user(session, user_id)
        owned = [Media.id, Media.user_id], [TrashedMedia.id, TrashedMedia.user_id]
        if any(session.scalar(select(id_).where(owner == user_id).limit(1)) for id_, owner in owned):
            return False
        _shut_out(session, user_id, actor)
        record_user(session, EventType.DELETED, user, actor)
        session.delete(user)
        session.flush()
        _check_an_admin_remains(session, had_password)
    return True


def _shut_out(session: Session, user_id: int, actor: Actor) -> None:
    browser_sessions.end_sessions(session, user_id)
    tokens.revoke_tokens(session, user_id, actor)
    one_time_links.discard_link(session, user_id)


def clean_profile(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with name and address in order. Raises `InvalidInput` with every reason at once."""
    cleaned, problems = dict(values), []
    for field, clean in (("name", clean_name), ("email", clean_email)):
        try:
            cleaned |= {field: clean(values[field])} if field in values else {}
        except InvalidInput as error:
            problems += error.errors
    if problems:
        raise InvalidInput(problems)
    return cleaned


def clean_name(name: str) -> str:
    """Return a name with its white space in order. Raises `InvalidInput`."""
    cleaned = " ".join("".join(c for c in name if c.isprintable() or c.isspace()).split())
    if not 0 < len(cleaned) <= MAX_NAME_LENGTH:
        raise InvalidInput.at("body", "name", msg=f"Write a name of 1 to {MAX_NAME_LENGTH} characters.")
    return cleaned


def fold_email(email: str) -> str:
    """Return the one form of what people may type in several: case, width and accents of letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email).strip().lower())


def clean_email(email: str) -> str:
    """Return an address in its one form. Raises `InvalidInput`."""
    cleaned = fold_email(email)
    if not _EMAIL.fullmatch(cleaned) or not cleaned.isprintable() or len(cleaned) > MAX_EMAIL_LENGTH:
        raise InvalidInput.at("body", "email", msg="Write an email address, like anna@example.org.")
    return cleaned


def _check_email_is_free(session: Session, email: str | None, user_id: int | None) -> None:
    taken_by = session.scalar(select(User.id).where(User.email == email))
    if taken_by not in (None, user_id):
        raise _email_taken()


def _email_taken() -> InvalidInput:
    return InvalidInput.at("body", "email", msg="Somebody else signs in with this address.", type="taken")


def _lock_admins(session: Session) -> Sequence[User]:
    """Return the active admins; until the commit nobody else makes one of them less than that."""
    query = select(User).where(User.role == Role.ADMIN, User.is_active).order_by(User.id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def _check_an_admin_remains(session: Session, had_password: bool) -> None:
    """Raise `LastAdmin` unless somebody can look after the library, by a password if anybody could so far."""
    admins = _lock_admins(session)
    if not any(admin.password_hash or not had_password for admin in admins):
        raise LastAdmin


def lock_user(session: Session, user_id: int) -> User:
    """Return an account that nobody else changes until the commit. Raises `UserNotFound`."""
    user = (
        session.get(User, user_id, with_for_update=True, populate_existing=True)
        if 0 < user_id <= MAX_ID
        else None
    )
    if user is None:
        raise UserNotFound
    return user


def record_user(
    session: Session, event_type: EventType, user: User, actor: Actor, changed: Sequence[str] = ()
) -> None:
    """Write what happened to an account into the log. Does not commit."""
    fields = {name: getattr(user, name) for name in ("id", "name", "email", "role", "is_active")}
    entry = events.describe_account(event_type, Subject.USER, fields, actor, changed)
    events.record(session.connection(), entry)
