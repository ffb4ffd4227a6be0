"""Tickets for live connections."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "socket_ticket",
        sa.Column("secret_hash", TEXT, primary_key=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("credential_hash", TEXT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    op.create_index("ix_socket_ticket_expires_at", "socket_ticket", ["expires_at"])
