"""A file that has come, by whichever way: what is accepted, and its row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mediaweb.errors import FileTypeRefused
from mediaweb.extensions import settings
from mediaweb.models import PreviewState
from mediaweb.services.access import Actor
from mediaweb.services.incoming import Intake
from mediaweb.services.media_types import DetectedType, detect_type, is_allowed
from mediaweb.services.preview_queue import enqueue, initial_preview
from mediaweb.services.registration import register
from mediaweb.services.representations import MediaRow
from mediaweb.storage import BackendName


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file in its place in a store, measured; `came_at` is in UTC."""

    filename: str
    key: str
    backend: BackendName
    detected: DetectedType
    intake: Intake
    came_at: datetime


def accept_type(head: bytes, filename: str, declared: str | None) -> DetectedType:
    """Return what a file is, by its beginning. Raises `FileTypeRefused` for what is not accepted here."""
    detected = detect_type(head, filename, declared)
    if not is_allowed(detected.mime_type, settings.allowed_types):
        accepted = ", ".join(settings.allowed_types)
        raise FileTypeRefused(f"Files of type {detected.mime_type} are not accepted here, only {accepted}.")
    return detected


def register_arrival(
    session: Session, arrived: Arrival, details: dict[str, Any], actor: Actor, *, keeps_file: bool = False
) -> MediaRow:
    """Make a file that is in its place a media, and have its previews made. Commits.

    `details` are the values of `UploadDetails`. If that fails the database's error is raised, and the file
    removed unless it `keeps_file`, as by `register`.
    """
    values = {
        "filename": arrived.filename,
        "storage_path": arrived.key,
        "file_size": arrived.intake.size_bytes,
        "mime_type": arrived.detected.mime_type,
        "file_type": arrived.detected.file_type,
        "storage_backend": arrived.backend,
        "created_at": arrived.came_at,
        "updated_at": arrived.came_at,
        "checksum": arrived.intake.checksum,
        **initial_preview(arrived.detected.mime_type),
        **details,
    }
    media = register(session, values, actor, keeps_file=keeps_file)
    if media.preview_state == PreviewState.PENDING:
        enqueue(media.id)
    return media
