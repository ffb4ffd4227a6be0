"""`/media/uploads`: files that go straight to the store, and what becomes of them."""

from typing import Any

from flask import Response
from flask_openapi import APIBlueprint, Tag

from mediaweb.api.document import answer, created, operation_id, problems
from mediaweb.api.schemas import DirectUploadRead, UploadPath
from mediaweb.api.validation import validated
from mediaweb.errors import MediaWebError
from mediaweb.extensions import db
from mediaweb.http.callers import base_url, current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.http.responses import empty_response, json_response
from mediaweb.models import UploadState
from mediaweb.services import direct_uploads
from mediaweb.services.direct_uploads import Begun, UploadAnnouncement, read_problem
from mediaweb.services.media import media_service
from mediaweb.services.representations import represent_media

blueprint = APIBlueprint(
    "media_uploads",
    __name__,
    url_prefix="/media/uploads",
    abp_tags=[Tag(name="media")],
    operation_id_callback=operation_id,
)


@blueprint.post(
    "",
    responses={
        "201": created(DirectUploadRead, "Where to send each part, by PUT."),
        **problems(403, 408, 409, 413, 415, 422, 507),
    },
)
@open_to(Callers.EDITORS)
@validated
def create(body: UploadAnnouncement) -> Response:
    """Announce a file that goes straight to the bucket.

    For libraries in a bucket that browsers can reach; others answer `409 no_direct_upload`. Cut the file into
    parts of `part_size` bytes, the last one shorter, send each by `PUT` to its `url`, in any order, and then
    `complete` it. Whoever has such an address may send that part, for as long as it works.
    """
    begun = direct_uploads.begin(db.session(), body, current_actor())
    location = f"{base_url()}/media/uploads/{begun.secret}"
    return json_response(_represent(begun), 201, {"Location": location})


@blueprint.get(
    "/<upload_id>",
    responses={"200": answer(DirectUploadRead, "How far it has come."), **problems(403, 404, 422)},
)
@open_to(Callers.EDITORS)
@validated
def show(path: UploadPath) -> Response:
    """Ask how far an upload has come; while it is open, with fresh addresses for its parts.

    Only who began it is told, until a day after that.
    """
    return json_response(_represent(direct_uploads.get(db.session(), path.upload_id, current_actor())))


@blueprint.post(
    "/<upload_id>/complete",
    responses={
        "202": answer(DirectUploadRead, "All of it has arrived, and is looked at now."),
        **problems(403, 404, 409, 422, 507),
    },
)
@open_to(Callers.EDITORS)
@validated
def complete(path: UploadPath) -> Response:
    """End an upload of which all parts were sent.

    A worker then reads it: it becomes a media (`stored`) if its length, its checksum and its type are right,
    and is deleted (`refused`, with the `problem`) otherwise. Nobody sees it before.
    """
    begun = direct_uploads.complete(db.session(), path.upload_id, current_actor())
    return json_response(_represent(begun), 202)


@blueprint.delete(
    "/<upload_id>",
    responses={"204": {"description": "Its parts are gone."}, **problems(403, 404, 422)},
)
@open_to(Callers.EDITORS)
@validated
def destroy(path: UploadPath) -> Response:
    """Let go of an upload that is open. One that is complete goes on."""
    direct_uploads.cancel(db.session(), path.upload_id, current_actor())
    return empty_response()


def _represent(begun: Begun) -> dict[str, Any]:
    row = begun.row
    return {
        "id": begun.secret,
        "state": row.state,
        "part_size": begun.part_bytes,
        "parts": [{"number": number, "url": url} for number, url in enumerate(begun.part_urls, 1)],
        "expires_at": row.expires_at,
        "problem": read_problem(row),
        "media_id": row.media_id,
        "media": _find_media(row.media_id) if row.state == UploadState.STORED else None,
    }


def _find_media(media_id: int | None) -> dict[str, Any] | None:
    """Return the media, if the caller may see it: nobody known sees what they uploaded as private."""
    if media_id is None:
        return None
    try:
        media = media_service.get(db.session(), media_id, current_actor())
    except MediaWebError:
        return None
    return represent_media(media, base_url())
