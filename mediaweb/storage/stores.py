"""The stores of a library: where new files go, and where those are that went elsewhere before."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import AnyHttpUrl

from mediaweb.errors import StartupError, StorageUnavailable
from mediaweb.settings import Settings
from mediaweb.storage.backend import Storage
from mediaweb.storage.local import LocalStorage

if TYPE_CHECKING:
    from mediaweb.storage.s3 import S3Storage
    from mediaweb.storage.s3_direct import DirectUploads

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stores:
    """All backends that the settings describe, by name; each row names its own."""

    current: Storage
    local: LocalStorage
    s3: "S3Storage | None"

    def __getitem__(self, name: str) -> Storage:
        """Return a backend. Raises `StorageUnavailable` for one that the settings don't describe."""
        store = self.find(name)
        if store is None:
            log.error("a file is in an S3 bucket, but S3_ACCESS_KEY and S3_SECRET_KEY are not set")
            raise StorageUnavailable
        return store

    def find(self, name: str) -> Storage | None:
        """Return a backend, or None for one that the settings don't describe."""
        return self.local if name == self.local.name else self.s3

    def __iter__(self) -> Iterator[Storage]:
        yield self.local
        if self.s3 is not None:
            yield self.s3

    @property
    def browser_origin(self) -> str | None:
        """The origin other than ours from which browsers load files, if there is one."""
        return None if self.s3 is None else self.s3.browser_origin

    @property
    def direct(self) -> "DirectUploads | None":
        """By what browsers bring new files to the store themselves; None: they bring them to us."""
        return self.s3.direct if self.s3 is not None and self.s3 is self.current else None


def create_stores(settings: Settings) -> Stores:
    """Return the backends that the settings describe, the one for new files ready for use.

    Raises `StartupError`.
    """
    local = LocalStorage(settings.media_path)
    has_keys = settings.s3_access_key is not None and settings.s3_secret_key is not None
    s3 = _make_s3(settings) if settings.use_s3 or has_keys else None
    if settings.use_s3 and s3 is not None:
        s3.prepare()
        return Stores(s3, local, s3)
    local.prepare()
    return Stores(local, local, s3)


def _make_s3(settings: Settings) -> "S3Storage":
    # boto3 takes longer to load than the rest of the library; who has no bucket shall not wait for it.
    from botocore.exceptions import BotoCoreError

    from mediaweb.storage.s3 import S3Storage
    from mediaweb.storage.s3_bucket import BucketAddress

    access_key, secret_key = settings.s3_access_key, settings.s3_secret_key
    address = BucketAddress(
        name=settings.s3_bucket_name,
        region=settings.s3_region,
        endpoint_url=_write(settings.s3_endpoint_url),
        access_key=None if access_key is None else access_key.get_secret_value(),
        secret_key=None if secret_key is None else secret_key.get_secret_value(),
    )
    try:
        return S3Storage(
            address,
            settings.instance_path / "downloads",
            _write(settings.s3_public_endpoint_url),
            settings.s3_proxy_downloads,
            _origin(settings.public_url),
        )
    except (BotoCoreError, ValueError) as error:  # what boto3 does not accept, before any request
        raise StartupError(f"The settings of S3 are not accepted: {error}") from error


def _origin(url: AnyHttpUrl | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(str(url))
    return f"{parts.scheme}://{parts.netloc}"


def _write(url: AnyHttpUrl | None) -> str | None:
    return None if url is None else str(url).rstrip("/")
