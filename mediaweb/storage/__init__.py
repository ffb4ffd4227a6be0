"""Where bytes live: one small contract (`backend.Storage`), a local folder today."""

from mediaweb.errors import StartupError
from mediaweb.settings import Settings
from mediaweb.storage.backend import Storage
from mediaweb.storage.local import LocalStorage

__all__ = ["LocalStorage", "Storage", "create_storage"]


def create_storage(settings: Settings) -> Storage:
    """Return the backend that the settings name, ready for use. Raises `StartupError`."""
    if settings.use_s3:
        raise StartupError(
            "USE_S3=True is not available in this version. Set USE_S3=False to keep files in MEDIA_FOLDER."
        )
    storage = LocalStorage(settings.media_path)
    storage.prepare()
    return storage
