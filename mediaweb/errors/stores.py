"""What the library stands on: stores, database, queue, its settings."""

from mediaweb.errors.base import MediaWebError


class StorageFull(MediaWebError):
    """The disk, the bucket's quota or the database has no room left."""

    status = 507
    code = "storage_full"
    detail = "The storage is full. Nothing was stored."


class StorageUnavailable(MediaWebError):
    """The store that holds the bytes can't be reached right now."""

    status = 503
    code = "storage_unavailable"
    detail = "The storage can't be reached right now. Try again shortly."
    retry_after_seconds = 5


class DatabaseUnavailable(MediaWebError):
    """The database can't be reached, or is locked for too long."""

    status = 503
    code = "database_unavailable"
    detail = "The database can't be reached right now. Try again shortly."
    retry_after_seconds = 5


class QueueUnavailable(MediaWebError):
    """The queue of background jobs can't be reached; what is to be done is done once it can."""

    status = 503
    code = "queue_unavailable"
    detail = "The queue of background jobs can't be reached right now. Try again shortly."
    retry_after_seconds = 5


class StoredFileNotFound(MediaWebError):
    """The row exists, but its bytes are missing from the store."""

    status = 404
    code = "stored_file_not_found"
    detail = "The file of this media is missing from the storage."


class InvalidKey(ValueError):
    """A storage key that this application did not make. A bug, never a person's mistake."""


class StartupError(Exception):
    """The application can't start; the message tells a person what to change."""
