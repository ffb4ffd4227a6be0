"""Files on their way to the store that don't pass through us."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mediaweb.extensions import Base
from mediaweb.models.types import Id, PlainText, UtcDateTime, utc_now


class UploadState(StrEnum):
    """How far an upload has come."""

    #: Its parts are being sent.
    OPEN = "open"
    #: All of it is at the store, and nobody has looked at it yet.
    VERIFYING = "verifying"
    #: It is a media.
    STORED = "stored"
    #: It is gone; the problem says why.
    REFUSED = "refused"


class DirectUpload(Base):
    """A file that somebody brings to the store in parts, from when it is announced until a day later."""

    __tablename__ = "direct_upload"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'verifying', 'stored', 'refused')", name="ck_direct_upload_state"),
    )

    #: Of its id, which only who began it knows.
    secret_hash: Mapped[str] = mapped_column(PlainText, primary_key=True)
    state: Mapped[str] = mapped_column(PlainText, default=UploadState.OPEN)
    #: Who began it, None for nobody known. No foreign key: who is gone by the end is told so then.
    actor_id: Mapped[int | None] = mapped_column(Id)
    storage_path: Mapped[str] = mapped_column(PlainText)
    #: What the store calls it.
    store_id: Mapped[str] = mapped_column(PlainText)
    filename: Mapped[str] = mapped_column(PlainText)
    file_size: Mapped[int] = mapped_column(BigInteger)
    mime_type: Mapped[str | None] = mapped_column(PlainText)
    checksum: Mapped[str | None] = mapped_column(PlainText)
    #: The values of `UploadDetails`, as JSON.
    details: Mapped[str] = mapped_column(PlainText)
    keeps_duplicate: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    #: Since when a worker looks at it.
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The media that it is, or that has the same content.
    media_id: Mapped[int | None] = mapped_column(Id)
    #: Why it was refused, as JSON: what the API answers with.
    problem: Mapped[str | None] = mapped_column(PlainText)
