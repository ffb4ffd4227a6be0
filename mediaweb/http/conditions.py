"""What a request for a file wants: only if it changed, only if it did not, only parts (RFC 9110, 13 and 14).

Read from the WSGI environ: a player asks for a file in thousands of parts, and the request's own accessors
would cost more than the answer.
"""

from dataclasses import dataclass
from datetime import datetime
from wsgiref.types import WSGIEnvironment

from werkzeug.http import parse_date, parse_etags, parse_if_range_header, parse_range_header

#: More ranges than any player or download manager asks for; beyond, the whole file is sent.
MAX_RANGES = 16

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells one state of a file from another: its entity tag, and when it was made to the second."""

    etag: str
    modified_at: datetime


def holds_precondition(environ: WSGIEnvironment, file: Validators) -> bool:
    """Tell whether the file is in the state that the caller wants it in (RFC 9110, 13.2.2)."""
    if "HTTP_IF_MATCH" in environ:
        return file.etag in parse_etags(environ["HTTP_IF_MATCH"])
    until = parse_date(environ.get("HTTP_IF_UNMODIFIED_SINCE"))
    return until is None or file.modified_at <= until


def is_known(environ: WSGIEnvironment, file: Validators) -> bool:
    """Tell whether the caller has these bytes already, by If-None-Match or else If-Modified-Since."""
    if "HTTP_IF_NONE_MATCH" in environ:
        return parse_etags(environ["HTTP_IF_NONE_MATCH"]).contains_weak(file.etag)
    since = parse_date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    return since is not None and file.modified_at <= since


def requested_spans(environ: WSGIEnvironment, file: Validators, size: int) -> list[Span] | None:
    """Return the byte spans to send, ends exclusive: None for the whole file, none where none can be met."""
    if environ["REQUEST_METHOD"] != "GET" or "HTTP_RANGE" not in environ:
        return None
    requested = parse_range_header(environ["HTTP_RANGE"])
    if requested is None or requested.units != "bytes" or len(requested.ranges) > MAX_RANGES:
        return None
    if "HTTP_IF_RANGE" in environ and not _holds_if_range(environ["HTTP_IF_RANGE"], file):
        return None
    return _merge([span for span in (_clip(start, end, size) for start, end in requested.ranges) if span])


def _holds_if_range(header: str, file: Validators) -> bool:
    condition = parse_if_range_header(header)
    if condition.date is not None:
        return bool(condition.date == file.modified_at)
    return condition.etag == file.etag and not header.startswith("W/")


def _clip(start: int, end: int | None, size: int) -> Span | None:
    if start < 0:
        start = max(0, size + start)
    end = size if end is None else min(end, size)
    return (start, end) if start < end else None


def _merge(spans: list[Span]) -> list[Span]:
    """Join spans that overlap or touch, so that no byte is sent twice."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
