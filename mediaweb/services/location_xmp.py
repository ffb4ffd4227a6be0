"""Takes the place out of XMP (ISO 16684-1): properties named "GPS…", of whatever namespace."""

import re

#: A property's name, wherever it stands: `exif:GPSLatitude`, `drone-dji:GpsLongitude`.
PROPERTY = re.compile(rb":G[Pp][Ss]")
#: Bytes in which a property ends, if it is one.
_MAX_PROPERTY_BYTES = 16 * 1024
_MAX_PREFIX_BYTES = 32

#: Declarations of namespaces aside: what they declare may be used.
_PREFIX = re.compile(rb"(?:(<)|\s)(?!xmlns:?\Z)[A-Za-z_][\w.\-]*\Z")
_LOCAL_NAME = re.compile(rb":[\w.\-]+")
_ATTRIBUTE = re.compile(rb"\s*=\s*(?:\"[^\"<]*\"|'[^'<]*')")
_TAG = re.compile(rb"[^<>]*>")


def strip_property(data: bytearray, at: int, low: int, high: int) -> None:
    """Put spaces in place of the property whose name has its colon at `at`."""
    high = min(high, at + _MAX_PROPERTY_BYTES)
    window = bytes(data[max(low, at - _MAX_PREFIX_BYTES) : high])
    colon = min(at - low, _MAX_PREFIX_BYTES)
    prefix, local_name = _PREFIX.search(window[:colon]), _LOCAL_NAME.match(window, colon)
    if prefix is None or local_name is None:
        return
    if prefix[1]:
        start, end = prefix.start(), _find_end_of_element(window, prefix.start(), local_name.end())
    else:
        value = _ATTRIBUTE.match(window, local_name.end())
        start, end = prefix.start() + 1, value.end() if value else None
    if end is not None:
        first = at - colon
        data[first + start : first + end] = b" " * (end - start)


def strip_properties(data: bytearray, low: int, high: int) -> None:
    """Do so with every property of a packet."""
    for at in [match.start() for match in PROPERTY.finditer(data, low, high)]:
        if PROPERTY.match(data, at):
            strip_property(data, at, low, high)


def _find_end_of_element(window: bytes, start: int, name_end: int) -> int | None:
    tag = _TAG.match(window, name_end)
    if tag is None:
        return None
    if tag[0].endswith(b"/>"):
        return tag.end()
    closing = re.compile(rb"</" + re.escape(window[start + 1 : name_end]) + rb"\s*>")
    end = closing.search(window, tag.end())
    return end.end() if end else None
