"""What a file is: decided by its content, refined by its name, never believed from its name."""

import mimetypes
import re
import threading
from codecs import getincrementaldecoder
from dataclasses import dataclass
from functools import cache
from typing import Any

from mediaweb.errors import FileTypeRefused, StartupError
from mediaweb.models import FileType
from mediaweb.services.filenames import split_extension

#: How much of a file's beginning decides its type, in bytes.
SNIFF_BYTES = 8192

GENERIC_BINARY = "application/octet-stream"

#: The standard library's table, without what the machine's own files add to it.
STANDARD_EXTENSIONS = mimetypes.MimeTypes(filenames=()).types_map[True]
#: What that table lacks, or calls otherwise than libmagic does.
EXTENSIONS = {
    ".7z": "application/x-7z-compressed",
    ".aac": "audio/aac",
    ".arw": "image/x-sony-arw",
    ".avif": "image/avif",
    ".cr2": "image/x-canon-cr2",
    ".cr3": "image/x-canon-cr3",
    ".csv": "text/csv",
    ".dng": "image/x-adobe-dng",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".epub": "application/epub+zip",
    ".flac": "audio/flac",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".htm": "text/html",
    ".html": "text/html",
    ".ico": "image/vnd.microsoft.icon",
    ".jfif": "image/jpeg",
    ".jpe": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".jxl": "image/jxl",
    ".m4a": "audio/mp4",
    ".m4v": "video/mp4",
    ".md": "text/markdown",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".nef": "image/x-nikon-nef",
    ".nrw": "image/x-nikon-nef",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".orf": "image/x-olympus-orf",
    ".pdf": "application/pdf",
    ".pef": "image/x-pentax-pef",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".raf": "image/x-fuji-raf",
    ".rtf": "text/rtf",
    ".rw2": "image/x-panasonic-rw2",
    ".srw": "image/x-samsung-srw",
    ".svg": "image/svg+xml",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "text/xml",
    ".zip": "application/zip",
}

#: One format, several names: what versions of libmagic call it, and what it is called here.
ALIASES = {
    "application/csv": "text/csv",
    "application/javascript": "text/javascript",
    "application/x-dosexec": "application/vnd.microsoft.portable-executable",
    "application/x-empty": "text/plain",
    "application/x-javascript": "text/javascript",
    "audio/vnd.wave": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/x-m4a": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "image/x-icon": "image/vnd.microsoft.icon",
    "image/x-ms-bmp": "image/bmp",
    "video/x-m4v": "video/mp4",
}

#: Which extension's types a generic finding may become.
ZIP_BASED = frozenset(
    mime
    for mime in EXTENSIONS.values()
    if mime.startswith(("application/vnd.openxmlformats", "application/vnd.oasis"))
    or mime == "application/epub+zip"
)
OLE_BASED = frozenset({"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"})
#: Formats that have no signature at their beginning, so that their content looks like any bytes.
UNSIGNED_BINARY = frozenset({"audio/mpeg", "audio/aac"})
#: How camera RAW files begin; libmagic takes many for plain TIFF, and has no name for some.
TIFF_HEADS = (b"II*\0", b"MM\0*")
RAW_HEADS = {
    "image/x-adobe-dng": TIFF_HEADS,
    "image/x-canon-cr2": (b"II*\0\x10\0\0\0CR",),
    "image/x-canon-cr3": (b"\0\0\0\x18ftypcrx ",),
    "image/x-fuji-raf": (b"FUJIFILMCCD-RAW",),
    "image/x-nikon-nef": TIFF_HEADS,
    "image/x-olympus-orf": (b"IIRO", b"IIRS", b"MMOR"),
    "image/x-panasonic-rw2": (b"IIU\0",),
    "image/x-pentax-pef": TIFF_HEADS,
    "image/x-samsung-srw": TIFF_HEADS,
    "image/x-sony-arw": TIFF_HEADS,
}
OLE_CONTAINERS = frozenset({"application/x-ole-storage", "application/CDFV2", "application/vnd.ms-office"})

DOCUMENT_TYPES = ZIP_BASED | OLE_BASED | {"application/pdf", "application/rtf"}
ARCHIVE_TYPES = frozenset({"application/zip", "application/x-7z-compressed", "application/x-tar"})
PLAYABLE = frozenset({FileType.IMAGE, FileType.VIDEO, FileType.AUDIO})
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
#: Text that a browser would run or that only programs read; not a document a person reads.
CODE_TYPES = frozenset({"text/html", "text/xml", "text/javascript", "application/xhtml+xml"})
#: Formats that are text, whatever their family; a name for one may hold another.
TEXTUAL_TYPES = CODE_TYPES | {"application/json", "application/x-ndjson", "application/xml", "image/svg+xml"}
#: One container, two families: what the content is called and what a name may call it.
SAME_CONTAINER = (
    frozenset({"video/mp4", "audio/mp4", "video/quicktime", "video/3gpp", "audio/3gpp"}),
    frozenset({"video/ogg", "audio/ogg", "application/ogg"}),
    frozenset({"video/webm", "audio/webm", "video/x-matroska", "audio/x-matroska"}),
    frozenset({"video/x-ms-asf", "video/x-ms-wmv", "audio/x-ms-wma"}),
)


