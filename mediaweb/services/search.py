"""The full-text index: every media's words, kept in the transaction that changes them.

On SQLite it is a table of FTS5, whose rows a trigger deletes; on PostgreSQL a table of `tsvector`.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, Text, bindparam, cast, column, false, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY

from mediaweb.models import Media
from mediaweb.models.media import MEDIA
from mediaweb.models.words import MAX_WORDS, join_for_postgresql, join_for_sqlite, split_words
from mediaweb.services.representations import MediaRow

#: What is searched of a media.
SEARCHED_FIELDS = frozenset({"filename", "description", "alt_text", "tags"})

_SQLITE = table("media_search", column("rowid"), column("words"))
_POSTGRESQL = table("media_search", column("media_id"), column("words"))
_INSERT = {
    "sqlite": text("INSERT OR REPLACE INTO media_search (rowid, words) VALUES (:id, :words)"),
    "postgresql": text(
        "INSERT INTO media_search (media_id, words) VALUES (:id, CAST(:words AS tsvector)) "
        "ON CONFLICT (media_id) DO UPDATE SET words = excluded.words"
    ),
}


def index_words(connection: Connection, media: Iterable[Media | MediaRow]) -> None:
    """Note what can be found of new or changed media. Does not commit."""
    dialect = connection.dialect.name
    join = join_for_sqlite if dialect == "sqlite" else join_for_postgresql
    rows = [{"id": one.id, "words": join(words_of(one))} for one in media]
    if rows:
        connection.execute(_INSERT[dialect], rows)


def words_of(media: Media | MediaRow) -> list[str]:
    """Return the words that a media is found by."""
    texts = (media.filename, *media.tags, media.alt_text, media.description)
    return split_words("\n".join(filter(None, texts)))[:MAX_WORDS]


def build_search(wanted: str, dialect: str) -> ColumnElement[bool]:
    """Return the condition that a media has all that is wanted: each run of signs as it is written or begins.

    `img_20 lake` wants `img` with a word behind it that begins with `20`, and a word that begins with `lake`.
    """
    # Each once: what is asked for a hundred times is no reason to look a hundred times.
    terms = {words: None for term in wanted.split() if (words := tuple(split_words(term)))}
    if not terms:
        return false()
    if dialect == "sqlite":
        query = " ".join(f'"{" ".join(words)}"*' for words in terms)
        found = select(_SQLITE.c.rowid).where(text("media_search MATCH :wanted").bindparams(wanted=query))
        # Not by the index on ids: the matches would be sorted, where those few are wanted that come first.
        return (MEDIA.c.id + 0).in_(found)
    query = " & ".join(f"({_write_phrase(words)})" for words in terms)
    condition = _POSTGRESQL.c.words.op("@@")(cast(bindparam(None, query, Text), TSQUERY))
    return MEDIA.c.id.in_(select(_POSTGRESQL.c.media_id).where(condition))


def _write_phrase(words: Iterable[str]) -> str:
    return " <-> ".join(f"'{word}'" for word in words) + ":*"


def touches_words(changed: Iterable[str]) -> bool:
    """Tell whether a change of these fields changes what a media is found by."""
    return not SEARCHED_FIELDS.isdisjoint(changed)
