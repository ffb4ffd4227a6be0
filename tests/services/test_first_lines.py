"""What is shown of a text is its beginning, as text."""

import io

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from mediaweb.extensions import storage
from mediaweb.services.first_lines import MAX_BYTES, MAX_LINES, FirstLines, read_first_lines
from mediaweb.services.media import media_service
from mediaweb.services.representations import MediaRow
from tests import files


@pytest.fixture
def database_url(tmp_path: object) -> str:
    """What a file begins with does not depend on the database."""
    return f"sqlite:///{tmp_path}/mediaweb.sqlite3"


def store(session: Session, content: bytes, filename: str = "notes.txt") -> MediaRow:
    return media_service.upload_file(session, io.BytesIO(content), filename)


def test_a_short_text_is_shown_whole(session: Session) -> None:
    media = store(session, "Grüße,\r\nvon der Fähre.\n".encode())
    assert read_first_lines(media) == FirstLines("Grüße,\nvon der Fähre.", 2, is_cut=False)


def test_a_long_one_is_cut(session: Session) -> None:
    lines = read_first_lines(store(session, b"a line\n" * 300))
    assert lines == FirstLines("\n".join(["a line"] * MAX_LINES), MAX_LINES, is_cut=True)


def test_a_single_endless_line_is_cut_within_no_character(session: Session) -> None:
    lines = read_first_lines(store(session, b"x" + "é".encode() * MAX_BYTES))
    assert lines is not None
    assert (lines.count, lines.is_cut) == (1, True)
    assert "\N{REPLACEMENT CHARACTER}" not in lines.text


def test_what_is_no_utf_8_is_still_text(session: Session) -> None:
    lines = read_first_lines(store(session, "caf\xe9 au lait, s'il vous pla\xeet\n".encode("latin-1")))
    assert lines is not None
    assert "au lait" in lines.text


@pytest.mark.parametrize(
    ("filename", "content", "is_text"),
    [
        ("a.json", files.make_json(), True),
        ("a.csv", files.make_csv(), True),
        ("a.md", b"# Boats\n", True),
        ("a.html", files.make_html(), True),
        ("a.zip", files.make_zip(), False),
        ("a.svg", files.make_svg(), False),
        ("a.pdf", files.make_pdf(), False),
    ],
)
def test_only_text_has_lines(session: Session, filename: str, content: bytes, is_text: bool) -> None:
    assert (read_first_lines(store(session, content, filename)) is not None) is is_text


def test_a_file_that_is_gone_has_none(app: Flask, session: Session) -> None:
    media = store(session, b"hello")
    storage.delete(media.storage_path)
    assert read_first_lines(media) is None
