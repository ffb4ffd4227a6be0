"""Many media as one attachment, sent while it is written."""

from collections.abc import Iterable

from flask import Response
from werkzeug.datastructures import Headers

from mediaweb.extensions import db
from mediaweb.http.callers import current_actor
from mediaweb.http.delivery import FileResponse
from mediaweb.models.types import utc_now
from mediaweb.services.archives import make_archive


def deliver_archive(media_ids: Iterable[int]) -> Response:
    """Answer with a zip of the media that the caller may see. Raises what `make_archive` raises.

    The database session ends with the request's context, before the first byte is sent.
    """
    archive = make_archive(db.session(), media_ids, current_actor())
    headers = Headers(
        [
            ("Content-Type", "application/zip"),
            ("Content-Disposition", f'attachment; filename="mediaweb-{utc_now():%Y-%m-%d}.zip"'),
            ("Content-Length", str(archive.size_bytes)),
            ("Accept-Ranges", "none"),
            ("Cache-Control", "private, no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
            ("Content-Security-Policy", "sandbox; default-src 'none'"),
        ]
    )
    return FileResponse(iter(archive), 200, headers, direct_passthrough=True)
