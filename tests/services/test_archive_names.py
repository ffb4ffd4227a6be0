"""Names inside an archive: every file can be unpacked beside the others, on any system."""

import unicodedata

import pytest

from mediaweb.services.archive_names import unique_names


@pytest.mark.parametrize(
    ("filenames", "names"),
    [
        (["a.jpg", "a.jpg", "a.jpg"], ["a.jpg", "a (2).jpg", "a (3).jpg"]),
        (["a.jpg", "A.JPG", "a.png"], ["a.jpg", "A (2).JPG", "a.png"]),
        (["a.jpg", "a (2).jpg", "a.jpg"], ["a.jpg", "a (2).jpg", "a (3).jpg"]),
        (["a.jpg", "a.jpg", "a (2).jpg"], ["a.jpg", "a (2).jpg", "a (2) (2).jpg"]),
        (["notes", "notes"], ["notes", "notes (2)"]),
        (["Straße.txt", "STRASSE.txt"], ["Straße.txt", "STRASSE (2).txt"]),
        (["é.txt", unicodedata.normalize("NFD", "é.txt")], ["é.txt", "é (2).txt"]),
    ],
)
def test_each_name_is_there_once_whatever_the_case(filenames: list[str], names: list[str]) -> None:
    assert list(unique_names(filenames)) == names


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ("..", "untitled"),
        ("what? <1>: 2|3*.jpg", "what_ _1__ 2_3_.jpg"),
        ("the end. ", "the end"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("console.log", "console.log"),
        ("משפחה.jpg", "משפחה.jpg"),
    ],
)
def test_no_name_leads_out_of_the_folder_or_is_refused_by_a_system(filename: str, name: str) -> None:
    assert list(unique_names([filename])) == [name]


def test_no_name_grows_too_long() -> None:
    names = list(unique_names(["ä" * 125 + ".jpeg"] * 1000))
    assert len(set(names)) == 1000
    assert max(len(name.encode()) for name in names) <= 255
    assert all(name.endswith(".jpeg") for name in names)
