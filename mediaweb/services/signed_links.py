"""Links by which whoever has them may fetch one private file, for a while.

A link is bound to the item, its content and its privacy generation: it dies when its time is over, and when
the media is made private again, changes hands, is replaced or deleted.
"""

import time
from typing import Any

from sqlalchemy import Row

from mediaweb.errors import LinkExpired
from mediaweb.extensions import link_signer, settings
from mediaweb.models import Media


def signed_query(media: Media | Row[Any]) -> str:
    """Return the query of a link to a media's bytes that works for URL_EXPIRY_SECONDS from now."""
    expires = int(time.time()) + settings.url_expiry_seconds
    return f"expires={expires}&signature={link_signer.get_signature(_statement(media, expires)).decode()}"


def check_signature(media: Media | Row[Any], expires: int, signature: str) -> None:
    """Raise `LinkExpired` unless this was signed for the media as it is, and its time is not over."""
    is_ours = link_signer.verify_signature(_statement(media, expires), signature)  # in constant time
    if not is_ours or expires < time.time():
        raise LinkExpired


def _statement(media: Media | Row[Any], expires: int) -> str:
    return f"{media.id} {media.privacy_generation} {media.checksum} {expires}"
