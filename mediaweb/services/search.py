"""The full-text index: every media's words, kept in the transaction that changes them.

On SQLite it is a table of FTS5, whose rows a trigger deletes; on PostgreSQL a table of `tsvector`.
"""

from collections.abc import Iterable

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    TextClause,
    bindparam,
    cast,
    column,
    false,
    func,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from mediaweb.models import Media
from mediaweb.models.media import MEDIA
from mediaweb.models.words import MAX_WORDS, join_for_postgresql, join_for_sqlite, split_words
from mediaweb.services.representations import MediaRow

#: From so many matches on, a list is read in its order until a page is full.
MANY = 2000
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


def is_rare(session: Session, wanted: str) -> bool:
    """Tell whether few media have what is wanted, on SQLite, which can't tell by itself."""
    query = write_sqlite_query(wanted)
    if session.get_bind().dialect.name != "sqlite" or not query:
        return False
    some = select(_SQLITE.c.rowid).where(_matches(query)).limit(MANY).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) < MANY


def build_search(wanted: str, dialect: str, is_rare: bool) -> ColumnElement[bool]:
    """Return the condition that a media has all that is wanted: each run of signs as it is written or begins.

    `img_20 lake` wants `img` with a word behind it that begins with `20`, and a word that begins with `lake`.
    """
    terms = _split_terms(wanted)
    if not terms:
        return false()
    if dialect == "sqlite":
        found = select(_SQLITE.c.rowid).where(_matches(write_sqlite_query(wanted)))
        # Few are looked up by their ids. Many would have to be sorted: the list is read in its order instead,
        # and the sum, which no index has, keeps SQLite from the other way.
        return (MEDIA.c.id if is_rare else MEDIA.c.id + 0).in_(found)
    query = " & ".join(f"({_write_phrase(words)})" for words in terms)
    condition = _POSTGRESQL.c.words.op("@@")(cast(bindparam(None, query, Text), TSQUERY))
    return MEDIA.c.id.in_(select(_POSTGRESQL.c.media_id).where(condition))


def _split_terms(wanted: str) -> list[tuple[str, ...]]:
    """Return the words of each run of signs, once: what is asked for twice is no reason to look twice."""
    return list({words: None for term in wanted.split() if (words := tuple(split_words(term)))})


def write_sqlite_query(wanted: str) -> str:
    """Return what FTS5 is asked for; nothing where there is no word in what is wanted."""
    return " ".join(f'"{" ".join(words)}"*' for words in _split_terms(wanted))


def match_between(least: ColumnElement[int], greatest: ColumnElement[int]) -> Select[tuple[int]]:
    """Return the statement for the ids between two that match the parameter `wanted`, on SQLite."""
    has_words = text("media_search MATCH :wanted")
    return select(_SQLITE.c.rowid).where(has_words, _SQLITE.c.rowid.between(least, greatest))


def _matches(query: str) -> TextClause:
    return text("media_search MATCH :wanted").bindparams(wanted=query)


def _write_phrase(words: Iterable[str]) -> str:
    return " <-> ".join(f"'{word}'" for word in words) + ":*"


def touches_words(changed: Iterable[str]) -> bool:
    """Tell whether a change of these fields changes what a media is found by."""
    return not SEARCHED_FIELDS.isdisjoint(changed)
