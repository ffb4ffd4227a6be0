"""The schema: applied once, the same as the models, durable, and never using an id twice."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from psycopg import sql
from sqlalchemy import Connection, create_engine, delete, func, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mediaweb.application import ROOT, create_app
from mediaweb.errors import StartupError
from mediaweb.extensions import Base, db
from mediaweb.models import Media, Role, User
from mediaweb.models.schema import upgrade_schema
from mediaweb.services import QueryFilter, media_service
from mediaweb.settings import load_settings
from tests.conftest import POSTGRES_URL
from tests.services.library import add_media, add_user


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/bare.sqlite3"
        return
    base = request.getfixturevalue("postgres_database")
    name = base.rpartition("/")[2] + "_bare"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"{base}_bare"
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _start(url: str, folder: Path, barrier: Any, answers: Any) -> None:
    settings = load_settings(database_url=url, instance_path=folder, media_folder=folder / "media")
    barrier.wait(240)
    try:
        with create_app(settings).app_context():
            answers.put(db.session.scalar(select(func.count()).select_from(User)))
            db.session.remove()
            db.engine.dispose()
    except BaseException as error:  # noqa: BLE001 - told to the test
        answers.put(repr(error))


def test_processes_that_start_together_migrate_once_and_all_start(
    bare_database_url: str, tmp_path: Path
) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(4), context.Queue()
    processes = [
        context.Process(target=_start, args=(bare_database_url, tmp_path, barrier, answers)) for _ in range(4)
    ]
    for process in processes:
        process.start()
    results = [answers.get(timeout=300) for _ in processes]
    for process in processes:
        process.join()
    answers.close()
    assert results == [1, 1, 1, 1]


def test_models_match_migrations(session: Session) -> None:
    connection = session.connection()
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "compare_server_default": True,
            # Each database has a full-text index of its own, which no model describes.
            "include_name": lambda name, _type, _parents: not str(name).startswith("media_search"),
        },
    )
    assert compare_metadata(context, Base.metadata) == []


def test_the_tables_have_the_checks_of_the_models(session: Session) -> None:
    inspector = inspect(session.connection())
    for table in Base.metadata.sorted_tables:
        named = {str(check.name) for check in table.constraints if check.name and "ck_" in str(check.name)}
        assert named == {check["name"] for check in inspector.get_check_constraints(table.name)}


def test_upgrading_twice_changes_nothing(app: Flask) -> None:
    with app.app_context():
        assert upgrade_schema(db.engine) is False


OLD_MEDIA = text(
    "INSERT INTO media (id, filename, storage_path, file_size, mime_type, file_type, description, "
    "storage_backend, is_public, created_at, updated_at, checksum, preview_state) VALUES (:id, :filename, "
    ":id, 1, 'image/png', 'image', :description, 'local', true, :now, :now, 'sha256:', 'none')"
)


def test_media_of_a_library_without_search_are_found_after_the_upgrade(
    bare_database_url: str, tmp_path: Path
) -> None:
    engine = create_engine(bare_database_url)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "mediaweb" / "migrations"))
    names = {1: "Été_2034.png", 2: "plain.png", 3: "🏖️"}
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        for media_id, name in names.items():
            now = "2026-01-01 12:00:00.000000+00:00"
            values = {"id": media_id, "filename": name, "description": "A sea" * (media_id == 2), "now": now}
            connection.execute(OLD_MEDIA, values)
    engine.dispose()
    settings = load_settings(
        database_url=bare_database_url, instance_path=tmp_path, media_folder=tmp_path / "media"
    )
    with create_app(settings).app_context():
        for wanted, found in (("ete 20", [1]), ("sea", [2]), ("png", [1, 2])):
            query = QueryFilter(search=wanted, order_by="id")
            assert [(row.id, row.tags) for row in media_service.filter(db.session(), query)] == [
                (media_id, ()) for media_id in found
            ]
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_is_durable_and_honest(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "synchronous") == 2  # FULL
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "busy_timeout") >= 5000


def pragma(connection: Connection, name: str) -> Any:
    return connection.scalar(text(f"PRAGMA {name}"))


def test_user_1_is_an_admin_and_the_next_gets_id_2(session: Session) -> None:
    users = session.scalars(select(User)).all()
    assert [(user.id, user.role) for user in users] == [(1, Role.ADMIN)]
    assert add_user(session) == 2


def test_a_role_that_does_not_exist_is_refused(session: Session) -> None:
    session.add(User(name="x", role="owner"))
    with pytest.raises(IntegrityError):
        session.commit()
    session.rollback()


def test_a_deleted_medias_id_is_never_used_again(session: Session) -> None:
    (first,) = add_media(session, [{}])
    session.execute(delete(Media))
    session.commit()
    (second,) = add_media(session, [{}])
    assert second > first


def test_a_media_whose_owner_goes_belongs_to_nobody(session: Session) -> None:
    owner = add_user(session)
    (media_id,) = add_media(session, [{"user_id": owner}])
    session.execute(delete(User).where(User.id == owner))
    session.commit()
    assert session.get_one(Media, media_id).user_id is None


def test_two_media_never_share_a_stored_file(session: Session) -> None:
    with pytest.raises(IntegrityError):
        add_media(session, [{"storage_path": "same"}, {"storage_path": "same"}])
    session.rollback()


# Databases that can't be used


def refusal(**overrides: Any) -> str:
    with pytest.raises(StartupError) as refused:
        create_app(load_settings(**overrides))
    return str(refused.value)


def test_a_server_that_does_not_answer_is_told_in_words_without_the_password() -> None:
    message = refusal(database_url="postgresql://bob:hunter2@127.0.0.1:1/media")
    assert message.startswith("The database can't be used (see DATABASE_URL): ")
    assert "hunter2" not in message


def test_a_file_that_is_no_database_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("These are my notes. " * 100)
    assert refusal(database_url=f"sqlite:///{tmp_path}/notes.txt").startswith(
        "The database can't be used (see DATABASE_URL): "
    )


def test_a_database_in_a_folder_that_does_not_exist_is_told_in_words(tmp_path: Path) -> None:
    message = refusal(database_url=f"sqlite:///{tmp_path}/nowhere/media.sqlite3")
    assert message.startswith("The database can't be used (see DATABASE_URL): ")


def test_a_database_of_a_newer_version_is_told_in_words(app: Flask) -> None:
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
        try:
            with pytest.raises(StartupError, match="made by a newer version"):
                upgrade_schema(db.engine)
        finally:
            db.session.execute(
                text("UPDATE alembic_version SET version_num = :head"), {"head": head_revision()}
            )
            db.session.commit()


def head_revision() -> str:
    return str(ScriptDirectory(str(ROOT / "mediaweb" / "migrations")).get_current_head())
