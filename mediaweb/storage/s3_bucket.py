"""Calls to one bucket: how long to wait, when to try again, and the contract's error for each of boto3's."""

import logging
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, NoReturn

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's name
    HTTPClientError,
    ResponseStreamingError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from mediaweb.errors import MediaWebError, StorageFull, StorageUnavailable, StoredFileNotFound

log = logging.getLogger(__name__)

#: Together they let every call end within ten seconds: an attempt that hangs is not repeated.
CONNECT_SECONDS = 2
READ_SECONDS = 5
RETRY_SECONDS = 2.5
#: Pauses between attempts, in seconds; varied by half, so that those who failed together don't return so.
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 0.8)
#: For tidying up after a failure, which nobody shall wait for.
HASTY_SECONDS = 1
MAX_CONNECTIONS = 100

MISSING_FILE = frozenset({"NoSuchKey", "404"})
FULL = frozenset(
    {"QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "InsufficientStorage", "507"}
)
PASSING = frozenset({"RequestTimeout", "SlowDown", "Throttling", "TooManyRequests", "OperationAborted"})
#: What boto3 raises for a call that failed.
FAILURES = (BotoCoreError, ClientError, ResponseParserError)
#: What a network does to a connection, before or while an answer arrives.
BROKEN = (ConnectionError, HTTPClientError, ResponseStreamingError)


class RangeBeyondEnd(StorageUnavailable):
    """The object has no byte of the range that was asked for."""


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """Where a bucket is and who we are there. Without an endpoint it is AWS; without keys, AWS's own ways."""

    name: str
    region: str
    endpoint_url: str | None = None
    access_key: str | None = None
    secret_key: str | None = None

    @property
    def is_path_style(self) -> bool:
        """Whether the bucket's name stands in the path: no certificate is good for a name with dots."""
        return self.endpoint_url is not None or "." in self.name

    def url(self, public_endpoint_url: str | None = None) -> str:
        """Return the bucket's address, without a slash at its end."""
        endpoint = public_endpoint_url or self.endpoint_url
        if endpoint is not None:
            return f"{endpoint.rstrip('/')}/{self.name}"
        host = f"s3.{self.region}.amazonaws.com"
        return f"https://{host}/{self.name}" if self.is_path_style else f"https://{self.name}.{host}"


class Bucket:
    """A bucket, called with boto3's names of operations and arguments."""

    def __init__(self, address: BucketAddress) -> None:
        self.address = address
        account = replace(address, name="")
        self._client = _make_client(account, address.is_path_style, CONNECT_SECONDS, READ_SECONDS)
        self._hasty_client = _make_client(account, address.is_path_style, HASTY_SECONDS, HASTY_SECONDS)

    @property
    def credentials(self) -> Any:
        """What requests are signed with now, or None where there is nothing."""
        found = self._client._get_credentials()
        return None if found is None else found.get_frozen_credentials()

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Make a call, again where that may help. Raises the contract's errors."""
        deadline = time.monotonic() + RETRY_SECONDS
        pauses = iter(PAUSES)
        while True:
            try:
                return self.call_once(operation, **arguments)
            except FAILURES as error:
                pause = next(pauses, 1) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
                if not is_passing(error) or time.monotonic() + pause > deadline:
                    raise_translated(error, operation)
            time.sleep(pause)

    def call_once(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Make a call. Raises boto3's errors, `FAILURES`."""
        answer: dict[str, Any] = getattr(self._client, operation)(Bucket=self.address.name, **arguments)
        return answer

    def call_hastily(self, operation: str, **arguments: Any) -> dict[str, Any] | None:
        """Try for a moment a call that tidies up; None: it can't be done now, and who sweeps finds it."""
        try:
            answer: dict[str, Any] = getattr(self._hasty_client, operation)(
                Bucket=self.address.name, **arguments
            )
        except FAILURES as error:
            log.warning("S3: %s is left for later: %s", operation, describe(error))
            return None
        return answer

    def list_pages(self, operation: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield the pages of a list. Raises the contract's errors."""
        markers: dict[str, Any] = {}
        while True:
            page = self.call(operation, **arguments, **markers)
            yield page
            if not page.get("IsTruncated"):
                return
            names = ("KeyMarker", "UploadIdMarker") if operation == "list_multipart_uploads" else ()
            markers = {name: page[f"Next{name}"] for name in names} or {
                "ContinuationToken": page["NextContinuationToken"]
            }


def code_of(error: Exception) -> str:
    """Return the store's own word for what went wrong, or the error's name."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code") or status_of(error))
    return type(error).__name__


def status_of(error: Exception) -> int:
    """Return the HTTP status of the store's answer; 0 if there was none."""
    if not isinstance(error, ClientError):
        return 0
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def describe(error: Exception) -> str:
    """Return an error in words for the log; boto3's texts hold no secret."""
    return f"{code_of(error)}: {error}"


def is_passing(error: Exception) -> bool:
    """Tell whether the same call may succeed in a moment."""
    if isinstance(error, SSLError):
        return False
    if isinstance(error, BROKEN):
        return True
    return code_of(error) in PASSING or (status_of(error) >= 500 and status_of(error) != 507)


def translate(error: Exception) -> MediaWebError:
    """Return the contract's error for boto3's."""
    code = code_of(error)
    if code in MISSING_FILE:
        return StoredFileNotFound()
    if code == "InvalidRange":
        return RangeBeyondEnd()
    return StorageFull() if code in FULL or status_of(error) == 507 else StorageUnavailable()


def raise_translated(error: Exception, operation: str) -> NoReturn:
    """Raise the contract's error; what went wrong at the store goes into the log."""
    known = translate(error)
    if not isinstance(known, StoredFileNotFound | RangeBeyondEnd):
        log.warning("S3: %s failed: %s", operation, describe(error))
    raise known from error


@cache
def _session() -> Any:
    """Return what has read boto3's descriptions of S3, which are large."""
    return boto3.session.Session()


@lru_cache(16)
def _make_client(account: BucketAddress, is_path_style: bool, connect_seconds: int, read_seconds: int) -> Any:
    """Make a client for all buckets of an account.

    That takes longer than a hundred calls. Threads and greenlets may share it.
    """
    config = Config(
        connect_timeout=connect_seconds,
        read_timeout=read_seconds,
        retries={"total_max_attempts": 1, "mode": "standard"},  # `Bucket.call` repeats, within a deadline
        max_pool_connections=MAX_CONNECTIONS,
        signature_version="s3v4",
        # What we send carries its MD5, which every store verifies; newer checksums some of them ignore.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={
            "addressing_style": "path" if is_path_style else "virtual",
            "payload_signing_enabled": False,
        },
    )
    return _session().client(
        "s3",
        region_name=account.region,
        endpoint_url=account.endpoint_url,
        aws_access_key_id=account.access_key,
        aws_secret_access_key=account.secret_key,
        config=config,
    )
