"""Find events by subject, by actor and about accounts; tell the system from anonymous callers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ABOUT_ACCOUNTS = sa.text("model <> 'media'")


def upgrade() -> None:
    op.add_column("event", sa.Column("is_by_system", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_event_subject", "event", ["subject_id", "model", "id"])
    op.create_index("ix_event_actor", "event", ["actor_id", "is_by_system", "id"])
    op.create_index(
        "ix_event_account",
        "event",
        ["model", "id"],
        sqlite_where=ABOUT_ACCOUNTS,
        postgresql_where=ABOUT_ACCOUNTS,
    )
