"""`/media/<id>/…`: a media's bytes, its previews and its clip."""

from flask import Response

from mediaweb.api.blueprint import blueprint
from mediaweb.api.document import answer, binary, problems
from mediaweb.api.schemas import ClipQuery, DownloadQuery, MediaPath, Problem, SignedLink, ThumbnailQuery
from mediaweb.api.validation import validated
from mediaweb.errors import AuthenticationRequired, Forbidden, LinkExpired
from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.delivery import deliver
from mediaweb.http.guard import Callers, open_to
from mediaweb.http.preview_delivery import deliver_clip, deliver_preview
from mediaweb.services.media import media_service
from mediaweb.services.representations import MediaRow


@blueprint.get(
    "/<int(signed=True):media_id>/download",
    responses={
        "200": binary("The whole file.", "*/*"),
        "206": binary("The ranges that `Range` asks for.", "*/*"),
        "304": {"description": "The file is the one that the caller has already."},
        **problems(403, 404, 412, 416, 422),
    },
)
@open_to(Callers.EVERYBODY)
@validated
def download(path: MediaPath, query: DownloadQuery) -> Response:
    """Download a file, whole or in ranges.

    Answers `HEAD`, `Range` (one or several), `If-Range`, `If-None-Match`, `If-Modified-Since` and `If-Match`
    as RFC 9110 says. What a browser could execute is never shown in place.
    """
    media = _find_file(path.media_id, query)
    return deliver(media, inline=query.disposition == "inline")


@blueprint.get(
    "/<int(signed=True):media_id>/thumbnail",
    responses={
        "200": binary("The picture.", "image/webp", "image/jpeg"),
        "202": answer(Problem, "The picture is being made; come again after `Retry-After` seconds."),
        "304": {"description": "The picture is the one that the caller has already."},
        **problems(403, 404, 422),
    },
)
@open_to(Callers.EVERYBODY)
@validated
def thumbnail(path: MediaPath, query: ThumbnailQuery) -> Response:
    """Get a preview of a media: a small picture of it.

    As WebP, or as JPEG for who accepts only that. `size` is the longest that its long edge may be; a smaller
    picture is not enlarged. The addresses in `thumbnails` never change what they show and may be cached.
    """
    media = _find_file(path.media_id, query)
    return deliver_preview(media, int(query.size))


@blueprint.get(
    "/<int(signed=True):media_id>/clip",
    responses={
        "200": binary("The clip.", "video/mp4"),
        "206": binary("The range that `Range` asks for.", "video/mp4"),
        "304": {"description": "The clip is the one that the caller has already."},
        **problems(403, 404, 416, 422),
    },
)
@open_to(Callers.EVERYBODY)
@validated
def clip(path: MediaPath, query: ClipQuery) -> Response:
    """Get a few seconds of a video, small and silent."""
    return deliver_clip(_find_file(path.media_id, query))


def _find_file(media_id: int, link: SignedLink) -> MediaRow:
    """Return the media that the caller may see, or has a link to. Raises what `MediaService.get` raises."""
    if link.expires is None or link.signature is None:
        return media_service.get(db.session, media_id, current_actor())
    try:
        return media_service.get_by_link(db.session, media_id, link.expires, link.signature)
    except LinkExpired as expired:
        try:
            return media_service.get(db.session, media_id, current_actor())
        except (AuthenticationRequired, Forbidden):
            raise expired from None
