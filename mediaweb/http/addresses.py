"""Where to go next, when the visitor brought the answer."""

from urllib.parse import urlsplit


def is_own_path(target: str | None) -> bool:
    """Tell whether a redirect to this stays here: a path of our own, not what a browser takes for a host."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    if any(ord(character) < 0x20 or character == "\\" for character in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc
