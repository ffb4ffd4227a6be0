"""The name a person sees: their own Unicode, without what could deceive or break."""

import re
import unicodedata

MAX_NAME_BYTES = 255
FALLBACK = "untitled"
_PATH_SEPARATORS = re.compile(r"[/\\]")
#: Joins emoji and some scripts' letters; the one format character that names need.
_ZERO_WIDTH_JOINERS = "\u200c\u200d"
_SOMETHING = re.compile(rf"[^\s.{_ZERO_WIDTH_JOINERS}]")
_BLANK_EDGES = re.compile(rf"^[\s{_ZERO_WIDTH_JOINERS}]+|[\s{_ZERO_WIDTH_JOINERS}]+$")


def clean_filename(name: str) -> str:
    """Return the name without path, control and direction-changing characters, at most 255 bytes of UTF-8.

    A name that has nothing left becomes "untitled", with its extension if there was one.
    """
    last_part = _PATH_SEPARATORS.split(name.rstrip("/\\"))[-1]
    visible = _trim(unicodedata.normalize("NFC", "".join(filter(_is_visible, last_part))))
    if not _SOMETHING.search(visible):
        return FALLBACK
    stem, extension = split_extension(visible)
    return _shorten(stem if _SOMETHING.search(stem) else FALLBACK, extension)


def split_extension(name: str) -> tuple[str, str]:
    """Split "holiday.JPG" into "holiday" and ".JPG"; a name without one has the extension ""."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not extension or len(extension) > 16:
        return name, ""
    return stem, f".{extension}"


def _is_visible(character: str) -> bool:
    if character in _ZERO_WIDTH_JOINERS:
        return True
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _trim(text: str) -> str:
    return _BLANK_EDGES.sub("", text)


def _shorten(stem: str, extension: str) -> str:
    encoded = stem.encode()
    room = MAX_NAME_BYTES - len(extension.encode())
    kept = stem if len(encoded) <= room else _trim(encoded[:room].decode(errors="ignore"))
    return kept + extension
