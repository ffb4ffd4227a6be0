"""`mediaweb demo`: a library to look at, made from nothing."""

import signal
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from mediaweb.demo.catalogue import PIECES, choose
from mediaweb.demo.pieces import Family, Piece
from mediaweb.extensions import db
from mediaweb.models import Media
from mediaweb.models.types import utc_now
from tests.previewing import make_first


def read_media(app: Flask) -> list[Media]:
    with app.app_context():
        return list(db.session.scalars(select(Media).order_by(Media.id)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_empty_library_is_filled_with_media_of_every_family(
    app: Flask, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mediaweb.demo.films.FRAMES_PER_SECOND", 2)  # a few frames are a film, too
    result = run("demo", "--count", 4)
    assert result.exit_code == 0, result.stderr
    assert "4 media are in the library" in result.stdout
    rows = read_media(app)
    assert Counter(row.file_type for row in rows).keys() == {"image", "video", "audio", "document"}
    assert all(row.description and row.user_id == 1 for row in rows)
    assert any(row.alt_text for row in rows)
    assert all(before.created_at <= after.created_at for before, after in pairwise(rows))
    assert rows[-1].created_at <= utc_now()
    # Of several days, at whatever time of the day the demo is made.
    assert len({row.created_at.astimezone().date() for row in rows}) > 1
    for row in rows:
        make_first(app, row.id)
    assert {row.preview_state for row in read_media(app)} == {"ready"}

    again = run("demo")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "The library has media already" in again.stderr
    assert len(read_media(app)) == 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_interruption_is_told_and_what_is_there_stays(
    app: Flask, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = iter(range(2))

    def stop_after_two(*_: object, **__: object) -> None:
        if next(uploads, None) is None:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Piece, "make", lambda *_: b"")
    monkeypatch.setattr("mediaweb.demo.library._upload", stop_after_two)
    result = run("demo", "--count", 4)
    assert result.exit_code == 130
    assert "Stopped: 2 of 4 are in the library." in result.stderr


def test_every_piece_has_a_name_of_its_own_and_plain_tags() -> None:
    assert 115 <= len(PIECES) <= 125
    assert len({piece.filename.casefold() for piece in PIECES}) == len(PIECES)
    assert {piece.work.family for piece in PIECES} == set(Family)
    for piece in PIECES:
        assert all(0 < len(tag) <= 64 and tag == tag.strip() for tag in piece.tags), piece.filename
        assert len({tag.casefold() for tag in piece.tags}) == len(piece.tags) <= 4
        assert piece.description is None or piece.description.endswith("."), piece.filename
    assert 5 <= sum(not piece.is_public for piece in PIECES) <= 15
    now = utc_now()
    moments = [piece.created_at(now) for piece in choose(len(PIECES))]
    assert moments == sorted(moments)
    assert moments[-1] <= now


def test_a_piece_is_the_same_every_time() -> None:
    now = utc_now()
    badge = next(piece for piece in PIECES if piece.filename == "Mountain badge.png")
    plan = next(piece for piece in PIECES if piece.filename == "Round the summit.pdf")
    assert badge.make(now) == badge.make(now)
    assert plan.make(now) == plan.make(now)
