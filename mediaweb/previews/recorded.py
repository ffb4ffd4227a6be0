"""When, where and with what a video was recorded, from its tags."""

import re
from datetime import UTC, datetime
from typing import Any

#: What cameras and editors write that know no date: the zero of QuickTime's clock (1904) or Unix's (1970).
FIRST_TRUE_YEAR = 1971

# ISO 6709, annex H: degrees, or degrees and minutes, or those and seconds; then metres.
_PLACE = re.compile(r"([+-]\d{2,6}(?:\.\d+)?)([+-]\d{3,7}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?")


def read_recording(tags: dict[str, str]) -> dict[str, Any]:
    """Read the claims about a recording: taken_at, camera, latitude and so on."""
    return read_taken_at(tags) | read_place(tags) | {"camera": read_camera(tags)}


def read_taken_at(tags: dict[str, str]) -> dict[str, Any]:
    """Read the moment, with the offset of the camera's clock where Apple's tag tells it."""
    local = _parse_time(tags.get("com.apple.quicktime.creationdate"))
    if local is not None and (offset := local.utcoffset()) is not None:
        return {"taken_at": local, "taken_offset_minutes": round(offset.total_seconds() / 60)}
    moment = _parse_time(tags.get("creation_time"))
    if moment is None:
        return {}
    return {"taken_at": moment if moment.tzinfo else moment.replace(tzinfo=UTC)}


def _parse_time(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip()) if text else None
    except ValueError:
        return None
    return moment if moment is not None and moment.year >= FIRST_TRUE_YEAR else None


def read_camera(tags: dict[str, str]) -> str | None:
    """Name make and model, and the make once: "Canon", "Canon EOS R5" is "Canon EOS R5"."""
    for family in ("com.apple.quicktime.{}", "com.android.{}", "{}"):
        model = tags.get(family.format("model"), "").strip()
        make = (tags.get(family.format("make")) or tags.get(family.format("manufacturer")) or "").strip()
        if model:
            return model if model.lower().startswith(make.lower()) else f"{make} {model}"
    return None


def read_place(tags: dict[str, str]) -> dict[str, float]:
    """Read latitude, longitude and altitude; nought by nought is what a camera writes that doesn't know."""
    text = tags.get("com.apple.quicktime.location.iso6709") or tags.get("location") or ""
    match = _PLACE.match(text.strip())
    if match is None:
        return {}
    latitude, longitude = _parse_angle(match[1], 2), _parse_angle(match[2], 3)
    if latitude == longitude == 0:
        return {}
    place = {"latitude": latitude, "longitude": longitude}
    return place | ({"altitude": float(match[3])} if match[3] else {})


def _parse_angle(text: str, degree_digits: int) -> float:
    whole, _, fraction = text[1:].partition(".")
    parts = [whole[:degree_digits], whole[degree_digits : degree_digits + 2], whole[degree_digits + 2 :]]
    given = [part for part in parts if part]
    given[-1] += f".{fraction}"
    angle = sum(float(part) / 60.0**power for power, part in enumerate(given))
    return -angle if text[0] == "-" else angle
