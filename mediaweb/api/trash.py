"""`/media/trash`: list what was deleted, restore it, delete it for good."""

from typing import Any

from flask import Response
from flask_openapi import APIBlueprint, Tag

from mediaweb.api.document import answer, operation_id, problems
from mediaweb.api.schemas import ListQuery, MediaPath, MediaRead, TrashList
from mediaweb.api.validation import validated
from mediaweb.errors import MediaNotFound
from mediaweb.extensions import db
from mediaweb.http.callers import base_url, current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.http.responses import empty_response, json_response
from mediaweb.services import trash
from mediaweb.services.representations import MediaRow, represent_media

#: What is told of a media in the trash.
FIELDS = ("id", "filename", "file_size", "mime_type", "file_type", "user_id", "is_public", "trashed_at")

blueprint = APIBlueprint(
    "media_trash",
    __name__,
    url_prefix="/media",
    abp_tags=[Tag(name="media")],
    operation_id_callback=operation_id,
)


@blueprint.get(
    "/trash",
    responses={"200": answer(TrashList, "What the caller may restore."), **problems(422)},
)
@open_to(Callers.VIEWERS)
@validated
def index(query: ListQuery) -> Response:
    """List the trash, what was deleted last first.

    It holds what the caller may restore: admins find all, others what is theirs.
    """
    rows = trash.list_trash(db.session(), current_actor(), query.limit, query.skip)
    return json_response([_represent(row) for row in rows])


@blueprint.post(
    "/<int(signed=True):media_id>/restore",
    responses={"200": answer(MediaRead, "The media, back in the library."), **problems(403, 404, 507)},
)
@open_to(Callers.EDITORS)
@validated
def restore(path: MediaPath) -> Response:
    """Restore a media from the trash.

    It is as it was, under the same id. Links that were signed for it before it was deleted stay dead.
    """
    media = trash.restore(db.session(), path.media_id, current_actor())
    return json_response(represent_media(media, base_url()))


@blueprint.delete(
    "/trash/<int(signed=True):media_id>",
    responses={"204": {"description": "It is gone for good."}, **problems(403, 404, 507)},
)
@open_to(Callers.EDITORS)
@validated
def destroy(path: MediaPath) -> Response:
    """Delete a media that is in the trash, and its file, for good."""
    if not trash.delete_for_good(db.session(), [path.media_id], current_actor()).changed:
        raise MediaNotFound
    return empty_response()


def _represent(row: MediaRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS} | {"expires_at": trash.expires_at(row.trashed_at)}
