"""Which files have previews, by their type: asked by the web process too, so this loads no decoder."""

from enum import StrEnum


class Kind(StrEnum):
    """What draws a file."""

    IMAGE = "image"
    RAW = "raw"
    SVG = "svg"
    VIDEO = "video"
    AUDIO = "audio"
    PDF = "pdf"


#: Of cameras: unprocessed values of the sensor, with a picture beside them.
RAW_TYPES = frozenset(
    {
        "image/x-adobe-dng",
        "image/x-canon-cr2",
        "image/x-canon-cr3",
        "image/x-canon-crw",
        "image/x-fuji-raf",
        "image/x-nikon-nef",
        "image/x-olympus-orf",
        "image/x-panasonic-rw2",
        "image/x-pentax-pef",
        "image/x-samsung-srw",
        "image/x-sony-arw",
    }
)
#: What Pillow and libheif read, as libmagic and `services.media_types` call it.
IMAGE_TYPES = frozenset(
    {
        "image/apng",
        "image/avif",
        "image/bmp",
        "image/gif",
        "image/heic",
        "image/heic-sequence",
        "image/heif",
        "image/heif-sequence",
        "image/jp2",
        "image/jpeg",
        "image/jpm",
        "image/jpx",
        "image/pjpeg",
        "image/png",
        "image/tiff",
        "image/vnd.adobe.photoshop",
        "image/vnd.microsoft.icon",
        "image/webp",
        "image/x-cur",
        "image/x-dds",
        "image/x-icns",
        "image/x-pcx",
        "image/vnd.zbrush.pcx",
        "image/x-portable-bitmap",
        "image/x-portable-graymap",
        "image/x-portable-greymap",
        "image/x-portable-pixmap",
        "image/x-qoi",
        "image/x-sgi",
        "image/x-tga",
    }
)
_OTHERS = {"image/svg+xml": Kind.SVG, "application/pdf": Kind.PDF, "application/ogg": Kind.AUDIO}
#: Sound without sound: notes for a synthesizer, lists of addresses.
_SILENT = frozenset({"audio/midi", "audio/x-midi", "audio/x-mpegurl", "audio/x-scpls"})


def find_kind(mime_type: str) -> Kind | None:
    """Tell what makes the preview of a file of this type; None where nothing does."""
    if mime_type in IMAGE_TYPES:
        return Kind.IMAGE
    if mime_type in RAW_TYPES:
        return Kind.RAW
    if mime_type.startswith("video/"):
        return Kind.VIDEO
    if mime_type.startswith("audio/") and mime_type not in _SILENT:
        return Kind.AUDIO
    return _OTHERS.get(mime_type)
