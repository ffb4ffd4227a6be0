"""Names that people see, and what of them becomes part of a storage key."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaweb.services.filenames import MAX_NAME_BYTES, clean_filename, split_extension
from mediaweb.storage.keys import MAX_NAME_LENGTH, is_key, make_safe_name

BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TRICKY = st.sampled_from(
    "./\\ \t\n\x00\x7f\u00ad\u200b\u200c\u200d\u202e\u2028\ufeff\u0301\u0327eaé한한漢👩\u3000\xa0"
)
NAMES = st.text(st.characters() | TRICKY, max_size=40) | st.text(TRICKY) | st.text(min_size=80, max_size=300)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("beach.jpg", "beach.jpg"),
        ("Über den Wolken – 雲の上.JPG", "Über den Wolken – 雲の上.JPG"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\bob\\cat.png", "cat.png"),
        ("/absolute/dog.gif", "dog.gif"),
        ("folder/", "folder"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ("nul\x00l.txt", "null.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\ufeffbom.csv", "bom.csv"),
        ("family 👨\u200d👩\u200d👧.png", "family 👨\u200d👩\u200d👧.png"),
        ("می\u200cخواهم.txt", "می\u200cخواهم.txt"),
        ("cafe\u0301.txt", "caf\u00e9.txt"),
        ("cafe\u200b\u0301.txt", "caf\u00e9.txt"),
        ("  spaces around .txt ", "spaces around .txt"),
        ("archive.tar.gz", "archive.tar.gz"),
        ("Version 1.2 of all we know about this", "Version 1.2 of all we know about this"),
        ("", "untitled"),
        (".", "untitled"),
        ("..", "untitled"),
        ("/", "untitled"),
        (". .", "untitled"),
        ("..jpg", "untitled.jpg"),
        ("   ", "untitled"),
        ("\u200b\u202e", "untitled"),
        ("\u200d", "untitled"),
        ("\u200d.jpg", "untitled.jpg"),
        ("\u202e.jpg", "untitled.jpg"),
        (".jpg", "untitled.jpg"),
        ("\udcff.jpg", "untitled.jpg"),
    ],
)
def test_a_name_keeps_what_people_read_and_loses_what_deceives(name: str, cleaned: str) -> None:
    assert clean_filename(name) == cleaned


@pytest.mark.parametrize("character", BIDIRECTIONAL)
def test_direction_changing_characters_go(character: str) -> None:
    assert clean_filename(f"a{character}b.txt") == "ab.txt"


@pytest.mark.parametrize("letter", ["a", "ä", "漢", "👩"])
def test_a_long_name_is_cut_between_characters_and_keeps_its_extension(letter: str) -> None:
    cleaned = clean_filename(letter * 300 + ".jpeg")
    assert MAX_NAME_BYTES - 3 <= len(cleaned.encode()) <= MAX_NAME_BYTES
    assert re.fullmatch(f"{letter}+\\.jpeg", cleaned)


@given(NAMES)
def test_a_cleaned_name_is_safe_to_show_and_to_store(name: str) -> None:
    cleaned = clean_filename(name)
    assert split_extension(cleaned)[0].strip(" .\u200c\u200d")
    assert 0 < len(cleaned.encode()) <= MAX_NAME_BYTES
    assert not re.search(rf"[/\\\x00-\x1f\x7f-\x9f\u2028\u2029{BIDIRECTIONAL}]", cleaned)
    assert cleaned == cleaned.strip()
    assert cleaned == unicodedata.normalize("NFC", cleaned)


@given(NAMES)
def test_cleaning_twice_changes_nothing_more(name: str) -> None:
    cleaned = clean_filename(name)
    assert clean_filename(cleaned) == cleaned


@given(st.text(max_size=300), st.text("abcXYZ019", min_size=1, max_size=16))
def test_an_extension_is_kept(stem: str, extension: str) -> None:
    assert split_extension(clean_filename(f"{stem}.{extension}"))[1] == f".{extension}"


@given(NAMES)
def test_a_safe_name_makes_a_key(name: str) -> None:
    safe_name = make_safe_name(name)
    assert re.fullmatch(r"[A-Za-z0-9._-]+", safe_name)
    assert len(safe_name) <= MAX_NAME_LENGTH
    assert is_key(f"2026/01/31/0_{safe_name}")


@pytest.mark.parametrize(
    ("name", "safe_name"),
    [
        ("beach.jpg", "beach.jpg"),
        ("Über den Wolken.JPG", "Uber_den_Wolken.JPG"),
        ("雲の上.png", "file.png"),
        ("👩.👩", "file"),
        ("no extension", "no_extension"),
        ("...", "file"),
        (".htaccess", "file.htaccess"),
        ("a" * 200 + ".jpg", "a" * 96 + ".jpg"),
        ("x.averyveryverylongextension", "x.averyveryverylon"),
    ],
)
def test_a_safe_name_is_ascii(name: str, safe_name: str) -> None:
    assert make_safe_name(name) == safe_name
