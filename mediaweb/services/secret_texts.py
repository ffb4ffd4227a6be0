"""Secrets that we make: long enough that nobody guesses one, kept only as their hash."""

import hashlib
import secrets

SECRET_BYTES = 32


def make_secret(prefix: str = "") -> str:
    """Make a secret of 256 bits in hexadecimal digits, behind a prefix that tells what it is."""
    return prefix + secrets.token_hex(SECRET_BYTES)


def hash_secret(secret: str) -> str:
    """Return what is stored of a secret. It is random: a slow hash would protect it no better."""
    return hashlib.sha256(secret.encode()).hexdigest()
