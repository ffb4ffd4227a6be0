"""Reads what a camera wrote about a picture (EXIF 3.0, CIPA DC-008), as far as it can be believed."""

import math
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import BinaryIO

from mediaweb.previews.facts import Facts, clean_text
from mediaweb.previews.tiff_tags import Tags, TiffTags

_MAKE, _MODEL, _ORIENTATION, _EXIF, _GPS = 0x010F, 0x0110, 0x0112, 0x8769, 0x8825
_EXPOSURE_TIME, _F_NUMBER, _FOCAL_LENGTH, _LENS = 0x829A, 0x829D, 0x920A, 0xA434
#: The first has no room for more than 65535; then the others tell.
_ISO, _RECOMMENDED_ISO, _ISO_SPEED = 0x8827, 0x8832, 0x8833
#: A time, its fraction of a second and its offset: when the picture was taken, when it was digitized.
_TIMES = ((0x9003, 0x9291, 0x9011), (0x9004, 0x9292, 0x9012))
_IN_EXIF = frozenset(
    {_EXPOSURE_TIME, _F_NUMBER, _FOCAL_LENGTH, _LENS, _ISO, _RECOMMENDED_ISO, _ISO_SPEED}
    | {tag for tags in _TIMES for tag in tags}
)
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE, _ALTITUDE_REF, _ALTITUDE = range(1, 7)

_TIME = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d:\d\d:\d\d)", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)
#: The first photograph; before it no picture was taken.
_FIRST_YEAR = 1826
#: What makers add to their names.
_COMPANY = re.compile(
    r"[\s,]+(corporation|corp|company|co|ltd|inc|imaging|optical|electronics)\b.*", re.IGNORECASE
)


def read_exif(source: bytes | BinaryIO, facts: Facts) -> None:
    """Add what EXIF says to facts that are missing. What is broken or absurd is left out."""
    tags = TiffTags(source)
    first = tags.read_directory(tags.start, {_MAKE, _MODEL, _EXIF, _GPS})
    photo = tags.read_directory(_first_number(first, _EXIF), _IN_EXIF)
    add_fact(facts, "camera", name_camera(_text(first, _MAKE), _text(first, _MODEL)))
    add_fact(facts, "lens", _text(photo, _LENS))
    add_fact(facts, "exposure_time", _first_number(photo, _EXPOSURE_TIME))
    add_fact(facts, "f_number", _first_number(photo, _F_NUMBER))
    add_fact(facts, "focal_length", _first_number(photo, _FOCAL_LENGTH))
    add_fact(facts, "iso", _find_iso(photo))
    _add_time(facts, photo)
    _add_place(facts, tags.read_directory(_first_number(first, _GPS), range(1, 7)))


def read_orientation(source: bytes | BinaryIO) -> int | None:
    """Return EXIF's orientation, 1 to 8; None where there is none."""
    tags = TiffTags(source)
    value = _first_number(tags.read_directory(tags.start, {_ORIENTATION}), _ORIENTATION)
    return int(value) if value is not None and value in range(1, 9) else None


def name_camera(make: str, model: str) -> str | None:
    """Join maker and model as people do: "Canon EOS R5", not "Canon Canon EOS R5"."""
    make, model = clean_text(make) or "", clean_text(model) or ""
    make = _COMPANY.sub("", make)
    if not make or model.lower().startswith(make.split()[0].lower()):
        return model or None
    return f"{make} {model}".strip()


def add_fact(facts: Facts, name: str, value: object) -> None:
    """Set a fact that is not known yet; an absurd value leaves it unknown."""
    if value is not None and getattr(facts, name) is None:
        setattr(facts, name, value)


def add_time(facts: Facts, taken_at: datetime, offset_minutes: int | None = None) -> None:
    """Set when a picture was taken, unless that is known or absurd; without an offset in the local zone."""
    if facts.taken_at is not None or taken_at.year < _FIRST_YEAR:
        return
    try:
        zone = None if offset_minutes is None else timezone(timedelta(minutes=offset_minutes))
        with_zone = taken_at.astimezone() if zone is None else taken_at.replace(tzinfo=zone)
        if with_zone > datetime.now(UTC) + timedelta(days=1):
            return
    except (ValueError, OverflowError, OSError):
        return  # beyond what calendars and zones know
    facts.taken_at = with_zone
    add_fact(facts, "taken_offset_minutes", offset_minutes)


def _add_time(facts: Facts, photo: Tags) -> None:
    for time_tag, fraction_tag, offset_tag in _TIMES:
        taken_at = _parse_time(_text(photo, time_tag), _text(photo, fraction_tag))
        if taken_at is not None:
            add_time(facts, taken_at, _find_offset(_text(photo, offset_tag)))
        if facts.taken_at is not None:
            return


def _parse_time(text: str, fraction: str) -> datetime | None:
    match, digits = _TIME.match(text.strip()), _DIGITS.match(fraction.strip())
    if match is None:
        return None
    microsecond = (digits[0] if digits else "")[:6].ljust(6, "0")
    try:
        return datetime.fromisoformat(f"{match[1]}-{match[2]}-{match[3]}T{match[4]}.{microsecond}")
    except ValueError:
        return None  # 0000:00:00, the 31st of February


def _find_offset(text: str) -> int | None:
    if text.strip() == "Z":
        return 0
    match = _OFFSET.match(text.strip())
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes >= 24 * 60:
        return None
    return -minutes if match[1] == "-" else minutes


def _add_place(facts: Facts, gps: Tags) -> None:
    latitude = _find_degrees(gps, _LATITUDE, _text(gps, _LATITUDE_REF), "NS")
    longitude = _find_degrees(gps, _LONGITUDE, _text(gps, _LONGITUDE_REF), "EW")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return
    add_fact(facts, "latitude", latitude)
    add_fact(facts, "longitude", longitude)
    altitude = _first_number(gps, _ALTITUDE)
    if altitude is not None:
        is_below = _first_number(gps, _ALTITUDE_REF) in (1, 3)
        add_fact(facts, "altitude", -altitude if is_below else altitude)


def _find_degrees(gps: Tags, tag: int, hemisphere: str, letters: str) -> float | None:
    parts = gps.get(tag)
    letter = hemisphere.strip().upper()[:1]
    if not isinstance(parts, tuple) or not 1 <= len(parts) <= 3 or not letter or letter not in letters:
        return None
    degrees: float = sum(part / 60**place for place, part in enumerate(parts))
    if not math.isfinite(degrees):
        return None
    return -degrees if letter == letters[1] else degrees


def _find_iso(photo: Tags) -> int | None:
    for tag in (_ISO, _RECOMMENDED_ISO, _ISO_SPEED):
        value = _first_number(photo, tag)
        if value is not None and value != 65535 and value >= 1:
            return int(value)
    return None


def _text(tags: Tags, tag: int) -> str:
    value = tags.get(tag)
    return value if isinstance(value, str) else ""


def _first_number(tags: Tags, tag: int) -> float | None:
    value = tags.get(tag)
    if value is None or isinstance(value, str):
        return None
    first: float = value[0]
    return first if math.isfinite(first) else None
