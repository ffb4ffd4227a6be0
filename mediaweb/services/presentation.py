"""What browsers are told of a file: its type, its name, and whether it may be shown in place (RFC 6266)."""

from urllib.parse import quote

from mediaweb.models import FileType
from mediaweb.services.preview_files import AnyMedia
from mediaweb.storage import Presentation

INLINE_TYPES = frozenset({"application/pdf", "text/plain"})
#: Formats that a browser would execute, in which a stored file could act as a page of this site.
EXECUTABLE_TYPES = frozenset({"image/svg+xml"})


def present(media: AnyMedia, is_inline: bool) -> Presentation:
    """Return what browsers are told of a media's file; `is_inline` is for what `can_show_inline` only."""
    kind = "inline" if is_inline else "attachment"
    return Presentation(_content_type(media.mime_type), _disposition(kind, media.filename))


def can_show_inline(media: AnyMedia) -> bool:
    """Tell whether a browser may show this in place: pictures, sound, video, PDF and plain text."""
    if media.mime_type in EXECUTABLE_TYPES:
        return False
    return (
        media.file_type in (FileType.IMAGE, FileType.VIDEO, FileType.AUDIO) or media.mime_type in INLINE_TYPES
    )


def _content_type(mime_type: str) -> str:
    return f"{mime_type}; charset=utf-8" if mime_type.startswith("text/") else mime_type


def _disposition(kind: str, filename: str) -> str:
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in filename)
    value = f'{kind}; filename="{plain}"'
    return value if plain == filename else f"{value}; filename*=UTF-8''{quote(filename, safe='')}"
