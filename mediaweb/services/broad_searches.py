"""Searches for what many have, as most are while somebody types: their first matches stand early in the list.

On SQLite, where gathering all that match costs most of such a search. PostgreSQL reads no more than needed.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from mediaweb.models.media import MEDIA
from mediaweb.services import access
from mediaweb.services.access import Actor
from mediaweb.services.filter_sql import build_order
from mediaweb.services.filters import MediaField, OrderDirection, QueryFilter
from mediaweb.services.search import match_between, write_sqlite_query

#: So many of the first of the list are looked through.
FIRST = 4000
CACHED_STATEMENTS = 128


def find_among_first(session: Session, query: QueryFilter, actor: Actor, most: int) -> Sequence[int] | None:
    """Return the ids of the first matches, if the first of the list hold `most`; None if that isn't known.

    Only for a search alone, in the order of creation: ids mostly grow with it, so that the full-text index is
    read just where the first ones are. Raises `AuthenticationRequired`.
    """
    access.check_may_look(actor)
    is_by_creation = query.order_by in (None, MediaField.CREATED_AT)
    wanted = write_sqlite_query(query.search)
    if not wanted or query.conditions or not is_by_creation or session.get_bind().dialect.name != "sqlite":
        return None
    direction = OrderDirection.DESC if query.order_by is None else query.order_direction
    values = {"wanted": wanted, "first": FIRST, "most": most}
    ids = session.scalars(_statement(actor, direction), values).all()
    return ids if len(ids) == most else None


@lru_cache(CACHED_STATEMENTS)
def _statement(actor: Actor, direction: OrderDirection) -> Select[Any]:
    order = build_order(MediaField.CREATED_AT, direction)
    visible = access.visible_media(actor)
    head = select(MEDIA.c.id, MEDIA.c.created_at).where(visible).order_by(*order)
    first = head.limit(bindparam("first")).cte("first")
    least, greatest = (select(edge(first.c.id)).scalar_subquery() for edge in (func.min, func.max))
    moment, media_id = first.c.created_at, first.c.id
    is_descending = direction is OrderDirection.DESC
    return (
        select(media_id)
        .where(media_id.in_(match_between(least, greatest)))
        .order_by(*((moment.desc(), media_id.desc()) if is_descending else (moment, media_id)))
        .limit(bindparam("most"))
    )
