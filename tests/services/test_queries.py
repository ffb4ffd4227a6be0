"""What is remembered of the library is never older than the last commit, whoever made it."""

import sqlite3
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from mediaweb.errors import MediaNotFound
from mediaweb.extensions import db
from mediaweb.services import QueryFilter, media_service
from mediaweb.services.access import ANONYMOUS
from mediaweb.services.incoming import MediaChanges
from tests.files import make_jpeg


def upload(session: Session) -> int:
    media = media_service.upload_file(session, BytesIO(make_jpeg()), "a.jpg", is_public=True)
    return int(media.id)


def test_a_look_up_sees_each_change_at_once(session: Session) -> None:
    media_id = upload(session)
    for text in ("one", "two", "three"):
        media_service.update(session, media_id, MediaChanges(description=text))
        assert media_service.get(session, media_id).description == text


def test_a_look_up_forgets_what_is_deleted(session: Session) -> None:
    media_id = upload(session)
    media_service.get(session, media_id)
    media_service.delete(session, media_id)
    with pytest.raises(MediaNotFound):
        media_service.get(session, media_id)


def test_what_was_not_there_is_found_once_it_is(session: Session) -> None:
    with pytest.raises(MediaNotFound):
        media_service.get(session, 1)
    assert media_service.get(session, upload(session)).id == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_commits_of_other_programs_are_heard_of(app: Flask, session: Session) -> None:
    media_id = upload(session)
    assert media_service.get(session, media_id, ANONYMOUS).is_public
    assert media_service.count_filtered(session, QueryFilter(), ANONYMOUS) == 1
    session.rollback()
    other = sqlite3.connect(db.engine.url.database or "")
    other.execute("UPDATE media SET filename = 'b.jpg', is_public = 0")
    other.commit()
    other.close()
    assert media_service.get(session, media_id).filename == "b.jpg"
    assert media_service.count_filtered(session, QueryFilter(), ANONYMOUS) == 0


def test_two_libraries_in_one_program_are_not_mixed_up(
    make_app: Callable[..., Flask], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("other")
    first = make_app()
    second = make_app(database_url=f"sqlite:///{folder}/db.sqlite3", media_folder=folder / "media")
    with first.app_context():
        upload(db.session())
        assert media_service.get(db.session(), 1).filename == "a.jpg"
    with second.app_context(), pytest.raises(MediaNotFound):
        media_service.get(db.session(), 1)
