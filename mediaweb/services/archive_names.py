"""Names inside an archive: safe on every system that unpacks it, and each of them once."""

import unicodedata
from collections.abc import Iterable, Iterator

from mediaweb.services.filenames import FALLBACK, MAX_NAME_BYTES, clean_filename, split_extension

#: What Windows refuses in a name, beside path separators and control characters.
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
#: What Windows takes for a device, with any extension.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
)


def unique_names(filenames: Iterable[str]) -> Iterator[str]:
    """Yield a safe name for each filename, at most 255 bytes of UTF-8: "a.jpg", then "A (2).jpg"."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for filename in filenames:
        safe = name = _make_safe(filename)
        while _fold(name) in taken:
            number = numbers[_fold(safe)] = numbers.get(_fold(safe), 1) + 1
            name = _add_number(safe, number)
        taken.add(_fold(name))
        yield name


def _make_safe(filename: str) -> str:
    name = clean_filename(filename).translate(_FORBIDDEN).rstrip(". ") or FALLBACK
    return f"_{name}" if name.partition(".")[0].rstrip().lower() in _DEVICES else name


def _add_number(name: str, number: int) -> str:
    stem, extension = split_extension(name)
    end = f" ({number}){extension}"
    return stem.encode()[: MAX_NAME_BYTES - len(end.encode())].decode(errors="ignore") + end


def _fold(name: str) -> str:
    """Return what two names share that a disk may take for one: whatever the case and the composition."""
    return unicodedata.normalize("NFC", name.casefold())
