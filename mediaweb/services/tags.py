"""Tags of media: found whatever the case, and spelled alike as far as people see each other's."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Row, Select, and_, delete, insert, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mediaweb.models.media import MEDIA
from mediaweb.models.tag import MEDIA_TAG, TAG
from mediaweb.services import access
from mediaweb.services.access import SYSTEM, Actor
from mediaweb.services.tag_names import fold_name

#: How many tags are offered while one is typed.
MAX_OFFERED = 12
#: Who sees no more media than these would wait while all that others have is looked through.
FEW_MEDIA = 300

_INSERTS: dict[str, Insert] = {
    "sqlite": sqlite.insert(TAG).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(TAG).on_conflict_do_nothing(),
}
_LINKS: dict[str, Insert] = {
    "sqlite": sqlite.insert(MEDIA_TAG).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(MEDIA_TAG).on_conflict_do_nothing(),
}


def set_tags(
    connection: Connection, names_by_media: Mapping[int, Sequence[str]], actor: Actor = SYSTEM
) -> dict[int, tuple[str, ...]]:
    """Give each media exactly these tags; return them as they are to be spelled. Does not commit.

    A tag is spelled as the first other media spells it that has it and that the actor may see. (Any other
    would tell strangers which tags private media have.) If there is none, as it is given.
    """
    ids = make_tags(connection, (name for names in names_by_media.values() for name in names))
    connection.execute(delete(MEDIA_TAG).where(MEDIA_TAG.c.media_id.in_(names_by_media)))
    spellings = _find_spellings(connection, ids, names_by_media, actor)
    links = []
    for media_id, names in names_by_media.items():
        for name in names:
            spellings.setdefault(fold_name(name), name)
            links.append({"media_id": media_id, "tag_id": ids[fold_name(name)]})
    if links:
        connection.execute(insert(MEDIA_TAG), links)
    return {
        media_id: tuple(spellings[fold_name(name)] for name in names)
        for media_id, names in names_by_media.items()
    }


def link_tags(
    connection: Connection,
    media_ids: Collection[int],
    added: Sequence[str],
    removed: Sequence[str],
    actor: Actor,
) -> tuple[str, ...]:
    """Link media with more tags and unlink others; return those added as they are to be spelled.

    They are spelled as in `set_tags`. Does not commit.
    """
    folded = [fold_name(name) for name in removed]
    are_removed = MEDIA_TAG.c.tag_id.in_(select(TAG.c.id).where(TAG.c.folded.in_(folded)))
    connection.execute(delete(MEDIA_TAG).where(MEDIA_TAG.c.media_id.in_(media_ids), are_removed))
    ids = make_tags(connection, added)
    spellings = _find_spellings(connection, ids, (), actor)
    links = [{"media_id": media_id, "tag_id": tag_id} for media_id in media_ids for tag_id in ids.values()]
    if links:
        connection.execute(_LINKS[connection.dialect.name], links)
    return tuple(spellings.get(fold_name(name), name) for name in added)


def make_tags(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """Return the ids of tags by their folded names; those that are new are made. Does not commit.

    On PostgreSQL a transaction should make all of its tags at once: they are made in one order, so that
    two that make the same ones never wait for each other.
    """
    folded = sorted(set(map(fold_name, names)))
    if not folded:
        return {}
    connection.execute(_INSERTS[connection.dialect.name], [{"folded": one} for one in folded])
    found = connection.execute(select(TAG.c.folded, TAG.c.id).where(TAG.c.folded.in_(folded)))
    return {row.folded: row.id for row in found}


def offer_tags(session: Session, beginning: str, actor: Actor) -> list[str]:
    """Return tags of media that the actor may see that begin like that, whatever the case, by name.

    Nothing begins with nothing. Raises `AuthenticationRequired`.
    """
    access.check_may_look(actor)
    start = fold_name(beginning)
    if not start:
        return []
    few = _find_few(session.connection(), actor)
    if few is not None:
        known = _read_spellings(few)
        return [known[folded] for folded in sorted(known) if folded.startswith(start)][:MAX_OFFERED]
    begins_so = and_(TAG.c.folded >= start, TAG.c.folded < start + "\U0010ffff")
    query = _select_spelled(begins_so, actor)
    found = session.execute(query.order_by(TAG.c.folded).limit(MAX_OFFERED)).all()
    return [_spell(row.folded, row.tags) for row in found]


def _find_spellings(
    connection: Connection, ids: Mapping[str, int], but: Collection[int], actor: Actor
) -> dict[str, str]:
    """Return how media that the actor may see spell these tags, but those media, by their folded names."""
    if not ids:
        return {}
    few = _find_few(connection, actor)
    if few is not None:
        known = _read_spellings(row for row in few if row.id not in but)
        return {folded: known[folded] for folded in ids.keys() & known.keys()}
    found = connection.execute(_select_spelled(TAG.c.id.in_(ids.values()), actor))
    return {row.folded: _spell(row.folded, row.tags) for row in found}


def _find_few(connection: Connection, actor: Actor) -> Sequence[Row[Any]] | None:
    """Return id and tags of all media that the actor may see, in order, if they are few."""
    if actor.is_admin:
        return None
    sights = [MEDIA.c.is_public == true()]
    if actor.user_id is not None:
        sights.append(MEDIA.c.user_id == actor.user_id)
    found: dict[int, Row[Any]] = {}
    for sight in sights:  # one by one: each has its index
        rows = connection.execute(select(MEDIA.c.id, MEDIA.c.tags).where(sight).limit(FEW_MEDIA + 1)).all()
        if len(rows) > FEW_MEDIA:
            return None
        found |= {row.id: row for row in rows}
    return [found[media_id] for media_id in sorted(found)]


def _read_spellings(media: Iterable[Row[Any]]) -> dict[str, str]:
    """Return all tags of media as the first one spells each, by their folded names."""
    known: dict[str, str] = {}
    for row in media:
        for name in row.tags:
            known.setdefault(fold_name(name), name)
    return known


def _select_spelled(is_meant: ColumnElement[bool], actor: Actor) -> Select[Any]:
    """Select tags of media that the actor may see: with each, all tags of the first such media."""
    tags = (
        select(MEDIA.c.tags)
        .join(MEDIA_TAG, MEDIA_TAG.c.media_id == MEDIA.c.id)
        .where(MEDIA_TAG.c.tag_id == TAG.c.id, access.visible_media(actor, is_by_creation=False))
        .order_by(MEDIA_TAG.c.media_id)
        .limit(1)
        .correlate(TAG)
        .scalar_subquery()
    )
    return select(TAG.c.folded, tags.label("tags")).where(is_meant, tags.is_not(None))


def _spell(folded: str, names: Iterable[str]) -> str:
    return next((name for name in names if fold_name(name) == folded), folded)
