"""Create user, media and event, and user 1, the first admin."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def _now() -> datetime | str:
    """Return the time as the application stores it (models.types.UtcDateTime)."""
    now = datetime.now(UTC)
    return now.isoformat(" ", "microseconds") if op.get_bind().dialect.name == "sqlite" else now


def upgrade() -> None:
    user = op.create_table(
        "user",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("role IN ('member', 'admin')", name="ck_user_role"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "media",
        sa.Column("id", ID, primary_key=True),
        sa.Column("filename", TEXT, nullable=False),
        sa.Column("storage_path", TEXT, nullable=False, unique=True),
        sa.Column("file_size", ID, nullable=False),
        sa.Column("mime_type", TEXT, nullable=False),
        sa.Column("file_type", TEXT, nullable=False),
        sa.Column("description", TEXT),
        sa.Column("alt_text", TEXT),
        sa.Column("user_id", ID, sa.ForeignKey("user.id", ondelete="SET NULL")),
        sa.Column("storage_backend", TEXT, nullable=False),
        sa.Column("is_public", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("checksum", TEXT, nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("duration", sa.Double),
        sa.Column("taken_at", MOMENT),
        sa.Column("preview_state", TEXT, nullable=False),
        sa.CheckConstraint("file_size > 0", name="ck_media_file_size"),
        sqlite_autoincrement=True,
    )
    for name, columns in {
        "ix_media_created_at": ["created_at", "id", "is_public", "user_id"],
        "ix_media_updated_at": ["updated_at", "id", "is_public", "user_id"],
        "ix_media_filename": ["filename", "id", "is_public", "user_id"],
        "ix_media_file_size": ["file_size", "id", "is_public", "user_id"],
        "ix_media_public": ["is_public", "created_at", "id"],
        "ix_media_user": ["user_id", "created_at", "id", "is_public"],
        "ix_media_type": ["file_type", "created_at", "id", "is_public", "user_id"],
        "ix_media_checksum": ["checksum"],
    }.items():
        op.create_index(name, "media", columns)
    op.create_table(
        "event",
        sa.Column("id", ID, primary_key=True),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("media_id", ID, nullable=False),
        sa.Column("actor_id", ID),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("was_public", sa.Boolean),
        sa.Column("is_public", sa.Boolean),
        sa.Column("previous_owner_id", ID),
        sa.Column("owner_id", ID),
        sa.Column("data", TEXT),
        sqlite_autoincrement=True,
    )
    op.bulk_insert(user, [{"name": "Admin", "role": "admin", "created_at": _now()}])
