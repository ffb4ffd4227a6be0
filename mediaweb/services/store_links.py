"""Addresses at which a store itself serves a file, signed for a while; None where it goes through us.

Who has such an address may fetch the file until it expires, whatever becomes of the media: only deleting the
file ends it sooner.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from mediaweb.extensions import settings, stores
from mediaweb.services.presentation import present
from mediaweb.services.preview_files import (
    SUFFIXES,
    WEBP,
    AnyMedia,
    list_previews,
    preview_key,
    thumbnail_links,
)
from mediaweb.storage import Presentation

#: Previews are safe to show: we made them.
_PREVIEWS = {mime_type: Presentation(mime_type, "inline") for mime_type in (*SUFFIXES, "video/mp4")}


def sign_file(media: AnyMedia, is_inline: bool = False, method: str = "GET") -> str | None:
    """Return the address of a media's file, good for URL_EXPIRY_SECONDS from now."""
    store = stores.find(media.storage_backend)
    if store is None:
        return None
    lifetime = settings.url_expiry_seconds
    return store.url(media.storage_path, lifetime, present(media, is_inline), method=method)


def sign_preview(media: AnyMedia, key: str, mime_type: str = WEBP, method: str = "GET") -> str | None:
    """Return the address of a preview, the same for half of URL_EXPIRY_SECONDS, so that browsers keep it.

    It works for at least the other half.
    """
    store = stores.find(media.storage_backend)
    if store is None:
        return None
    signed_at = datetime.fromtimestamp(signing_window() * _window_seconds(), UTC)
    lifetime = settings.url_expiry_seconds
    return store.url(key, lifetime, _PREVIEWS[mime_type], signed_at=signed_at, method=method)


def picture_links(media: AnyMedia, base_url: str, signed_query: str = "") -> Mapping[str, str]:
    """Return where browsers find a media's previews by their width in pixels: at the store, or through us."""
    signed = {
        width: sign_preview(media, preview_key(media.storage_path, size))
        for width, size in list_previews(media)
    }
    direct = {width: address for width, address in signed.items() if address is not None}
    return direct or thumbnail_links(media, base_url, signed_query)


def signing_window() -> int:
    """Return the number of the time for which addresses of previews stay the same; 0 where there are none."""
    return 0 if stores.browser_origin is None else int(time.time()) // _window_seconds()


def seconds_left() -> int:
    """Return for how long such an address may be kept: until the next one is made."""
    return _window_seconds() - int(time.time()) % _window_seconds()


def _window_seconds() -> int:
    return max(1, settings.url_expiry_seconds // 2)
