"""Files in a bucket of S3 or what speaks like it: MinIO, Ceph, R2."""

import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from mediaweb.errors import StartupError, StorageUnavailable, StoredFileNotFound
from mediaweb.storage.backend import BackendName, Presentation, StoredObject
from mediaweb.storage.keys import check_key, is_key
from mediaweb.storage.presigning import Presigner, SignedRequest
from mediaweb.storage.s3_body import S3Body
from mediaweb.storage.s3_bucket import Bucket, BucketAddress, RangeBeyondEnd, log
from mediaweb.storage.s3_cors import let_browsers_in
from mediaweb.storage.s3_direct import DirectUploads
from mediaweb.storage.s3_startup import prepare_bucket
from mediaweb.storage.s3_uploads import upload
from mediaweb.storage.staging import create_locked, sweep

COPY_BYTES = 1024 * 1024
#: What one request may delete.
DELETED_AT_ONCE = 1000
#: An upload in parts that was begun so long ago is nobody's any more.
ABANDONED_AFTER = timedelta(hours=24)
#: Up to here a store copies within the time that we wait for an answer.
COPIED_BY_STORE = 256 * 1024**2


@dataclass(frozen=True, slots=True)
class UnfinishedUpload:
    """An upload in parts that was begun, in UTC, and not ended."""

    key: str
    upload_id: str
    begun_at: datetime


