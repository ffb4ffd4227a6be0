"""Bytes on their way into a bucket, as they come: in one request, or in parts, a few of them at once.

Memory holds the parts that are being sent and the one that fills: seven times 5 MiB, however large the file.
"""

import hashlib
from base64 import b64encode
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import Any

from mediaweb.concurrency import start_blocking
from mediaweb.errors import MediaWebError, StorageUnavailable
from mediaweb.storage.s3_bucket import Bucket

#: The least that S3 takes.
PART_BYTES = 5 * 1024 * 1024
PARALLEL_PARTS = 6
#: Parts have one size as long as that is possible (R2 wants it): up to 24 GiB. A store takes 10,000 of them.
EQUAL_PARTS = 5000
GROWTH_EVERY = 1000
MAX_PART_BYTES = 4 * 1024**3
#: What came with a file is never believed: a link says what a browser is told.
CONTENT_TYPE = "application/octet-stream"
#: Under a signed address a file never changes; only whoever has that may keep it.
CACHE_CONTROL = "private, max-age=31536000, immutable"
HEADERS = {"ContentType": CONTENT_TYPE, "CacheControl": CACHE_CONTROL}


def upload(bucket: Bucket, key: str, chunks: Iterable[bytes]) -> None:
    """Store the chunks under a key; what breaks off leaves nothing behind, if the store can be reached."""
    parts = split(chunks)
    first = list(islice(parts, 1))
    if not first or len(first[0]) < PART_BYTES:
        _put(bucket, key, first.pop() if first else b"")
    else:
        MultipartUpload(bucket, key).send(_put_back(first, parts))


def split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what the chunks hold in parts, each but the last of its full size."""
    number, missing = 1, part_bytes(1)
    pieces: list[memoryview] = []
    for chunk in chunks:
        view = memoryview(chunk)
        while len(view) >= missing:
            pieces.append(view[:missing])
            view = view[missing:]
            yield _join(pieces)
            number += 1
            missing = part_bytes(number)
        if view:
            pieces.append(view)
            missing -= len(view)
    if pieces:
        yield _join(pieces)


def _join(pieces: list[memoryview]) -> bytes:
    """Return the pieces as one and let go of them: memory is for the parts that are being sent."""
    part = b"".join(pieces)
    pieces.clear()
    return part


def _put_back(first: list[bytes], parts: Iterator[bytes]) -> Iterator[bytes]:
    yield first.pop()  # so that nothing here holds on to it
    yield from parts


def part_bytes(number: int) -> int:
    """Return how large the part of this number (from 1) is: four times as much every thousand, late."""
    steps: int = max(0, (number - EQUAL_PARTS - 1) // GROWTH_EVERY + 1)
    wanted: int = PART_BYTES * 4**steps
    return min(wanted, MAX_PART_BYTES)


def digest_of(content: bytes) -> str:
    """Return the MD5 of a body as HTTP writes it, worked out off the event loop."""
    digest = start_blocking(_digest, content)()
    return b64encode(digest).decode()


def _digest(content: bytes) -> bytes:
    return hashlib.md5(content, usedforsecurity=False).digest()


def _put(bucket: Bucket, key: str, content: bytes) -> None:
    try:
        bucket.call("put_object", Key=key, Body=content, ContentMD5=digest_of(content), **HEADERS)
    except StorageUnavailable:  # which does not say that it was not stored
        bucket.call_hastily("delete_object", Key=key)
        raise


class MultipartUpload:
    """One upload in parts. Its parts are sent by threads, greenlets in a cooperative worker."""

    def __init__(self, bucket: Bucket, key: str) -> None:
        self._bucket = bucket
        self._key = key
        self._id: str = bucket.call("create_multipart_upload", Key=key, **HEADERS)["UploadId"]
        self._size_bytes = 0

    def send(self, parts: Iterable[bytes]) -> None:
        """Send all parts and put them together, or nothing at all."""
        pool = ThreadPoolExecutor(PARALLEL_PARTS, thread_name_prefix="s3-part")
        try:
            self._complete(self._send_parts(pool, parts))
        except StorageUnavailable:
            pool.shutdown(wait=False, cancel_futures=True)  # others may hang like this one
            self._bucket.call_hastily("abort_multipart_upload", **self._name)
            self._bucket.call_hastily("delete_object", Key=self._key)
            raise
        except BaseException:
            pool.shutdown(cancel_futures=True)  # a part that arrives after the end would stay
            with suppress(MediaWebError):
                self._bucket.call("abort_multipart_upload", **self._name)
            raise
        pool.shutdown()

    @property
    def _name(self) -> dict[str, str]:
        return {"Key": self._key, "UploadId": self._id}

    def _send_parts(self, pool: ThreadPoolExecutor, parts: Iterable[bytes]) -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []
        waiting: deque[Future[dict[str, Any]]] = deque()
        for number, part in enumerate(parts, 1):
            self._size_bytes += len(part)
            while waiting and (len(waiting) >= PARALLEL_PARTS or waiting[0].done()):
                sent.append(waiting.popleft().result())
            waiting.append(pool.submit(self._send_part, number, part))
        return [*sent, *(future.result() for future in waiting)]

    def _send_part(self, number: int, part: bytes) -> dict[str, Any]:
        answer = self._bucket.call(
            "upload_part", **self._name, PartNumber=number, Body=part, ContentMD5=digest_of(part)
        )
        return {"PartNumber": number, "ETag": answer["ETag"]}

    def _complete(self, parts: list[dict[str, Any]]) -> None:
        try:
            self._bucket.call("complete_multipart_upload", **self._name, MultipartUpload={"Parts": parts})
        except StorageUnavailable:
            # Its answer may have been lost; then a second try is refused: there is no such upload any more.
            if not self._is_complete():
                raise

    def _is_complete(self) -> bool:
        found = self._bucket.call_hastily("head_object", Key=self._key)
        return found is not None and found["ContentLength"] == self._size_bytes
