"""One row for each stored file."""

from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, Table, false, text
from sqlalchemy.orm import Mapped, mapped_column

from mediaweb.extensions import Base
from mediaweb.models.types import Id, Names, PlainText, UtcDateTime

#: As the indexes say it; SQLite takes them only for a query that says it, too.
TO_DO = "preview_todo IS NOT NULL"
FAILED = "preview_state = 'failed'"


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


class StoredFile:
    """The columns of a stored file and of what is known of it, in the library and in its trash alike."""

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    filename: Mapped[str] = mapped_column(PlainText)
    storage_path: Mapped[str] = mapped_column(PlainText, unique=True)
    file_size: Mapped[int] = mapped_column(Id)
    mime_type: Mapped[str] = mapped_column(PlainText)
    file_type: Mapped[str] = mapped_column(PlainText)
    description: Mapped[str | None] = mapped_column(PlainText)
    alt_text: Mapped[str | None] = mapped_column(PlainText)
    #: Its tags as they are shown, in the order they were given; filters look them up in `media_tag`.
    tags: Mapped[tuple[str, ...]] = mapped_column(Names, default=(), server_default="[]")
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
    camera: Mapped[str | None] = mapped_column(PlainText)
    lens: Mapped[str | None] = mapped_column(PlainText)
    preview_state: Mapped[str] = mapped_column(PlainText, default=PreviewState.NONE)
    #: Counts how often sight of it was taken away: signed links from before are dead. Nobody sees it.
    privacy_generation: Mapped[int] = mapped_column(default=0, server_default="0")
    #: Pixels of the largest preview that there is.
    preview_width: Mapped[int | None]
    preview_height: Mapped[int | None]
    has_clip: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: A tiny WebP to show stretched until the preview is loaded.
    placeholder: Mapped[bytes | None]
    #: What else the file says about itself, as JSON; where it was taken is for its owner and admins only.
    facts: Mapped[str | None] = mapped_column(PlainText)
    #: Why there is no preview, in words.
    preview_failure: Mapped[str | None] = mapped_column(PlainText)
    #: The next step (`previews.orders.Step`), how often it was begun, and since when somebody is at it.
    preview_todo: Mapped[str | None] = mapped_column(PlainText)
    preview_attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    preview_begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Media(StoredFile, Base):
    """One item of the library."""

    __tablename__ = "media"

    # Each index ends in what decides the sight of a row, so that a page, a deep page and a count are
    # answered from the index alone, whoever asks.
    __table_args__ = (
        CheckConstraint("file_size > 0", name="ck_media_file_size"),
        Index("ix_media_created_at", "created_at", "id", "is_public", "user_id"),
        Index("ix_media_updated_at", "updated_at", "id", "is_public", "user_id"),
        Index("ix_media_filename", "filename", "id", "is_public", "user_id"),
        Index("ix_media_file_size", "file_size", "id", "is_public", "user_id"),
        Index("ix_media_taken_at", "taken_at", "id", "is_public", "user_id"),
        Index("ix_media_public", "is_public", "created_at", "id"),
        Index("ix_media_user", "user_id", "created_at", "id", "is_public"),
        Index("ix_media_type", "file_type", "created_at", "id", "is_public", "user_id"),
        Index("ix_media_camera", "camera", "created_at", "id", "is_public", "user_id"),
        Index("ix_media_checksum", "checksum"),
        Index(
            "ix_media_preview_todo",
            "preview_todo",
            "id",
            sqlite_where=text(TO_DO),
            postgresql_where=text(TO_DO),
        ),
        Index("ix_media_preview_failed", "id", sqlite_where=text(FAILED), postgresql_where=text(FAILED)),
        {"sqlite_autoincrement": True},
    )


MEDIA = cast(Table, Media.__table__)
#: What anybody who may see a media gets to know of it.
FIELDS = (
    *("id", "filename", "storage_path", "file_size", "mime_type", "file_type", "description", "alt_text"),
    *("tags", "user_id", "storage_backend", "is_public", "created_at", "updated_at", "checksum"),
    *("width", "height", "duration", "taken_at", "camera", "lens", "preview_state"),
)
#: What a lookup reads: those, and what its links are made of.
_LINK_FIELDS = ("privacy_generation", "preview_width", "preview_height", "preview_todo", "has_clip")
MEDIA_COLUMNS = tuple(MEDIA.c[name] for name in (*FIELDS, *_LINK_FIELDS))
#: What drawing a tile takes beside.
TILE_COLUMNS = (*MEDIA_COLUMNS, MEDIA.c.placeholder, MEDIA.c.preview_failure)
#: What the page of one media tells beside.
PAGE_COLUMNS = (*TILE_COLUMNS, MEDIA.c.facts)
