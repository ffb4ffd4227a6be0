"""Pages, scripts and JSON, compressed for those who take that; media are compressed already.

Secrets can be guessed from the length of a compressed page (BREACH, CVE-2013-3587) if they stay the same
while what stands beside them varies. Ours do not: tokens against forged requests are signed anew each time.
"""

from flask import Flask, Response

from mediaweb.extensions import compress
from mediaweb.http.delivery import FileResponse

COMPRESSED_TYPES = [
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
    "text/plain",
]


def register_compression(app: Flask) -> None:
    """Compress what is answered. To be registered before what adds headers: it runs after that."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_MIMETYPES=COMPRESSED_TYPES,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["zstd", "br"],
    )
    compress.init_app(app)
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if isinstance(response, FileResponse) or response.mimetype not in COMPRESSED_TYPES:
        return response
    compressed: Response = compress.after_request(response)
    return compressed
