"""What the outside sees of a media: the `MediaRead` object of the API, of live events and of the log."""

from typing import Any

import orjson
from sqlalchemy import Row

from mediaweb.models import Media
from mediaweb.models.media import FIELDS
from mediaweb.services.signed_links import signed_query
from mediaweb.services.store_links import picture_links, sign_file

#: A row of `MEDIA_COLUMNS`, or of more: attributes of a `Media`, read-only and several times cheaper to make.
MediaRow = Row[Any]


def represent_media(media: Media | MediaRow, base_url: str) -> dict[str, Any]:
    """Return a media as a JSON-ready dict; `base_url` has no slash at its end.

    Links to a private file are signed, and those that lead to a bucket: the caller may hand them on, for as
    long as they work.
    """
    return _add_links(stored_fields(media), media, base_url)


def represent_logged(data: str, media: MediaRow, base_url: str) -> dict[str, Any]:
    """Return a media as it was when an event was written, from the event's `data`.

    The links, and fields that the log did not have then, are those of the media's row now.
    """
    logged: dict[str, Any] = orjson.loads(data)
    return _add_links(stored_fields(media) | logged, media, base_url)


def _add_links(fields: dict[str, Any], media: Media | MediaRow, base_url: str) -> dict[str, Any]:
    download_url = f"{base_url}/media/{fields['id']}/download"
    signature = "" if media.is_public else signed_query(media)
    if signature:
        download_url += f"?{signature}"
    fields["url"] = sign_file(media) or download_url
    fields["download_url"] = download_url
    fields["thumbnails"] = picture_links(media, base_url, signature)
    return fields


def stored_fields(media: Media | MediaRow) -> dict[str, Any]:
    """Return what is stored of a media, by name."""
    if isinstance(media, Row):
        return dict(zip(FIELDS, media, strict=False))
    return {name: getattr(media, name) for name in FIELDS}


def dump_json(value: Any) -> bytes:
    """Encode as JSON in UTF-8, times as RFC 3339 in UTC ending in `Z`."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)
