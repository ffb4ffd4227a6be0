"""Where bytes live: one small contract (`backend.Storage`), kept by a local folder and by a bucket of S3."""

from mediaweb.storage.backend import BackendName, Presentation, Storage, StoredObject
from mediaweb.storage.local import LocalStorage
from mediaweb.storage.stores import Stores, create_stores

__all__ = [
    "BackendName",
    "LocalStorage",
    "Presentation",
    "Storage",
    "StoredObject",
    "Stores",
    "create_stores",
]
