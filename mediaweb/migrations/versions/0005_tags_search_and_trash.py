"""Tags, the full-text index and the trash."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from mediaweb.models.words import MAX_WORDS, join_for_postgresql, join_for_sqlite, split_words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BATCH_SIZE = 1000


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    moment = sa.DateTime(timezone=True) if is_postgresql else sa.Text()
    id_type = sa.BigInteger() if is_postgresql else sa.Integer()
    op.add_column("media", sa.Column("tags", text, nullable=False, server_default="[]"))
    op.create_index("ix_media_taken_at", "media", ["taken_at", "id", "is_public", "user_id"])
    op.create_index("ix_media_camera", "media", ["camera", "created_at", "id", "is_public", "user_id"])
    _create_tags(text, id_type)
    _create_trash(text, moment, id_type)
    if is_postgresql:
        op.execute(
            "CREATE TABLE media_search (media_id BIGINT PRIMARY KEY REFERENCES media (id) ON DELETE CASCADE, "
            "words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_media_search_words ON media_search USING gin (words)")
    else:
        op.execute(
            # Words are split and folded before they get here: all that parts them is a blank.
            "CREATE VIRTUAL TABLE media_search USING fts5(words, tokenize = 'ascii', prefix = '1 2 3')"
        )
        op.execute(
            "CREATE TRIGGER media_search_delete AFTER DELETE ON media "
            "BEGIN DELETE FROM media_search WHERE rowid = old.id; END"
        )
    _index_words(is_postgresql)


def _create_tags(text: Any, id_type: Any) -> None:
    op.create_table(
        "tag",
        sa.Column("id", id_type, primary_key=True),
        sa.Column("folded", text, nullable=False, unique=True),
    )
    media_id = sa.ForeignKey("media.id", ondelete="CASCADE")
    op.create_table(
        "media_tag",
        sa.Column("media_id", id_type, media_id, primary_key=True),
        sa.Column("tag_id", id_type, sa.ForeignKey("tag.id"), primary_key=True),
    )
    op.create_index("ix_media_tag_tag", "media_tag", ["tag_id", "media_id"])


def _create_trash(text: Any, moment: Any, id_type: Any) -> None:
    op.create_table(
        "trashed_media",
        sa.Column("id", id_type, primary_key=True, autoincrement=False),
        sa.Column("filename", text, nullable=False),
        sa.Column("storage_path", text, nullable=False, unique=True),
        sa.Column("file_size", id_type, nullable=False),
        sa.Column("mime_type", text, nullable=False),
        sa.Column("file_type", text, nullable=False),
        sa.Column("description", text),
        sa.Column("alt_text", text),
        sa.Column("tags", text, nullable=False, server_default="[]"),
        sa.Column("user_id", id_type, sa.ForeignKey("user.id", ondelete="SET NULL")),
        sa.Column("storage_backend", text, nullable=False),
        sa.Column("is_public", sa.Boolean, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("checksum", text, nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("duration", sa.Double),
        sa.Column("taken_at", moment),
        sa.Column("camera", text),
        sa.Column("lens", text),
        sa.Column("preview_state", text, nullable=False),
        sa.Column("privacy_generation", sa.Integer, nullable=False, server_default="0"),
        sa.Column("preview_width", sa.Integer),
        sa.Column("preview_height", sa.Integer),
        sa.Column("has_clip", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("placeholder", sa.LargeBinary),
        sa.Column("facts", text),
        sa.Column("preview_failure", text),
        sa.Column("preview_todo", text),
        sa.Column("preview_attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("preview_begun_at", moment),
        sa.Column("trashed_at", moment, nullable=False),
        sa.Column("trashed_by", id_type),
    )
    op.create_index("ix_trashed_media_trashed_at", "trashed_media", ["trashed_at", "id"])
    op.create_index("ix_trashed_media_user", "trashed_media", ["user_id", "trashed_at", "id"])


def _index_words(is_postgresql: bool) -> None:
    """Put the words of what is there already into the index."""
    connection = op.get_bind()
    insert = sa.text(
        "INSERT INTO media_search (media_id, words) VALUES (:id, CAST(:words AS tsvector))"
        if is_postgresql
        else "INSERT INTO media_search (rowid, words) VALUES (:id, :words)"
    )
    join = join_for_postgresql if is_postgresql else join_for_sqlite
    page = sa.text(
        "SELECT id, filename, alt_text, description FROM media WHERE id > :last ORDER BY id LIMIT :size"
    )
    last = 0
    while rows := connection.execute(page, {"last": last, "size": BATCH_SIZE}).all():
        last = rows[-1].id
        texts = ["\n".join(filter(None, row[1:])) for row in rows]
        words = [join(split_words(text)[:MAX_WORDS]) for text in texts]
        connection.execute(
            insert, [{"id": row.id, "words": word} for row, word in zip(rows, words, strict=True)]
        )