class S3Storage:
    """Keeps each file under its key in one bucket; temporary copies of them in a folder of this machine."""

    name: BackendName = "s3"

    def __init__(
        self,
        address: BucketAddress,
        scratch: Path,
        public_endpoint_url: str | None,
        is_proxied: bool,
        page_origin: str | None = None,
    ) -> None:
        """Take where browsers reach the store, if that is elsewhere; if `is_proxied`, they never do.

        `page_origin` is where our pages are, if that is known.
        """
        self._bucket = Bucket(address)
        self._page_origin = page_origin
        self._is_awaited = False
        self._scratch = scratch
        self._presigner = None if is_proxied else Presigner(address.url(public_endpoint_url), address.region)

    @property
    def address(self) -> BucketAddress:
        return self._bucket.address

    @property
    def browser_origin(self) -> str | None:
        """The origin from which browsers load files; None: from us."""
        return None if self._presigner is None else self._presigner.origin

    @property
    def direct(self) -> DirectUploads | None:
        """By what browsers bring files here themselves; None: they bring them to us."""
        return None if self._presigner is None else DirectUploads(self._bucket, self._sign, self._catch_up)

    def prepare(self) -> None:
        """Check that the bucket can be used, making it if need be. Raises `StartupError`.

        If the store can't be reached, the first file that comes when it can makes up for this.
        """
        self._is_awaited = not prepare_bucket(self._bucket)
        if not self._is_awaited and self._presigner is not None:
            let_browsers_in(self._bucket, self._page_origin)

    def save(self, key: str, chunks: Iterable[bytes]) -> None:
        self._catch_up()
        upload(self._bucket, check_key(key), chunks)

    def open(self, key: str, start: int = 0, end: int | None = None) -> BinaryIO:
        if end is not None and end <= start:
            self.size_bytes(key)
            return io.BytesIO()
        try:
            return cast(BinaryIO, S3Body(self._bucket, check_key(key), start, end))
        except RangeBeyondEnd:
            return io.BytesIO()

    def size_bytes(self, key: str) -> int:
        try:
            size: int = self._bucket.call("head_object", Key=check_key(key))["ContentLength"]
        except StoredFileNotFound:
            self._bucket.call("list_objects_v2", MaxKeys=1)  # a bucket that is missing is no missing file
            raise
        return size

    @contextmanager
    def local_path(self, key: str) -> Iterator[Path]:
        with self.open(key) as file:
            path, descriptor = self._create_copy(Path(key).suffix)
            try:
                with os.fdopen(descriptor, "wb", closefd=False) as copy:
                    _copy_all(file, copy)
                yield path
            finally:
                path.unlink(missing_ok=True)
                os.close(descriptor)

    def copy(self, key: str, new_key: str) -> None:
        if self.size_bytes(key) > COPIED_BY_STORE:
            with self.open(key) as file:
                self.save(new_key, iter(lambda: file.read(COPY_BYTES), b""))
            return
        source = {"Bucket": self.address.name, "Key": key}
        self._bucket.call("copy_object", Key=check_key(new_key), CopySource=source)

    def delete(self, key: str) -> None:
        self.size_bytes(key)  # S3 says that it has deleted what was never there
        self._bucket.call("delete_object", Key=key)

    def delete_many(self, keys: Iterable[str]) -> None:
        names = [{"Key": check_key(key)} for key in keys]
        for at in range(0, len(names), DELETED_AT_ONCE):
            some = {"Objects": names[at : at + DELETED_AT_ONCE], "Quiet": True}
            answer = self._bucket.call("delete_objects", Delete=some)
            if answer.get("Errors"):
                log.warning("S3: not all files were deleted: %s", answer["Errors"][0])
                raise StorageUnavailable

    def url(
        self,
        key: str,
        expires_in_seconds: int,
        presentation: Presentation,
        *,
        signed_at: datetime | None = None,
        method: str = "GET",
    ) -> str | None:
        headers = {
            "response-content-type": presentation.content_type,
            "response-content-disposition": presentation.disposition,
        }
        return self._sign(method, key, headers, expires_in_seconds, signed_at)

    def objects(self, prefix: str = "") -> Iterator[StoredObject]:
        for page in self._bucket.list_pages("list_objects_v2", Prefix=prefix):
            for found in page.get("Contents", ()):
                if is_key(found["Key"]):
                    yield StoredObject(found["Key"], found["Size"], found["LastModified"].astimezone(UTC))

    def keys(self, prefix: str = "") -> Iterator[str]:
        return (found.key for found in self.objects(prefix))

    def unfinished(self) -> Iterator[UnfinishedUpload]:
        """Yield the uploads in parts that were neither completed nor aborted."""
        for page in self._bucket.list_pages("list_multipart_uploads"):
            for found in page.get("Uploads", ()):
                begun_at = found["Initiated"].astimezone(UTC)
                yield UnfinishedUpload(found["Key"], found["UploadId"], begun_at)

    def abort(self, begun: UnfinishedUpload) -> None:
        """Drop the parts of an unfinished upload."""
        self._bucket.call("abort_multipart_upload", Key=begun.key, UploadId=begun.upload_id)

    def sweep_staging(self) -> int:
        """Remove copies that no living process reads, and abort what nobody has uploaded to for a day."""
        swept = sweep(self._scratch) if self._scratch.is_dir() else 0
        for begun in self.unfinished():
            if datetime.now(UTC) - begun.begun_at > ABANDONED_AFTER and is_key(begun.key):
                self.abort(begun)
                swept += 1
        return swept

    def _catch_up(self) -> None:
        """Do what the start could not do without the store. Raises `StorageUnavailable`."""
        if not self._is_awaited:
            return
        try:
            self.prepare()
        except StartupError as error:
            log.error("%s", error)
            raise StorageUnavailable from error
        if self._is_awaited:
            raise StorageUnavailable

    def _sign(
        self,
        method: str,
        key: str,
        query: dict[str, str],
        expires_in_seconds: int,
        signed_at: datetime | None = None,
    ) -> str | None:
        if self._presigner is None:
            return None
        credentials = self._bucket.credentials
        if credentials is None:
            raise StorageUnavailable
        moment = signed_at or datetime.now(UTC)
        request = SignedRequest(method, check_key(key), query, moment, expires_in_seconds)
        return self._presigner.sign(request, credentials)

    def _create_copy(self, suffix: str) -> tuple[Path, int]:
        try:
            self._scratch.mkdir(parents=True, exist_ok=True)
            return create_locked(self._scratch, suffix)
        except OSError as error:
            raise StorageUnavailable from error


def _copy_all(source: BinaryIO, target: BinaryIO) -> None:
    while block := source.read(COPY_BYTES):
        try:
            target.write(block)
        except OSError as error:
            raise StorageUnavailable from error
