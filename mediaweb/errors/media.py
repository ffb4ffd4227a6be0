"""Media, and files on their way to become some."""

from collections.abc import Sequence

from mediaweb.errors.base import MediaWebError


class MediaNotFound(MediaWebError):
    """No media has this id, or it is gone."""

    status = 404
    code = "media_not_found"
    detail = "There is no media with this id."


class NoPreview(MediaWebError):
    """This media has no preview and will get none."""

    status = 404
    code = "no_preview"
    detail = "There is no preview of this media."


class PreviewPending(MediaWebError):
    """This preview is being made."""

    status = 202
    code = "preview_pending"
    detail = "This preview is being made. Try again shortly."
    retry_after_seconds = 2


class DuplicateMedia(MediaWebError):
    """The caller wanted no second copy, and may see a media with exactly this content."""

    status = 409
    code = "duplicate"
    detail = "This file is in the library already."

    def __init__(self, media_id: int) -> None:
        super().__init__()
        self.media_id = media_id


class UploadNotFound(MediaWebError):
    """No upload to the store has this id, it is over for a day, or somebody else began it."""

    status = 404
    code = "upload_not_found"
    detail = "There is no such upload."


class NoDirectUpload(MediaWebError):
    """Files don't reach the store but through this application."""

    status = 409
    code = "no_direct_upload"
    detail = "This library takes files by POST /media/upload only."


class PartsMissing(MediaWebError):
    """Not all parts of an upload are at the store, or they have other lengths than announced."""

    status = 409
    code = "parts_missing"

    def __init__(self, numbers: Sequence[int]) -> None:
        named = ", ".join(map(str, numbers[:10])) + (", …" if len(numbers) > 10 else "")
        super().__init__(f"These parts have not arrived, or not whole: {named}.")


class UploadDiffers(MediaWebError):
    """What was brought to the store is not what was announced."""

    status = 422
    code = "upload_differs"


class UploadStalled(MediaWebError):
    """The client stopped sending in the middle of a body."""

    status = 408
    code = "upload_stalled"
    detail = "The upload stopped arriving. Nothing was stored; send it again."


class FileTooLarge(MediaWebError):
    """The file is larger than MAX_FILE_SIZE."""

    status = 413
    code = "file_too_large"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"The file is larger than the limit of {max_bytes:,} bytes.")


class FileTypeRefused(MediaWebError):
    """The content's type is not allowed here, or contradicts the file's name."""

    status = 415
    code = "file_type_refused"
