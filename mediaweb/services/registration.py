"""Record stored files: row and event of several uploads in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mediaweb.concurrency import GroupCommit
from mediaweb.extensions import stores
from mediaweb.models import EventType
from mediaweb.models.media import MEDIA, MEDIA_COLUMNS
from mediaweb.services import events
from mediaweb.services.access import Actor
from mediaweb.services.representations import MediaRow
from mediaweb.services.search import index_words
from mediaweb.services.tags import make_tags, set_tags

# Not by the unit of work: that would take as long as all the rest of an upload.
_INSERT = insert(MEDIA).returning(*MEDIA_COLUMNS, sort_by_parameter_order=True)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in its place, with all that its row will say, and who brought it."""

    session: Session
    values: dict[str, Any]
    actor: Actor

    @property
    def key(self) -> str:
        key: str = self.values["storage_path"]
        return key

    def delete(self) -> None:
        """Remove the bytes. Raises what the storage raises."""
        stores[self.values["storage_backend"]].delete(self.key)


class CommitUncertain(Exception):
    """A commit failed without telling whether it took place; the cause is the database's error."""


def register(session: Session, values: dict[str, Any], actor: Actor, *, keeps_file: bool = False) -> MediaRow:
    """Insert the row of a file that is in place, and its event. Commits.

    If that fails the database's error is raised and the file removed, unless who calls will try once more
    and so `keeps_file`; but never while its row may be there.
    """
    file = StoredFile(session, values, actor)
    session.rollback()  # the group may be committed by another caller's session
    try:
        return _group.submit(file)
    except CommitUncertain as failure:
        if not keeps_file and _find(file) is None:
            file.delete()
        raise cast(SQLAlchemyError, failure.__cause__) from None
    except SQLAlchemyError:
        if not keeps_file:
            file.delete()
        raise


def _register_group(files: list[StoredFile]) -> list[MediaRow | BaseException]:
    bind = files[0].session.get_bind()
    together = [file for file in files if file.session.get_bind() is bind]
    is_uncertain = False
    rows: dict[int, MediaRow] = {}
    try:
        rows = dict(zip(map(id, together), _insert(together), strict=True))
    except (SQLAlchemyError, CommitUncertain) as error:
        if len(files) == 1:
            return [error]
        is_uncertain = isinstance(error, CommitUncertain)
    # What one of them did wrong shall not fail the others.
    return [rows[id(file)] if id(file) in rows else _register_alone(file, is_uncertain) for file in files]


def _register_alone(file: StoredFile, is_uncertain: bool) -> MediaRow | BaseException:
    try:
        return (_find(file) if is_uncertain else None) or _insert([file])[0]
    except CommitUncertain as error:
        return error
    except SQLAlchemyError as error:
        return _as_uncertain(error) if is_uncertain else error


def _insert(files: list[StoredFile]) -> Sequence[MediaRow]:
    session = files[0].session
    try:
        connection = session.connection()
        rows = connection.execute(_INSERT, [file.values for file in files]).all()
        rows = _tag(connection, rows, [file.actor for file in files])
        index_words(connection, rows)
        pairs = zip(files, rows, strict=True)
        entries = (events.describe(EventType.CREATED, row, file.actor) for file, row in pairs)
        events.record(connection, *entries)
    except SQLAlchemyError:
        session.rollback()
        raise
    try:
        session.commit()
    except SQLAlchemyError as error:
        session.rollback()
        raise _as_uncertain(error) from error
    return rows


def _tag(connection: Connection, rows: Sequence[MediaRow], actors: Sequence[Actor]) -> Sequence[MediaRow]:
    """Link new rows with their tags; return the rows, those read again whose tags are spelled otherwise."""
    names: dict[Actor, dict[int, tuple[str, ...]]] = {}
    for row, actor in zip(rows, actors, strict=True):
        if row.tags:
            names.setdefault(actor, {})[row.id] = row.tags
    if not names:
        return rows
    make_tags(connection, (name for named in names.values() for tags in named.values() for name in tags))
    spelled: dict[int, tuple[str, ...]] = {}
    for actor, named in names.items():
        tagged = set_tags(connection, named, actor)
        spelled |= {id_: tags for id_, tags in tagged.items() if tags != named[id_]}
    for id_, tags in spelled.items():
        connection.execute(update(MEDIA).where(MEDIA.c.id == id_).values(tags=tags))
    again = select(*MEDIA_COLUMNS).where(MEDIA.c.id.in_(spelled))
    new_rows = {row.id: row for row in connection.execute(again)} if spelled else {}
    return [new_rows.get(row.id, row) for row in rows]


def _as_uncertain(error: SQLAlchemyError) -> CommitUncertain:
    uncertain = CommitUncertain()
    uncertain.__cause__ = error
    return uncertain


def _find(file: StoredFile) -> MediaRow | None:
    query = select(*MEDIA_COLUMNS).where(MEDIA.c.storage_path == file.key)
    return file.session.execute(query).one_or_none()


_group = GroupCommit(_register_group)
