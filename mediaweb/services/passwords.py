"""Passwords: how good one must be, hashed with Argon2id off the event loop, a few at a time."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from zxcvbn import zxcvbn

from mediaweb.concurrency import start_blocking
from mediaweb.errors import InvalidInput

MIN_LENGTH = 10
MAX_LENGTH = 200
#: Of 0 to 4: at least 10^8 guesses by somebody who knows how people choose passwords.
MIN_SCORE = 3
#: zxcvbn takes quadratic time; what follows only makes a password better.
RATED_LENGTH = 64
#: Each takes 64 MiB of memory.
MAX_AT_A_TIME = 2

_hasher = PasswordHasher()  # RFC 9106, second recommended option
_slots = threading.BoundedSemaphore(MAX_AT_A_TIME)


def check_password(password: str, known_texts: list[str], field: str = "password") -> None:
    """Raise `InvalidInput` at the field unless the password is hard to guess.

    `known_texts` are what anybody would try: the person's name and email address.
    """
    if len(password) < MIN_LENGTH:
        raise InvalidInput.at("body", field, msg=f"Use at least {MIN_LENGTH} characters.")
    if len(password) > MAX_LENGTH:
        raise InvalidInput.at("body", field, msg=f"Use at most {MAX_LENGTH} characters.")
    rating = zxcvbn(password[:RATED_LENGTH], [*known_texts, "mediaweb"])
    if rating["score"] < MIN_SCORE:
        reason = rating["feedback"]["warning"] or "This is easy to guess."
        raise InvalidInput.at("body", field, msg=f"{reason} Add a word or two that don't go together.")


def hash_password(password: str) -> str:
    """Return the password's Argon2id hash in PHC string format. Waits for a thread."""
    with _slots:
        return start_blocking(_hasher.hash, password)()


def verify_password(password_hash: str | None, password: str) -> bool:
    """Tell whether it is the password, taking as long where there is none to compare with."""
    with _slots:
        is_right = start_blocking(_matches, password_hash or _nobodys_hash(), password)()
    return is_right and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Tell whether a hash was made with less effort than is spent today."""
    return _hasher.check_needs_rehash(password_hash)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerifyMismatchError:
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")
