"""Signing in with a password, and how often one may be wrong.

Failures are counted for an account and an address together, for an account from anywhere, and for an
address. A browser that has signed in to the account before is counted by itself, so that nobody who guesses
keeps the owner out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"); an admin's one-time link
works, too. An account that does not exist is counted and takes as long as one that does.
"""

import hashlib
import ipaddress
import logging
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from mediaweb.errors import WrongCredentials
from mediaweb.models import User
from mediaweb.services.accounts import find_user_by_email, fold_email
from mediaweb.services.guesses import MAX_FROM_ONE_PLACE, count_guess, take_back
from mediaweb.services.passwords import hash_password, is_outdated, verify_password
from mediaweb.services.transactions import write_transaction

MAX_FOR_AN_ACCOUNT = 100
MAX_FROM_AN_ADDRESS = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """From where somebody tries to sign in; `device_id` names a browser that did so before."""

    email: str
    address: str
    device_id: str | None = None


def sign_in(session: Session, attempt: Attempt, password: str) -> User:
    """Return the account that this password opens. Commits what is counted.

    Raises `WrongCredentials` or `TooManyFailures`.
    """
    limits = _limits(attempt)
    count_guess(session, limits)  # before the password is looked at: many tries at once are many tries
    user = find_user_by_email(session, attempt.email)
    password_hash = user.password_hash if user is not None and user.is_active else None
    if not verify_password(password_hash, password) or user is None or password_hash is None:
        log.warning("failed to sign in from %s", attempt.address)
        raise WrongCredentials
    take_back(session, limits)
    if is_outdated(password_hash):
        _renew_hash(session, user.id, password_hash, hash_password(password))
    log.info("user %s signed in from %s", user.id, attempt.address)
    return user


def _renew_hash(session: Session, user_id: int, old_hash: str, new_hash: str) -> None:
    """Store the same password's hash of today, unless the password was changed in the meantime."""
    is_same = (User.id == user_id) & (User.password_hash == old_hash)
    with write_transaction(session):
        session.execute(update(User).where(is_same).values(password_hash=new_hash))


def _limits(attempt: Attempt) -> dict[str, int]:
    account = hashlib.sha256(fold_email(attempt.email).encode(errors="replace")).hexdigest()
    if attempt.device_id is not None:
        return {f"device:{attempt.device_id}": MAX_FROM_ONE_PLACE}
    network = _network(attempt.address)
    return {
        f"account:{account}:{network}": MAX_FROM_ONE_PLACE,
        f"account:{account}": MAX_FOR_AN_ACCOUNT,
        f"address:{network}": MAX_FROM_AN_ADDRESS,
    }


def _network(address: str) -> str:
    """Return what one subscriber has: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:  # how a socket for both versions names an IPv4 address
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))
