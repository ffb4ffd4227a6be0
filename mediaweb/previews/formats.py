"""What can have previews: the kinds of files, by MIME type."""

from enum import StrEnum


class Kind(StrEnum):
    """A family of formats with one decoder."""

    IMAGE = "image"
    RAW = "raw"
    SVG = "svg"
    VIDEO = "video"
    AUDIO = "audio"
    PDF = "pdf"


def find_kind(mime_type: str) -> Kind | None:
    """Return what decodes a type; None for a type without a preview."""
    return Kind.IMAGE if mime_type.startswith("image/") else None
