"""Take whole folders of files into the library, each once."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedReader
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mediaweb.errors import MediaWebError
from mediaweb.extensions import settings
from mediaweb.models import Media
from mediaweb.services.access import Actor
from mediaweb.services.incoming import IncomingFile, UploadDetails, read_chunks
from mediaweb.services.locations import strip_location
from mediaweb.services.media import media_service
from mediaweb.services.transactions import translate_database_error


class Outcome(StrEnum):
    """What became of one file."""

    IMPORTED = "imported"
    ALREADY_THERE = "already there"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """One file's outcome; `reason` says why it failed."""

    path: Path
    outcome: Outcome
    reason: str = ""


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the given files, and every file below the given folders in order of name, but no hidden ones."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for parent, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def import_file(session: Session, path: Path, actor: Actor, is_public: bool) -> ImportResult:
    """Store a file for the actor unless the library has its content already. Commits; never raises."""
    if path.exists() and not path.is_file():  # reading a pipe would wait forever
        return ImportResult(path, Outcome.FAILED, "This is not a regular file.")
    try:
        with path.open("rb") as file:
            checksums = _find_checksums(file)
            if session.scalar(select(Media.id).where(Media.checksum.in_(checksums)).limit(1)) is not None:
                return ImportResult(path, Outcome.ALREADY_THERE)
            file.seek(0)
            details = UploadDetails(user_id=actor.user_id, is_public=is_public)
            incoming = IncomingFile(path.name, read_chunks(file), lambda: details)
            media_service.receive(session, incoming, actor, max_bytes=None)
    except (MediaWebError, OSError, SQLAlchemyError) as error:
        session.rollback()
        return ImportResult(path, Outcome.FAILED, _explain(error))
    return ImportResult(path, Outcome.IMPORTED)


def _find_checksums(file: BufferedReader) -> set[str]:
    """Return the checksums under which a file may be here: its own, and that of it without its place."""
    digests = [hashlib.file_digest(file, "sha256")]
    if settings.strip_location:
        file.seek(0)
        digests.append(hashlib.sha256())
        for chunk in strip_location(read_chunks(file)):
            digests[1].update(chunk)
    return {f"sha256:{digest.hexdigest()}" for digest in digests}


def _explain(error: MediaWebError | OSError | SQLAlchemyError) -> str:
    if isinstance(error, MediaWebError) and not isinstance(error.detail, str):
        return " ".join(problem["msg"] for problem in error.detail)
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, SQLAlchemyError):
        return str(translate_database_error(error) or error)
    return str(error)
