"""How pages write sizes, times and kinds of files; every function here is a filter of the templates.

Days and times are those of the server's own time zone: on a laptop or at home it is the viewer's, too.
"""

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask

from mediaweb.models import FileType
from mediaweb.services.filenames import split_extension
from mediaweb.web.browsers import browser_name

#: Images that every current browser draws.
DRAWABLE_TYPES = frozenset(
    {
        "image/apng",
        "image/avif",
        "image/bmp",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/svg+xml",
        "image/vnd.microsoft.icon",
        "image/webp",
        "image/x-icon",
        "image/x-ms-bmp",
    }
)
FILE_ICONS = {
    FileType.IMAGE: "image",
    FileType.VIDEO: "film",
    FileType.AUDIO: "music",
    FileType.DOCUMENT: "file-text",
    FileType.OTHER: "file",
}
TYPE_ICONS = {
    "application/gzip": "file-archive",
    "application/x-7z-compressed": "file-archive",
    "application/x-tar": "file-archive",
    "application/zip": "file-archive",
    "application/json": "file-code",
    "text/csv": "table",
    "text/html": "file-code",
    "text/javascript": "file-code",
    "text/tab-separated-values": "table",
    "text/xml": "file-code",
}
#: From which age on, in seconds, a time is told how, and in which unit.
AGES = (
    (2 * 86_400, 86_400, "{} days ago"),
    (2 * 3600, 3600, "{} hours ago"),
    (3600, 3600, "an hour ago"),
    (120, 60, "{} minutes ago"),
    (60, 60, "a minute ago"),
)


def register_formats(app: Flask) -> None:
    """Make the functions of this module filters of the templates."""
    for function in (
        file_size,
        file_icon,
        type_label,
        day_heading,
        relative_time,
        time_until,
        exact_time,
        browser_name,
        local_date,
    ):
        app.add_template_filter(function)
    app.add_template_test(is_drawable, "drawable")


def file_size(size_bytes: int) -> str:
    """Write a size as people know it, in decimal units: `512 bytes`, `246 kB`, `10.5 MB`."""
    if size_bytes < 1000:
        return "1 byte" if size_bytes == 1 else f"{size_bytes} bytes"
    size = float(size_bytes)
    for unit in ("kB", "MB", "GB", "TB"):
        size /= 1000
        if size < 999.5 or unit == "TB":
            break
    return f"{size:.1f} {unit}" if size < 99.95 and unit != "kB" else f"{size:.0f} {unit}"


def is_drawable(mime_type: str) -> bool:
    """Tell whether browsers draw this type of image; TIFF and HEIC they do not."""
    return mime_type in DRAWABLE_TYPES


def file_icon(media: Any) -> str:
    """Name the icon of a media's kind."""
    return TYPE_ICONS.get(media.mime_type) or FILE_ICONS[FileType(media.file_type)]


def type_label(media: Any) -> str:
    """Name a media's kind in a word: its extension, or its family where that is none or too long."""
    extension = split_extension(media.filename)[1].removeprefix(".")
    return extension.upper() if 0 < len(extension) <= 5 else str(media.file_type).capitalize()


def day_heading(day: date, today: date | None = None) -> str:
    """Write a day as a heading: `Today`, `Yesterday`, `Saturday, 14 November`, its year if not this one."""
    today = today or datetime.now().astimezone().date()
    age_days = (today - day).days
    if age_days in (0, 1):
        return ("Today", "Yesterday")[age_days]
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A}, {day.day} {day:%B}{year}"


def relative_time(moment: datetime, now: datetime | None = None) -> str:
    """Write how long ago something was; after a month, on which day."""
    age_seconds = int(((now or datetime.now(UTC)) - moment).total_seconds())
    if age_seconds >= 30 * 86_400:
        local = moment.astimezone()
        return f"{local.day} {local:%B %Y}"
    for minimum, unit_seconds, words in AGES:
        if age_seconds >= minimum:
            return words.format(age_seconds // unit_seconds)
    return "just now"


def time_until(moment: datetime, now: datetime | None = None) -> str:
    """Write in how long something will be: `in 27 days`; what is due already comes soon."""
    left_seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    days, hours = round(left_seconds / 86_400), round(left_seconds / 3600)
    if days >= 2:
        return f"in {days} days"
    if hours >= 2:
        return f"in {hours} hours"
    return "within the hour" if left_seconds > 0 else "soon"


def exact_time(moment: datetime) -> str:
    """Write a time to the second, with its zone."""
    local = moment.astimezone()
    return f"{local.day} {local:%B %Y, %H:%M:%S %Z}"


def local_date(moment: datetime) -> str:
    """Write the day of a time: `14 November 2026`."""
    local = moment.astimezone()
    return f"{local.day} {local:%B %Y}"
