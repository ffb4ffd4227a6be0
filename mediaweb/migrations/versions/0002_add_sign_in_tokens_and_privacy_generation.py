"""Let people sign in and programs send tokens; log what happens to accounts; count losses of sight."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.add_column("user", sa.Column("email", TEXT))
    op.add_column("user", sa.Column("password_hash", TEXT))
    op.add_column("user", sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()))
    op.create_index("ix_user_email", "user", ["email"], unique=True)
    op.add_column("media", sa.Column("privacy_generation", sa.Integer, nullable=False, server_default="0"))
    op.execute("ALTER TABLE event RENAME COLUMN media_id TO subject_id")
    op.add_column("event", sa.Column("model", TEXT, nullable=False, server_default="media"))
    op.add_column("event", sa.Column("changed", TEXT))
    _create_credentials()


def _create_credentials() -> None:
    op.create_table(
        "browser_session",
        sa.Column("id", ID, primary_key=True),
        _user_id(),
        sa.Column("secret_hash", TEXT, nullable=False, unique=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("is_remembered", sa.Boolean, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("user_agent", TEXT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_browser_session_user", "browser_session", ["user_id"])
    op.create_table(
        "access_token",
        sa.Column("id", ID, primary_key=True),
        _user_id(),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("secret_hash", TEXT, nullable=False, unique=True),
        sa.Column("hint", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("last_used_at", MOMENT),
        sa.CheckConstraint("scope IN ('read', 'write')", name="ck_access_token_scope"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_token_user", "access_token", ["user_id"])
    op.create_table(
        "one_time_link",
        _user_id(primary_key=True),
        sa.Column("secret_hash", TEXT, nullable=False, unique=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("resets_at", MOMENT, nullable=False, index=True),
    )


def _user_id(primary_key: bool = False) -> "sa.Column[int]":
    owner = sa.ForeignKey("user.id", ondelete="CASCADE")
    return sa.Column("user_id", ID, owner, nullable=False, primary_key=primary_key, autoincrement=False)
