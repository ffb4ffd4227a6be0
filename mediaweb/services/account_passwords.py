"""How people get a password, and change what needs it."""

from typing import Any

from sqlalchemy.orm import Session

from mediaweb.errors import InvalidInput
from mediaweb.models import EventType, Role, User
from mediaweb.services import browser_sessions, one_time_links
from mediaweb.services.access import Actor, check_is_admin
from mediaweb.services.accounts import (
    FIRST_ADMIN_ID,
    apply_changes,
    clean_profile,
    get_user,
    lock_user,
    record_user,
    update_user,
)
from mediaweb.services.guesses import MAX_FROM_ONE_PLACE, count_guess, take_back
from mediaweb.services.passwords import check_password, hash_password, verify_password
from mediaweb.services.transactions import write_transaction


def change_profile(
    session: Session, user_id: int, name: str, email: str, current_password: str, actor: Actor
) -> User:
    """Change a person's own name and address; another address needs their password. Commits.

    Raises `InvalidInput` or `TooManyFailures`.
    """
    user = get_user(session, user_id)
    changes = clean_profile({"name": name, "email": email})
    if changes["email"] != user.email:
        _check_own_password(session, user, current_password)
    return update_user(session, user_id, changes, actor)


def change_password(
    session: Session, user_id: int, current: str, new: str, actor: Actor, session_id: int
) -> None:
    """Replace a person's password, who proves to know it; other sessions of theirs end. Commits.

    Raises `InvalidInput` for a wrong or a weak password, or `TooManyFailures`.
    """
    user = get_user(session, user_id)
    old_hash = user.password_hash
    _check_own_password(session, user, current)
    check_password(new, [user.name, user.email or ""], "new_password")
    password_hash = hash_password(new)
    with write_transaction(session):
        user = lock_user(session, user_id)
        if user.password_hash != old_hash:  # somebody was faster
            raise InvalidInput.at("body", "current_password", msg="This is not your password any more.")
        _store_password(session, user, password_hash, actor, kept_session_id=session_id)


def _check_own_password(session: Session, user: User, password: str) -> None:
    """Raise unless somebody who is signed in knows the password, too: the browser may be left open."""
    if not password:
        raise InvalidInput.at("body", "current_password", msg="Type your password to change this.")
    limits = {f"own:{user.id}": MAX_FROM_ONE_PLACE}
    count_guess(session, limits)
    if not verify_password(user.password_hash, password):
        raise InvalidInput.at("body", "current_password", msg="This is not your password.")
    take_back(session, limits)


def set_password(session: Session, secret: str, password: str, name: str, email: str) -> User:
    """Set the password of whoever has this one-time link, and end all their sessions. Commits.

    The name may be another than so far; `email` counts only for the first admin, who has no address yet.
    Raises `OneTimeLinkNotFound` or `InvalidInput`.
    """
    user = one_time_links.find_invited(session, secret)
    changes = clean_profile({"name": name, "email": user.email or email})
    check_password(password, [changes["name"], changes["email"]])
    password_hash = hash_password(password)
    with write_transaction(session):
        user = lock_user(session, user.id)
        one_time_links.find_invited(session, secret)  # hashing takes a moment: somebody may have been faster
        _store_password(session, user, password_hash, Actor(user.id, Role(user.role)), changes)
    return user


def replace_password(session: Session, user_id: int, password: str, actor: Actor) -> None:
    """Set an account's password for its owner, and end all their sessions. Commits.

    Raises `UserNotFound`, `InvalidInput` and what `access` raises.
    """
    check_is_admin(actor)
    user = get_user(session, user_id)
    check_password(password, [user.name, user.email or ""])
    password_hash = hash_password(password)
    with write_transaction(session):
        _store_password(session, lock_user(session, user_id), password_hash, actor)


def find_waiting_first_admin(session: Session) -> User | None:
    """Return the first admin while they can't sign in yet, for want of a password."""
    admin = session.get(User, FIRST_ADMIN_ID)
    is_waiting = (
        admin is not None and admin.is_active and admin.role == Role.ADMIN and admin.password_hash is None
    )
    return admin if is_waiting else None


def set_first_password(session: Session, email: str, password: str) -> bool:
    """Give the first admin an address and a password, unless there is one; return whether it did. Commits.

    Raises `InvalidInput`.
    """
    admin = find_waiting_first_admin(session)
    if admin is None:
        return False
    changes = clean_profile({"email": email})
    check_password(password, [admin.name, email])
    password_hash = hash_password(password)
    with write_transaction(session):
        admin = lock_user(session, FIRST_ADMIN_ID)
        if admin.password_hash is not None:  # another process was faster
            return False
        _store_password(session, admin, password_hash, Actor(FIRST_ADMIN_ID, Role.ADMIN), changes)
    return True


def _store_password(
    session: Session,
    user: User,
    password_hash: str,
    actor: Actor,
    changes: dict[str, Any] | None = None,
    kept_session_id: int | None = None,
) -> None:
    """Write a password's hash and what changes with it. Does not commit."""
    changed = apply_changes(session, user, changes or {})
    user.password_hash = password_hash
    browser_sessions.end_sessions(session, user.id, kept_session_id)
    one_time_links.discard_link(session, user.id)
    record_user(session, EventType.UPDATED, user, actor, [*sorted(changed), "password"])
