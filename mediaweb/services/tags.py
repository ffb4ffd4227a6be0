"""Tags of media: one spelling for all, found whatever the case."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, Insert, delete, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mediaweb.models.engine import fold_case
from mediaweb.models.media import MEDIA
from mediaweb.models.tag import MEDIA_TAG, TAG
from mediaweb.services import access
from mediaweb.services.access import Actor

#: How many tags are offered while one is typed.
MAX_OFFERED = 12

_INSERTS: dict[str, Insert] = {
    "sqlite": sqlite.insert(TAG).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(TAG).on_conflict_do_nothing(),
}


def set_tags(
    connection: Connection, names_by_media: Mapping[int, Sequence[str]]
) -> dict[int, tuple[str, ...]]:
    """Give each media exactly these tags; return them as they are spelled. Does not commit.

    A tag is spelled as the first media that has it spells it, until no other media has it.
    """
    wanted = {fold_case(name): name for names in names_by_media.values() for name in names}
    ids, spellings = _find_or_make(connection, wanted, names_by_media.keys())
    connection.execute(delete(MEDIA_TAG).where(MEDIA_TAG.c.media_id.in_(names_by_media)))
    links = [
        {"media_id": media_id, "tag_id": ids[fold_case(name)]}
        for media_id, names in names_by_media.items()
        for name in names
    ]
    if links:
        connection.execute(insert(MEDIA_TAG), links)
    return {
        media_id: tuple(spellings[fold_case(name)] for name in names)
        for media_id, names in names_by_media.items()
    }


def offer_tags(session: Session, beginning: str, actor: Actor) -> Sequence[str]:
    """Return tags of media that the actor may see that begin like that, whatever the case, by name.

    Raises `AuthenticationRequired`.
    """
    start = fold_case(" ".join(beginning.split()))
    has_media = exists().where(
        MEDIA_TAG.c.tag_id == TAG.c.id, MEDIA.c.id == MEDIA_TAG.c.media_id, access.visible_media(actor)
    )
    begins_so = TAG.c.folded.between(start, start + "\U0010ffff")
    query = select(TAG.c.name).where(begins_so, has_media).order_by(TAG.c.folded).limit(MAX_OFFERED)
    return session.scalars(query).all()


def _find_or_make(
    connection: Connection, wanted: Mapping[str, str], media_ids: Collection[int]
) -> tuple[dict[str, int], dict[str, str]]:
    """Return ids and spellings of tags by their folded names."""
    if not wanted:
        return {}, {}
    # In one order: two who make the same tags never wait for each other.
    rows = [{"folded": folded, "name": wanted[folded]} for folded in sorted(wanted)]
    connection.execute(_INSERTS[connection.dialect.name], rows)
    found = connection.execute(select(TAG).where(TAG.c.folded.in_(wanted))).all()
    respelled = {row.id: wanted[row.folded] for row in found if row.name != wanted[row.folded]}
    taken = _respell(connection, respelled, media_ids) if respelled else {}
    return (
        {row.folded: row.id for row in found},
        {row.folded: taken.get(row.id, row.name) for row in found},
    )


def _respell(connection: Connection, names: Mapping[int, str], media_ids: Iterable[int]) -> dict[int, str]:
    """Spell tags anew that no other media has; return those."""
    others = MEDIA_TAG.alias()
    has_others = exists().where(others.c.tag_id == TAG.c.id, others.c.media_id.not_in(media_ids))
    free = connection.scalars(select(TAG.c.id).where(TAG.c.id.in_(names), ~has_others)).all()
    for tag_id in free:
        connection.execute(update(TAG).where(TAG.c.id == tag_id).values(name=names[tag_id]))
    return {tag_id: names[tag_id] for tag_id in free}
