"""Scripts and styles as small as they can be sent: compressed once, style sheets with those that they import.

Whoever asks first for one in a process waits for that, some milliseconds, in a thread of its own.
"""

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Response, request

from mediaweb.concurrency import start_blocking
from mediaweb.http.compression import COMPRESSED_TYPES

#: A style sheet that consists of others. Browsers would ask for those only once they have read it.
_IMPORT = re.compile(r'^@import "([^"]+)";\n', re.MULTILINE)
#: The highest quality takes seconds for a megabyte, and there saves little.
_LARGE_BYTES = 200_000
_KEPT_FILES = 400


@dataclass(frozen=True, slots=True)
class _Packed:
    content: bytes
    etag: str


def pack(response: Response, path: Path) -> Response:
    """Let an answer that sends a file send the file's content as small as the caller takes it."""
    if response.status_code != 200 or response.mimetype not in COMPRESSED_TYPES:
        return response
    encoding = next((name for name in _ENCODERS if request.accept_encodings[name] > 0), "identity")
    packed = start_blocking(_pack, path, path.stat().st_mtime_ns, encoding)()
    response.close()  # the file, which is not sent
    response.direct_passthrough = False
    response.set_data(packed.content)
    response.last_modified = None  # an imported file may be newer
    response.set_etag(packed.etag)
    response.vary.add("Accept-Encoding")
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    response.make_conditional(request)
    return response


@lru_cache(_KEPT_FILES)
def _pack(path: Path, changed_ns: int, encoding: str) -> _Packed:  # noqa: ARG001 - a changed file is packed anew
    content = _read(path)
    digest = hashlib.sha256(content).hexdigest()[:16]
    encode = _ENCODERS.get(encoding)
    return _Packed(content, digest) if encode is None else _Packed(encode(content), f"{digest}-{encoding}")


def _read(path: Path) -> bytes:
    if path.suffix != ".css":
        return path.read_bytes()
    return _IMPORT.sub(lambda found: _read(path.parent / found[1]).decode(), path.read_text()).encode()


def _encode_brotli(content: bytes) -> bytes:
    is_large = len(content) > _LARGE_BYTES
    packed: bytes = brotli.compress(content, quality=6 if is_large else 11)
    return packed


#: By name, in the order of preference.
_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": _encode_brotli,
    "gzip": lambda content: gzip.compress(content, mtime=0),
}