@dataclass(frozen=True, slots=True)
class DetectedType:
    """A MIME type and the family it is sorted into."""

    mime_type: str
    file_type: FileType


def detect_type(head: bytes, filename: str, declared: str | None = None) -> DetectedType:
    """Decide a file's type from its first `SNIFF_BYTES` bytes.

    A generic finding (plain text, a zip) is refined by the extension, or by the declared type where the
    name has none. Raises `FileTypeRefused` when the content contradicts the extension's family.
    """
    found = _sniff(head)
    claimed = type_of_extension(filename)
    mime_type = _refine(found, claimed or (declared or "").partition(";")[0].strip().lower(), head)
    if claimed and _contradicts(mime_type, claimed, head):
        extension = split_extension(filename)[1]
        raise FileTypeRefused(f"The name ends in {extension}, but the content is {mime_type}.")
    return DetectedType(mime_type, family_of(mime_type))


def type_of_extension(filename: str) -> str | None:
    """Return the MIME type that a name claims, None where it claims nothing."""
    extension = split_extension(filename)[1].lower()
    claimed = EXTENSIONS.get(extension) or STANDARD_EXTENSIONS.get(extension)
    return None if claimed == GENERIC_BINARY else claimed


def family_of(mime_type: str) -> FileType:
    """Sort a MIME type into one of the five families."""
    major = mime_type.partition("/")[0]
    if major in ("image", "video", "audio"):
        return FileType(major)
    if mime_type in DOCUMENT_TYPES or (major == "text" and mime_type not in CODE_TYPES):
        return FileType.DOCUMENT
    return FileType.OTHER


def is_allowed(mime_type: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a type matches one of `image/*`, `video/mp4`, `*/*`."""
    major = mime_type.partition("/")[0]
    return any(pattern in ("*/*", f"{major}/*", mime_type) for pattern in patterns)


def _refine(found: str, claimed: str, head: bytes) -> str:
    """Replace a generic finding by the more exact claim, where the content bears it out."""
    is_borne_out = (
        (found == "text/plain" and claimed.startswith("text/") and claimed not in CODE_TYPES)
        or (found in TEXTUAL_TYPES | {"text/plain"} and claimed == "image/svg+xml" and b"<svg" in head)
        or (found == "application/zip" and claimed in ZIP_BASED)
        or (found in OLE_CONTAINERS and claimed in OLE_BASED)
        or (found == GENERIC_BINARY and claimed in UNSIGNED_BINARY)
        or head.startswith(RAW_HEADS.get(claimed, ()))
        or any(found in container and claimed in container for container in SAME_CONTAINER)
    )
    return claimed if is_borne_out else found


def _contradicts(mime_type: str, claimed: str, head: bytes) -> bool:
    family, claimed_family = family_of(mime_type), family_of(claimed)
    if family is claimed_family:
        return False
    if claimed_family in PLAYABLE:
        return True
    if _is_textual(claimed) and (_is_textual(mime_type) or _is_text(head)):
        return False  # a mail, subtitles or a script in a .txt
    # The family "other" promises little: that this is nothing to look at, and that an archive is an archive.
    if family in PLAYABLE or (claimed in ARCHIVE_TYPES and mime_type == "application/pdf"):
        return True
    return claimed_family is FileType.DOCUMENT


def _is_textual(mime_type: str) -> bool:
    return mime_type.startswith("text/") or mime_type in TEXTUAL_TYPES


def _is_text(head: bytes) -> bool:
    """Tell whether bytes are UTF-8 without control characters; the last character may be cut off."""
    try:
        text = getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not _CONTROL_CHARACTERS.search(text)


def _sniff(head: bytes) -> str:
    with _lock:
        found: str = _libmagic().from_buffer(head[:SNIFF_BYTES])
    if found == GENERIC_BINARY and _is_text(head):
        return "text/plain"  # libmagic makes no guess at a single character
    if found == GENERIC_BINARY and head.startswith(b"PK\x03\x04"):
        return "application/zip"  # before 5.46 it has no name for some Office documents
    return ALIASES.get(found, found)


_lock = threading.Lock()


@cache
def _libmagic() -> Any:
    try:
        import magic
    except ImportError:
        try:
            import pylibmagic  # noqa: F401, I001 - puts the library it carries where python-magic looks
            import magic
        except (ImportError, OSError) as error:
            raise StartupError(
                "libmagic is missing, and so is the pylibmagic package that carries it. "
                "Install the package libmagic1 (Debian), file-libs (Fedora) or libmagic (Homebrew)."
            ) from error
    return magic.Magic(mime=True)


def check_libmagic() -> None:
    """Load libmagic. Raises `StartupError` if this machine has none."""
    _libmagic()
