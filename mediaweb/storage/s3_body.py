"""A stored object as a file: read as it arrives, and taken up again where a connection broke."""

import io
import time
from typing import Any

from botocore.exceptions import BotoCoreError
from urllib3.exceptions import HTTPError

from mediaweb.errors import StorageUnavailable
from mediaweb.storage.s3_bucket import RETRY_SECONDS, Bucket, log

BLOCK_BYTES = 1024 * 1024


class S3Body(io.RawIOBase):
    """The bytes `start` to `end` of an object. Objects never change, so reading can go on after a failure."""

    def __init__(self, bucket: Bucket, key: str, start: int, end: int | None) -> None:
        """Begin to read; `start` is less than `end`. Raises the contract's errors and `RangeBeyondEnd`."""
        self._bucket = bucket
        self._key = key
        self._position = start
        self._stream: Any = None
        self._end = self._request(end)

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Read so many bytes, fewer only at the end. Raises `StorageUnavailable`."""
        remaining = self._end - self._position
        wanted = remaining if size is None or size < 0 else min(size, remaining)
        pieces: list[bytes] = []
        while wanted:
            piece = self._read_some(min(wanted, BLOCK_BYTES))
            pieces.append(piece)
            wanted -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def readall(self) -> bytes:
        return self.read()

    def readinto(self, buffer: Any) -> int:
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        super().close()

    def _read_some(self, size: int) -> bytes:
        deadline = time.monotonic() + RETRY_SECONDS
        while True:
            try:
                piece: bytes = self._stream.read(size)
                if piece:
                    self._position += len(piece)
                    return piece
                problem: Exception = EOFError("the store's answer ended too early")
            except (BotoCoreError, HTTPError, OSError) as error:
                problem = error
            if time.monotonic() > deadline:
                raise StorageUnavailable from problem
            log.info("S3: reading %s goes on at %d after %r", self._key, self._position, problem)
            self._request(self._end)

    def _request(self, end: int | None) -> int:
        """Ask for what is still to be read; return where that ends."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        span = f"bytes={self._position}-{'' if end is None else end - 1}"
        answer = self._bucket.call("get_object", Key=self._key, Range=span)
        self._stream = answer["Body"]
        return self._position + int(answer["ContentLength"])
