"""Bytes as HTTP: ranges, conditions, names and what a browser may do with them (RFC 9110, RFC 6266)."""

import secrets
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import BinaryIO
from wsgiref.types import WSGIEnvironment

from flask import Response, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import PreconditionFailed, RequestedRangeNotSatisfiable
from werkzeug.http import http_date, quote_etag
from werkzeug.wsgi import wrap_file

from mediaweb.http.conditions import Span, Validators, holds_precondition, is_known, requested_spans
from mediaweb.services.media import media_service
from mediaweb.services.presentation import can_show_inline, present
from mediaweb.services.representations import MediaRow
from mediaweb.services.store_links import sign_file

BLOCK_BYTES = 256 * 1024
DESCRIBED_FILES = 1000

HeaderList = Sequence[tuple[str, str]]


class FileResponse(Response):
    """A response whose headers are complete: Werkzeug would copy them and look for what to correct."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:  # noqa: ARG002 - Werkzeug's signature
        """Return the headers as they are."""
        return self.headers


def deliver(media: MediaRow, inline: bool) -> Response:
    """Answer a GET or HEAD for the bytes of a media; `inline` asks to show it in place where that is safe.

    Where browsers can reach the store they are sent there, and it answers for ranges and conditions.
    Raises `PreconditionFailed`, `RequestedRangeNotSatisfiable` and what opening the stored file raises.
    """
    environ = request.environ
    is_inline = inline and can_show_inline(media)
    address = sign_file(media, is_inline, request.method)
    if address is not None:
        media_service.check_stored(media)  # while we can still say so in our own words
        return send_to_store(address, "no-store")
    headers, file = _describe(media, is_inline)
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


def send_to_store(address: str, caching: str) -> Response:
    """Answer that the store itself has the bytes at a signed address; `caching` must not outlive that."""
    response = Response(
        status=307,
        headers={"Location": address, "Cache-Control": caching, "Referrer-Policy": "same-origin"},
    )
    del response.headers["Content-Type"]  # or it would be taken for a page, which varies with cookies
    return response


@lru_cache(DESCRIBED_FILES)
def _describe(media: MediaRow, is_inline: bool) -> tuple[HeaderList, Validators]:
    etag = media.checksum.removeprefix("sha256:")
    presentation = present(media, is_inline)
    headers: tuple[tuple[str, str], ...] = (
        ("Content-Type", presentation.content_type),
        ("Content-Disposition", presentation.disposition),
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
    content_type = present(media, is_inline=False).content_type
    heads = [
        f"\r\n--{boundary}\r\nContent-Type: {content_type}\r\n"
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
