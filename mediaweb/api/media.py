"""`/media`: upload, list, look up, filter, change and delete."""

from collections.abc import Iterable
from typing import Any

from flask import Response, request

from mediaweb.api.blueprint import blueprint
from mediaweb.api.document import Responses, answer, created, problems, upload_form
from mediaweb.api.schemas import (
    DeleteQuery,
    FileTypePath,
    ListQuery,
    MediaList,
    MediaPage,
    MediaPath,
    MediaRead,
    MediaUploaded,
    StorageInfo,
    UserPath,
)
from mediaweb.api.validation import validated
from mediaweb.extensions import db, settings, storage
from mediaweb.http.bodies import UploadForm
from mediaweb.http.callers import base_url, current_actor
from mediaweb.http.guard import Callers, open_to
from mediaweb.http.responses import empty_response, json_response
from mediaweb.models.types import MAX_ID
from mediaweb.services import access
from mediaweb.services.filters import Condition, FilterOperator, MediaField, OrderDirection, QueryFilter
from mediaweb.services.incoming import MediaChanges
from mediaweb.services.media import media_service
from mediaweb.services.representations import MediaRow, represent_media
from mediaweb.services.trash import trash as move_into_trash

LIST: Responses = {"200": answer(MediaList, "The media, newest first.")}
FILTERED = problems(403, 408, 413, 415, 422)


@blueprint.post(
    "/upload",
    request_body=upload_form(),
    responses={
        "201": created(MediaUploaded, "The file is stored."),
        **problems(403, 408, 413, 415, 422, 507),
    },
)
@open_to(Callers.EDITORS)
@validated
def create() -> Response:
    """Upload a file.

    Its type is found in its content; a name that contradicts it is refused. Without `user_id` nobody owns
    the file, and unless `is_public` only admins see it.
    """
    actor = current_actor()
    access.check_can_upload(actor)
    form = UploadForm(request, settings.max_file_size)
    media = media_service.receive(db.session(), form.incoming_file(), actor, settings.max_file_size)
    address = base_url()
    location = f"{address}/media/{media.id}"
    uploaded = represent_media(media, address) | {"message": "File uploaded successfully"}
    return json_response(uploaded, 201, {"Location": location})


@blueprint.get("/", strict_slashes=False, responses=LIST | problems(422))
@open_to(Callers.VIEWERS)
@validated
def index(query: ListQuery) -> Response:
    """List media, newest first."""
    return _list(query)


@blueprint.get("/user/<int(signed=True):user_id>", responses=LIST | problems(404, 422))
@open_to(Callers.VIEWERS)
@validated
def index_of_user(path: UserPath, query: ListQuery) -> Response:
    """List a user's media, newest first."""
    user_id = path.user_id if 0 < path.user_id <= MAX_ID else 0  # nobody's, and no database could hold it
    return _list(
        query, Condition.model_construct(field=MediaField.USER_ID, operator=FilterOperator.EQ, value=user_id)
    )


@blueprint.get("/type/<file_type>", responses=LIST | problems(404, 422))
@open_to(Callers.VIEWERS)
@validated
def index_of_type(path: FileTypePath, query: ListQuery) -> Response:
    """List the media of one file type, newest first."""
    return _list(
        query,
        Condition.model_construct(
            field=MediaField.FILE_TYPE, operator=FilterOperator.EQ, value=path.file_type.value
        ),
    )


@blueprint.get("/public/list", responses=LIST | problems(422))
@open_to(Callers.VIEWERS)
@validated
def index_of_public(query: ListQuery) -> Response:
    """List public media, newest first."""
    return _list(
        query, Condition.model_construct(field=MediaField.IS_PUBLIC, operator=FilterOperator.EQ, value=True)
    )


