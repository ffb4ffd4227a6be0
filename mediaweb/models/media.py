"""One row for each stored file."""

from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column

from mediaweb.extensions import Base
from mediaweb.models.types import Id, PlainText, UtcDateTime


class FileType(StrEnum):
    """The five families the library sorts files into."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    OTHER = "other"


class PreviewState(StrEnum):
    """How far the previews of a file are."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"
    NONE = "none"


class Media(Base):
    """A stored file and what is known of it."""

    __tablename__ = "media"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    filename: Mapped[str] = mapped_column(PlainText)
    storage_path: Mapped[str] = mapped_column(PlainText, unique=True)
    file_size: Mapped[int] = mapped_column(Id)
    mime_type: Mapped[str] = mapped_column(PlainText)
    file_type: Mapped[str] = mapped_column(PlainText)
    description: Mapped[str | None] = mapped_column(PlainText)
    alt_text: Mapped[str | None] = mapped_column(PlainText)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    storage_backend: Mapped[str] = mapped_column(PlainText)
    is_public: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checksum: Mapped[str] = mapped_column(PlainText)
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration: Mapped[float | None]
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    preview_state: Mapped[str] = mapped_column(PlainText, default=PreviewState.NONE)
    #: Counts how often sight of it was taken away: signed links from before are dead. Nobody sees it.
    privacy_generation: Mapped[int] = mapped_column(default=0, server_default="0")

    # Each index ends in what decides the sight of a row, so that a page, a deep page and a count are
    # answered from the index alone, whoever asks.
    __table_args__ = (
        CheckConstraint("file_size > 0", name="ck_media_file_size"),
        Index("ix_media_created_at", "created_at", "id", "is_public", "user_id"),
        Index("ix_media_updated_at", "updated_at", "id", "is_public", "user_id"),
        Index("ix_media_filename", "filename", "id", "is_public", "user_id"),
        Index("ix_media_file_size", "file_size", "id", "is_public", "user_id"),
        Index("ix_media_public", "is_public", "created_at", "id"),
        Index("ix_media_user", "user_id", "created_at", "id", "is_public"),
        Index("ix_media_type", "file_type", "created_at", "id", "is_public", "user_id"),
        Index("ix_media_checksum", "checksum"),
        {"sqlite_autoincrement": True},
    )


MEDIA = cast(Table, Media.__table__)
#: What a lookup reads: the columns that an API client sees, and the last one, which it doesn't.
MEDIA_COLUMNS = tuple(MEDIA.columns)
