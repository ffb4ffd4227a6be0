"""Alembic's environment: runs on the connection that `models.schema` hands over."""

from alembic import context

import mediaweb.models  # noqa: F401 - fills Base.metadata
from mediaweb.extensions import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
