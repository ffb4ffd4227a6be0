"""`/tiles`: some media as tiles of the gallery, for a script that puts them in their places."""

from flask import Blueprint, render_template, request

from mediaweb.errors import InvalidInput
from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.models.media import TILE_COLUMNS
from mediaweb.services.windows import select_among
from mediaweb.web.grid import group_rows
from mediaweb.web.media_conditions import to_filter
from mediaweb.web.media_page import list_suffix
from mediaweb.web.media_query import MediaQuery
from mediaweb.web.selected import read_ids

MAX_TILES = 100

blueprint = Blueprint("tiles", __name__, url_prefix="/tiles")


@blueprint.get("")
@open_to(Callers.VIEWERS)
def index() -> str:
    """Draw those of the media that the visitor may see, below their days.

    The rest of the address is that of a list: what is not in it is left out, and its order is theirs.
    """
    ids = read_ids()
    if not 0 < len(ids) <= MAX_TILES:
        raise InvalidInput.at("query", "id", msg=f"Name 1 to {MAX_TILES} media.")
    query = MediaQuery.read(request.args)
    rows = select_among(db.session(), to_filter(query, MAX_TILES), current_actor(), ids, TILE_COLUMNS)
    return render_template(
        "gallery/_days.html", groups=group_rows(rows, query), query=query, suffix=list_suffix(query)
    )
