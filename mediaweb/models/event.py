"""The log of committed changes: what live viewers see, clients replay and an audit reads."""

from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import Index, Table, false, text
from sqlalchemy.orm import Mapped, mapped_column

from mediaweb.extensions import Base
from mediaweb.models.types import Id, PlainText, UtcDateTime


class EventType(StrEnum):
    """What happened."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


class Subject(StrEnum):
    """To what it happened."""

    MEDIA = "media"
    USER = "user"
    TOKEN = "token"  # noqa: S105 - a kind of thing, not a secret
    SESSION = "session"


#: As the index of these events says it; SQLite takes that index only for a query that says it, too.
ABOUT_ACCOUNTS = "model <> 'media'"


class Event(Base):
    """One committed change of one media, account or token.

    `data` is the subject's fields after the change as JSON, for a deleted media None and for a deleted
    account or token what it was; never a secret. `changed` names the fields that an update changed, with
    commas. Who may hear of a media's event follows from the sight before and after: `was_public` and
    `previous_owner_id` are None for a creation, `is_public` and `owner_id` for a deletion. All others are for
    admins only. Where `actor_id` is None nobody known did it, or, if `is_by_system`, code of our own.
    """

    __tablename__ = "event"
    # Activity is read newest first: all of it by id, a subject's and an actor's from an index of theirs. Most
    # events are about media, so that theirs are found among all; those of accounts have a small index.
    __table_args__ = (
        Index("ix_event_subject", "subject_id", "model", "id"),
        Index("ix_event_actor", "actor_id", "is_by_system", "id"),
        Index(
            "ix_event_account",
            "model",
            "id",
            sqlite_where=text(ABOUT_ACCOUNTS),
            postgresql_where=text(ABOUT_ACCOUNTS),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    type: Mapped[str] = mapped_column(PlainText)
    subject_id: Mapped[int] = mapped_column(Id)
    actor_id: Mapped[int | None] = mapped_column(Id)
    is_by_system: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    was_public: Mapped[bool | None]
    is_public: Mapped[bool | None]
    previous_owner_id: Mapped[int | None] = mapped_column(Id)
    owner_id: Mapped[int | None] = mapped_column(Id)
    data: Mapped[str | None] = mapped_column(PlainText)
    model: Mapped[str] = mapped_column(PlainText, default=Subject.MEDIA, server_default="media")
    changed: Mapped[str | None] = mapped_column(PlainText)


EVENT = cast(Table, Event.__table__)
