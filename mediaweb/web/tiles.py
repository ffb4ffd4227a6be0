"""`/tiles`: some media as tiles of the gallery, for a script that puts them in their places."""

from flask import Blueprint, render_template, request

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.models.media import TILE_COLUMNS
from mediaweb.services.filters import Condition, FilterOperator, MediaField, OrderDirection, QueryFilter
from mediaweb.services.media import media_service
from mediaweb.web.grid import group_rows
from mediaweb.web.media_page import list_suffix
from mediaweb.web.media_query import MediaQuery
from mediaweb.web.selected import read_ids

MAX_TILES = 100

blueprint = Blueprint("tiles", __name__, url_prefix="/tiles")


@blueprint.get("")
@open_to(Callers.VIEWERS)
def index() -> str:
    """Draw those of the media that the visitor may see, newest first, below their days."""
    ids = read_ids()
    if not 0 < len(ids) <= MAX_TILES:
        raise InvalidInput.at("query", "id", msg=f"Name 1 to {MAX_TILES} media.")
    query = QueryFilter(
        conditions=(Condition(field=MediaField.ID, operator=FilterOperator.IN, value=tuple(sorted(ids))),),
        order_by=MediaField.CREATED_AT,
        order_direction=OrderDirection.DESC,
        limit=MAX_TILES,
    )
    rows = media_service.filter(db.session(), query, current_actor(), TILE_COLUMNS)
    suffix = list_suffix(MediaQuery.read(request.args))
    return render_template("gallery/_days.html", groups=group_rows(rows, MediaQuery()), suffix=suffix)
