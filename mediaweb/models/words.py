"""The words of a text as the full-text search compares them, the same on either database."""

import re
import unicodedata
from collections.abc import Iterable

#: PostgreSQL counts the places of a text's words no further (its manual, 12.11); the rest is not found.
MAX_WORDS = 16_000
MAX_WORD_LENGTH = 64

#: Letters without an accent that could be taken off, as people type them who lack them; and what is not
#: seen within a word.
_PLAIN = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i"}
    | dict.fromkeys("\u00ad\u200d\u2060", "")
)
#: Thai, Lao, Burmese, Khmer, Chinese and Japanese leave no spaces: there, every sign is a word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
#: Elsewhere, letters and digits; in the scripts of India also the marks that stand for vowels.
_WORD = re.compile(
    rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_]|[\u0900-\u0963\u0966-\u0dff])"
    rf"{{1,{MAX_WORD_LENGTH}}}"
)


def split_words(text: str) -> list[str]:
    """Return the words of a text without case, accents and signs: `Été_2024.jpg` has `ete`, `2024`, `jpg`."""
    if text.isascii():
        return _WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_PLAIN)
    return _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))


def join_for_sqlite(words: Iterable[str]) -> str:
    """Return words as FTS5's tokenizer takes them apart again."""
    return " ".join(words)


def join_for_postgresql(words: Iterable[str]) -> str:
    """Return words with their places as a `tsvector` is written. They contain nothing to be quoted."""
    return " ".join(f"'{word}':{place}" for place, word in enumerate(words, start=1))
