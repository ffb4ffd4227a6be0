"""Previews as HTTP: small, the same for ever at an address that carries the content's version."""

from flask import Response, request

from mediaweb.errors import NoPreview
from mediaweb.http.delivery import send_to_store
from mediaweb.services.jpeg_copies import find_jpeg
from mediaweb.services.preview_files import (
    JPEG,
    WEBP,
    choose_size,
    clip_key,
    content_version,
    preview_key,
    read_preview,
)
from mediaweb.services.representations import MediaRow
from mediaweb.services.store_links import seconds_left, sign_preview

#: A year, the longest that caches believe (RFC 9111). Caches that several people share ask again after five
#: minutes, so that a picture that was made private is soon gone from them.
PUBLIC_FOR_EVER = "public, max-age=31536000, s-maxage=300, immutable"
PRIVATE_FOR_EVER = "private, max-age=31536000, immutable"


def deliver_preview(media: MediaRow, wanted_size: int) -> Response:
    """Answer with a preview, as JPEG for who prefers that to WebP.

    Raises `NoPreview`, `PreviewPending` and what reading it raises.
    """
    size = choose_size(media, wanted_size)
    accepted = request.accept_mimetypes
    if accepted and accepted.quality(JPEG) > accepted.quality(WEBP):
        response = _respond(media, find_jpeg(media, size), JPEG, f"{size}-jpg")
    else:
        response = _respond(media, preview_key(media.storage_path, size), WEBP, str(size))
    response.headers["Vary"] = "Accept"
    return response


def deliver_private_preview(media: MediaRow, wanted_size: int) -> Response:
    """Answer with a preview of a media that is in no list, for nobody else's cache. Raises likewise."""
    size = choose_size(media, wanted_size)
    response = Response(read_preview(media, preview_key(media.storage_path, size)), mimetype=WEBP)
    response.set_etag(f"{content_version(media)}-{size}")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Content-Disposition"] = "inline"
    response.make_conditional(request)
    return response


def deliver_clip(media: MediaRow) -> Response:
    """Answer with a video's short silent clip, whole or in ranges. Raises `NoPreview`, or as reading does."""
    if not media.has_clip:
        raise NoPreview
    return _respond(media, clip_key(media.storage_path), "video/mp4", "clip")


def _respond(media: MediaRow, key: str, mime_type: str, name: str) -> Response:
    address = sign_preview(media, key, mime_type, request.method)
    if address is not None:
        return send_to_store(address, f"private, max-age={seconds_left()}")
    content = read_preview(media, key)
    response = Response(content, mimetype=mime_type)
    version = content_version(media)
    response.set_etag(f"{version}-{name}")
    is_versioned = request.args.get("v") == version
    if is_versioned:
        response.headers["Cache-Control"] = PUBLIC_FOR_EVER if media.is_public else PRIVATE_FOR_EVER
    else:
        response.headers["Cache-Control"] = f"{'public' if media.is_public else 'private'}, no-cache"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Content-Disposition"] = "inline"
    response.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return response
