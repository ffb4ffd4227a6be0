"""Uploads that reach the store without passing through us."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "direct_upload",
        sa.Column("secret_hash", TEXT, primary_key=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("actor_id", ID),
        sa.Column("storage_path", TEXT, nullable=False),
        sa.Column("store_id", TEXT, nullable=False),
        sa.Column("filename", TEXT, nullable=False),
        sa.Column("file_size", sa.BigInteger, nullable=False),
        sa.Column("mime_type", TEXT),
        sa.Column("checksum", TEXT),
        sa.Column("details", TEXT, nullable=False),
        sa.Column("keeps_duplicate", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("begun_at", MOMENT),
        sa.Column("media_id", ID),
        sa.Column("problem", TEXT),
        sa.CheckConstraint(
            "state IN ('open', 'verifying', 'stored', 'refused')", name="ck_direct_upload_state"
        ),
    )
    op.create_index("ix_direct_upload_expires_at", "direct_upload", ["expires_at"])
