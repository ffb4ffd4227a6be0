"""Bytes as HTTP: ranges, conditions, names and what a browser may do with them (RFC 9110, RFC 6266)."""

import secrets
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import BinaryIO
from urllib.parse import quote
from wsgiref.types import WSGIEnvironment

from flask import Response, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import PreconditionFailed, RequestedRangeNotSatisfiable
from werkzeug.http import http_date, quote_etag
from werkzeug.wsgi import wrap_file

from mediaweb.http.conditions import Span, Validators, holds_precondition, is_known, requested_spans
from mediaweb.models import FileType
from mediaweb.services.media import media_service
from mediaweb.services.representations import MediaRow

BLOCK_BYTES = 256 * 1024
INLINE_TYPES = frozenset({"application/pdf", "text/plain"})
#: Formats that a browser would execute, in which a stored file could act as a page of this site.
EXECUTABLE_TYPES = frozenset({"image/svg+xml"})
DESCRIBED_FILES = 1000

HeaderList = Sequence[tuple[str, str]]


class FileResponse(Response):
    """A response whose headers are complete: Werkzeug would copy them and look for what to correct."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:  # noqa: ARG002 - Werkzeug's signature
        """Return the headers as they are."""
        return self.headers


def deliver(media: MediaRow, inline: bool) -> Response:
    """Answer a GET or HEAD for the bytes of a media; `inline` asks to show it in place where that is safe.

    Raises `PreconditionFailed`, `RequestedRangeNotSatisfiable` and what opening the stored file raises.
    """
    environ = request.environ
    headers, file = _describe(media, inline and can_show_inline(media))
    if not holds_precondition(environ, file):
        raise PreconditionFailed
    if is_known(environ, file):
        return FileResponse(status=304, headers=Headers(headers))
    spans = requested_spans(environ, file, media.file_size)
    if spans is None:
        return _send_span(environ, media, (0, media.file_size), 200, headers)
    if not spans:
        raise RequestedRangeNotSatisfiable(media.file_size)
    if len(spans) == 1:
        start, end = spans[0]
        content_range = ("Content-Range", f"bytes {start}-{end - 1}/{media.file_size}")
        return _send_span(environ, media, spans[0], 206, [*headers, content_range])
    return _send_spans(media, spans, headers)


@lru_cache(DESCRIBED_FILES)
def _describe(media: MediaRow, is_inline: bool) -> tuple[HeaderList, Validators]:
    etag = media.checksum.removeprefix("sha256:")
    headers: tuple[tuple[str, str], ...] = (
        ("Content-Type", _content_type(media)),
        ("Content-Disposition", _disposition("inline" if is_inline else "attachment", media.filename)),
        ("Accept-Ranges", "bytes"),
        ("ETag", quote_etag(etag)),
        ("Last-Modified", http_date(media.created_at)),
        ("Cache-Control", "public, no-cache" if media.is_public else "private, no-cache"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
    )
    # Chromium's PDF viewer does not run in a sandbox; a PDF can't act as a page of this site.
    if not (is_inline and media.mime_type == "application/pdf"):
        policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; media-src 'self'"
        headers = (*headers, ("Content-Security-Policy", policy))
    return headers, Validators(etag, media.created_at.replace(microsecond=0))


def _content_type(media: MediaRow) -> str:
    mime_type: str = media.mime_type
    return f"{mime_type}; charset=utf-8" if mime_type.startswith("text/") else mime_type


def can_show_inline(media: MediaRow) -> bool:
    """Tell whether a browser may show this in place: pictures, sound, video, PDF and plain text."""
    if media.mime_type in EXECUTABLE_TYPES:
        return False
    return (
        media.file_type in (FileType.IMAGE, FileType.VIDEO, FileType.AUDIO) or media.mime_type in INLINE_TYPES
    )


def _disposition(kind: str, filename: str) -> str:
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in filename)
    value = f'{kind}; filename="{plain}"'
    return value if plain == filename else f"{value}; filename*=UTF-8''{quote(filename, safe='')}"


def _send_span(
    environ: WSGIEnvironment, media: MediaRow, span: Span, status: int, headers: HeaderList
) -> Response:
    start, end = span
    complete = Headers([*headers, ("Content-Length", str(end - start))])
    if environ["REQUEST_METHOD"] == "HEAD":
        return FileResponse(status=status, headers=complete)
    file = media_service.open_file(media, start, end)
    # The server's own file wrapper: a descriptor goes to the kernel's sendfile, bytes never pass through us.
    body = wrap_file(environ, file, BLOCK_BYTES)
    return FileResponse(body, status, complete, direct_passthrough=True)


def _send_spans(media: MediaRow, spans: list[Span], headers: HeaderList) -> Response:
    boundary = secrets.token_hex(16)
    heads = [
        f"\r\n--{boundary}\r\nContent-Type: {_content_type(media)}\r\n"
        f"Content-Range: bytes {start}-{end - 1}/{media.file_size}\r\n\r\n".encode()
        for start, end in spans
    ]
    tail = f"\r\n--{boundary}--\r\n".encode()
    complete = Headers(headers)
    complete["Content-Type"] = f"multipart/byteranges; boundary={boundary}"
    complete["Content-Length"] = str(
        sum(map(len, heads)) + sum(end - start for start, end in spans) + len(tail)
    )
    files = [media_service.open_file(media, start, end) for start, end in spans]
    return FileResponse(_stream_parts(heads, files, tail), 206, complete, direct_passthrough=True)


def _stream_parts(heads: list[bytes], files: list[BinaryIO], tail: bytes) -> Iterator[bytes]:
    try:
        for head, file in zip(heads, files, strict=True):
            yield head
            while block := file.read(BLOCK_BYTES):
                yield block
        yield tail
    finally:
        for file in files:
            file.close()