@blueprint.post(
    "/filter", responses={"200": answer(MediaList, "The media, in the order asked for."), **FILTERED}
)
@open_to(Callers.VIEWERS)
@validated
def filter(body: QueryFilter) -> Response:  # noqa: A001 - the operation's name on the wire
    """Filter media by conditions and groups of conditions.

    At most 100 conditions in all, nested at most 10 levels deep. `contains`, `startswith` and `endswith` are
    case-sensitive and literal; `icontains` ignores case; `ne` and `not_in` also match what is not set.
    """
    rows = media_service.filter(db.session(), body, current_actor())
    return json_response(_represent(rows))


@blueprint.post(
    "/filter/paginated",
    responses={"200": answer(MediaPage, "A part of the media, and how many there are."), **FILTERED},
)
@open_to(Callers.VIEWERS)
@validated
def filter_paginated(body: QueryFilter) -> Response:
    """Filter media and count how many match in all.

    The same filters, with what a pager needs: `total` and `has_more`.
    """
    page = media_service.filter_paginated(db.session(), body, current_actor())
    return json_response(
        {
            "data": _represent(page.data),
            "total": page.total,
            "limit": page.limit,
            "offset": page.offset,
            "has_more": page.has_more,
        }
    )


@blueprint.get("/stats/info", responses={"200": answer(StorageInfo, "Where files are kept."), **problems()})
@open_to(Callers.VIEWERS)
@validated
def storage_info() -> Response:
    """Tell where files are kept.

    Only admins see the folder's full path, and where the server itself reaches the store.
    """
    actor = current_actor()
    if settings.use_s3:
        endpoint = settings.s3_endpoint_url if actor.is_admin else settings.s3_public_endpoint_url
        bucket: str | None = settings.s3_bucket_name
        folder = None
    else:
        endpoint, bucket = None, None
        folder = str(settings.media_path) if actor.is_admin else settings.media_path.name
    return json_response(
        {
            "backend": storage.name,
            "bucket_name": bucket,
            "media_folder": folder,
            "endpoint_url": None if endpoint is None else str(endpoint).rstrip("/"),
        }
    )


@blueprint.get(
    "/<int(signed=True):media_id>", responses={"200": answer(MediaRead, "The media."), **problems(403, 404)}
)
@open_to(Callers.VIEWERS)
@validated
def show(path: MediaPath) -> Response:
    """Look up one media."""
    media = media_service.get(db.session, path.media_id, current_actor())
    return json_response(represent_media(media, base_url()))


@blueprint.patch(
    "/<int(signed=True):media_id>",
    responses={
        "200": answer(MediaRead, "The media as it is now."),
        **problems(403, 404, 408, 413, 415, 422, 507),
    },
)
@open_to(Callers.EDITORS)
@validated
def update(path: MediaPath, body: MediaChanges) -> Response:
    """Change a media's metadata.

    Fields that are not sent stay as they are; `{}` changes nothing. The file itself can't be changed.
    """
    media = media_service.update(db.session(), path.media_id, body, current_actor())
    return json_response(represent_media(media, base_url()))


@blueprint.delete(
    "/<int(signed=True):media_id>",
    responses={"204": {"description": "It is gone."}, **problems(403, 404, 422, 507)},
)
@open_to(Callers.EDITORS)
@validated
def destroy(path: MediaPath, query: DeleteQuery) -> Response:
    """Delete a media and its file for good, or move it into the trash.

    With `trash=1` it can be restored for some days; where there is no trash (`TRASH_DAYS=0`), it can't.
    """
    if query.trash:
        move_into_trash(db.session(), path.media_id, current_actor())
    else:
        media_service.delete(db.session(), path.media_id, current_actor())
    return empty_response()


def _list(query: ListQuery, *conditions: Condition) -> Response:
    page = QueryFilter.model_construct(
        conditions=conditions,
        order_by=MediaField.CREATED_AT,
        order_direction=OrderDirection.DESC,
        limit=query.limit,
        offset=query.skip,
    )
    rows = media_service.filter(db.session(), page, current_actor())
    return json_response(_represent(rows))


def _represent(rows: Iterable[MediaRow]) -> list[dict[str, Any]]:
    address = base_url()
    return [represent_media(row, address) for row in rows]
