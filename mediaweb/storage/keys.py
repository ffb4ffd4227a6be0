"""Storage keys: `YYYY/MM/DD/<uuid4>_<safe ASCII name>`, the same on every backend."""

import re
import unicodedata
import uuid
from datetime import datetime

from mediaweb.errors import InvalidKey

PREVIEWS = "previews"
MAX_NAME_LENGTH = 100
MAX_KEY_LENGTH = 200
_KEY = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def make_key(filename: str, uploaded_at: datetime) -> str:
    """Make a fresh key for a file; `uploaded_at` is in UTC."""
    return f"{uploaded_at:%Y/%m/%d}/{uuid.uuid4()}_{make_safe_name(filename)}"


def make_preview_key(key: str, name: str) -> str:
    """Return the key of a file that was made from another: `previews/YYYY/MM/DD/<uuid4>_<name>`."""
    folder, _, file = key.rpartition("/")
    return f"{PREVIEWS}/{folder}/{file.partition('_')[0]}_{name}"


def make_safe_name(filename: str) -> str:
    """Reduce a name to at most 100 ASCII letters, digits, `.`, `_` and `-`, its extension kept."""
    ascii_name = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    stem, dot, extension = ascii_name.rpartition(".")
    if not dot:
        stem, extension = ascii_name, ""
    stem = _UNSAFE.sub("_", stem).strip("._") or "file"
    extension = _UNSAFE.sub("", extension)[:16]
    kept = MAX_NAME_LENGTH - len(extension) - 1
    return f"{stem[:kept]}.{extension}" if extension else stem[:MAX_NAME_LENGTH]


def check_key(key: str) -> str:
    """Return the key if this application could have made it. Raises `InvalidKey`."""
    if not is_key(key):
        raise InvalidKey(f"not a storage key: {key!r}")
    return key


def is_key(text: str) -> bool:
    """Tell whether a text has the form of a key: plain names between slashes, none of them hidden."""
    return len(text) <= MAX_KEY_LENGTH and _KEY.fullmatch(text) is not None
