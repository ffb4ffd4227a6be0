"""Tags, and which media have them."""

from typing import cast

from sqlalchemy import ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column

from mediaweb.extensions import Base
from mediaweb.models.types import Id, PlainText


class Tag(Base):
    """What the spellings of a tag have in common, whatever the case. Each media keeps its own spelling."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    folded: Mapped[str] = mapped_column(PlainText, unique=True)


class MediaTag(Base):
    """A media has a tag."""

    __tablename__ = "media_tag"
    __table_args__ = (Index("ix_media_tag_tag", "tag_id", "media_id"),)

    media_id: Mapped[int] = mapped_column(ForeignKey("media.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)


TAG = cast(Table, Tag.__table__)
MEDIA_TAG = cast(Table, MediaTag.__table__)
