"""Previews and facts of media; what is there already is to get its previews, too."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TO_DO = sa.text("preview_todo IS NOT NULL")
FAILED = sa.text("preview_state = 'failed'")


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    moment = sa.DateTime(timezone=True) if is_postgresql else sa.Text()
    for column in (
        sa.Column("camera", text),
        sa.Column("lens", text),
        sa.Column("preview_width", sa.Integer),
        sa.Column("preview_height", sa.Integer),
        sa.Column("has_clip", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("placeholder", sa.LargeBinary),
        sa.Column("facts", text),
        sa.Column("preview_failure", text),
        sa.Column("preview_todo", text),
        sa.Column("preview_attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("preview_begun_at", moment),
    ):
        op.add_column("media", column)
    op.execute(
        "UPDATE media SET preview_state = 'pending', preview_todo = 'first' "
        "WHERE file_type IN ('image', 'video', 'audio') OR mime_type = 'application/pdf'"
    )
    op.create_index(
        "ix_media_preview_todo", "media", ["preview_todo", "id"], sqlite_where=TO_DO, postgresql_where=TO_DO
    )
    op.create_index("ix_media_preview_failed", "media", ["id"], sqlite_where=FAILED, postgresql_where=FAILED)
