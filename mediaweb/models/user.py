"""People who own media and may sign in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, true
from sqlalchemy.orm import Mapped, mapped_column

from mediaweb.extensions import Base
from mediaweb.models.types import Id, PlainText, UtcDateTime, utc_now


class Role(StrEnum):
    """What an account may do: a member changes their own media, an admin everything."""

    MEMBER = "member"
    ADMIN = "admin"


class User(Base):
    """An account. User 1 is the first admin, made at the first start.

    Without an email address and a password nobody can sign in to it.
    """

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("role IN ('member', 'admin')", name="ck_user_role"),
        Index("ix_user_email", "email", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(PlainText)
    role: Mapped[str] = mapped_column(PlainText, default=Role.MEMBER)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    #: In lower case: people don't remember how they once wrote it.
    email: Mapped[str | None] = mapped_column(PlainText)
    #: Argon2id, in PHC string format.
    password_hash: Mapped[str | None] = mapped_column(PlainText)
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
