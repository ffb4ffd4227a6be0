"""What was deleted and may still come back."""

from datetime import datetime
from typing import cast

from sqlalchemy import Index, Table
from sqlalchemy.orm import Mapped, mapped_column

from mediaweb.extensions import Base
from mediaweb.models.media import TILE_COLUMNS, StoredFile
from mediaweb.models.types import Id, UtcDateTime


class TrashedMedia(StoredFile, Base):
    """A media in the trash: its whole row, moved here, so that nothing that asks the library can meet it."""

    __tablename__ = "trashed_media"

    trashed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: None where nobody known did it.
    trashed_by: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        Index("ix_trashed_media_trashed_at", "trashed_at", "id"),
        Index("ix_trashed_media_user", "user_id", "trashed_at", "id"),
    )


TRASHED_MEDIA = cast(Table, TrashedMedia.__table__)
#: What events of moving into the trash, and back, name as changed.
TRASHED_AT = "trashed_at"
#: What is read to list the trash: what a tile needs, and since when it is there.
TRASHED_COLUMNS = (
    *(TRASHED_MEDIA.c[column.name] for column in TILE_COLUMNS),
    TRASHED_MEDIA.c.trashed_at,
    TRASHED_MEDIA.c.trashed_by,
)
