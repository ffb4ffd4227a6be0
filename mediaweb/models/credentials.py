"""What proves who somebody is. Of every secret only its SHA-256 is kept: who reads the database gets none."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from mediaweb.extensions import Base
from mediaweb.models.types import Id, PlainText, UtcDateTime, utc_now


class TokenScope(StrEnum):
    """What a program may do with a token, of what its user may do."""

    READ = "read"
    WRITE = "write"


class BrowserSession(Base):
    """Somebody signed in with a browser, until it expires or is ended."""

    __tablename__ = "browser_session"
    __table_args__ = (Index("ix_browser_session_user", "user_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    secret_hash: Mapped[str] = mapped_column(PlainText, unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    #: However busy it is, it ends then.
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Whether it outlives the browser's window, and long pauses.
    is_remembered: Mapped[bool]
    address: Mapped[str] = mapped_column(PlainText)
    user_agent: Mapped[str] = mapped_column(PlainText)


class AccessToken(Base):
    """What a program sends to act for a user."""

    __tablename__ = "access_token"
    __table_args__ = (
        CheckConstraint("scope IN ('read', 'write')", name="ck_access_token_scope"),
        Index("ix_access_token_user", "user_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(PlainText)
    secret_hash: Mapped[str] = mapped_column(PlainText, unique=True)
    #: How it ends, for people to tell one from another.
    hint: Mapped[str] = mapped_column(PlainText)
    scope: Mapped[str] = mapped_column(PlainText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OneTimeLink(Base):
    """An invitation to set a password, once. A user has one at most."""

    __tablename__ = "one_time_link"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(PlainText, unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SocketTicket(Base):
    """With what a live connection is opened, once, by who has a session or a token."""

    __tablename__ = "socket_ticket"

    secret_hash: Mapped[str] = mapped_column(PlainText, primary_key=True)
    kind: Mapped[str] = mapped_column(PlainText)
    #: The hash of the session's or token's secret, which may be over by now.
    credential_hash: Mapped[str] = mapped_column(PlainText)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SignInFailures(Base):
    """How often signing in has failed lately, by whom or from where."""

    __tablename__ = "sign_in_failures"

    key: Mapped[str] = mapped_column(PlainText, primary_key=True)
    count: Mapped[int]
    #: From then on they are forgotten.
    resets_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
