"""Everything that can go wrong for a reason a caller can understand: one class a reason.

Each carries a stable `code` for programs, the HTTP `status` it becomes at the edge, and a `detail` that
is safe to show to anyone: no paths, no SQL, no secrets.
"""

from collections.abc import Sequence
from typing import ClassVar, TypedDict


class FieldError(TypedDict):
    """One bad value, in Pydantic's own shape: where it stands, what is wrong, and a stable type."""

    loc: list[str | int]
    msg: str
    type: str


class MediaWebError(Exception):
    """The base of every failure that reaches a person or a program in words."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    detail: str | list[FieldError] = "Something went wrong on the server."
    retry_after_seconds: int | None = None

    def __init__(self, detail: str | None = None) -> None:
        if detail is not None:
            self.detail = detail
        super().__init__(self.detail)


class InvalidInput(MediaWebError):
    """The request was understood, but values in it are wrong; `detail` lists each."""

    status = 422
    code = "invalid_input"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in errors))
        self.errors = list(errors)
        self.detail = self.errors

    @classmethod
    def at(cls, *loc: str | int, msg: str, type: str = "value_error") -> "InvalidInput":  # noqa: A002
        """Make the error for a single place, as in `InvalidInput.at("body", "file", msg=…)`."""
        return cls([FieldError(loc=list(loc), msg=msg, type=type)])


class MalformedRequest(MediaWebError):
    """The bytes are not a request of the announced form, for example a body that ends half-way."""

    status = 400
    code = "malformed_request"
    detail = "The request could not be read."


class HostNotTrusted(MediaWebError):
    """The request is for a host name that somebody else may have pointed at us."""

    status = 400
    code = "host_not_trusted"
    detail = "This library does not answer to this host name. TRUSTED_HOSTS lists those that it answers to."


class AuthenticationRequired(MediaWebError):
    """Nobody is signed in, and this needs somebody."""

    status = 401
    code = "authentication_required"
    detail = "Sign in, or send an access token, to do this."


class Forbidden(MediaWebError):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"
    detail = "You may not do this."


class InvalidToken(AuthenticationRequired):
    """The access token is none of ours, was revoked, or has expired."""

    code = "invalid_token"
    detail = "This access token does not exist, has expired or was revoked."


class InvalidTicket(AuthenticationRequired):
    """The ticket was used already, or its time is over."""

    code = "invalid_ticket"
    detail = "This ticket was used already or has expired. Ask for a new one."


class InsufficientScope(Forbidden):
    """The access token is for reading only."""

    code = "insufficient_scope"
    detail = "This access token may only read. Use one with the scope `write`."


class LinkExpired(Forbidden):
    """A signed link's time is over, or it was made for a file that has become private since."""

    code = "link_expired"
    detail = "This link no longer works. Ask whoever gave it to you for a new one."


class CrossSiteRequest(Forbidden):
    """Another web site asked a browser to change something here."""

    code = "cross_site_request"
    detail = "Requests from this origin may not change anything here. CORS_ORIGINS lists those that may."


class InvalidCsrfToken(Forbidden):
    """A form came back without the token that proves this site drew it."""

    code = "invalid_csrf_token"
    detail = "This form is no longer valid. Load the page again and send it once more."


class MediaNotFound(MediaWebError):
    """No media has this id, or it is gone."""

    status = 404
    code = "media_not_found"
    detail = "There is no media with this id."


class UserNotFound(MediaWebError):
    """No account has this id, or this email address."""

    status = 404
    code = "user_not_found"
    detail = "There is no such person."


class TokenNotFound(MediaWebError):
    """The user has no token with this id."""

    status = 404
    code = "token_not_found"
    detail = "There is no such token."


class OneTimeLinkNotFound(MediaWebError):
    """The link was used, has expired, or was replaced by a newer one."""

    status = 404
    code = "one_time_link_not_found"
    detail = "This link was used already or has expired. Ask an admin for a new one."


class WrongCredentials(MediaWebError):
    """No account that may sign in has this email address and this password; which of it is not told."""

    status = 422
    code = "wrong_credentials"
    detail = "The email address or the password is wrong."


class TooManyFailures(MediaWebError):
    """Signing in has failed too often lately."""

    status = 429
    code = "too_many_failures"
    detail = "Signing in has failed too often. Wait a few minutes and try again."

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__()
        self.retry_after_seconds = retry_after_seconds


class LastAdmin(MediaWebError):
    """Without this account nobody could look after the library."""

    status = 422
    code = "last_admin"
    detail = "This is the only active admin. Somebody else has to be one first, with a password of their own."


class OwnAccount(MediaWebError):
    """Nobody deletes the account by which they act."""

    status = 422
    code = "own_account"
    detail = "You can’t delete your own account. Ask another admin."


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


class BodyTooLarge(MediaWebError):
    """A request body other than a file is larger than anything this API needs."""

    status = 413
    code = "body_too_large"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"The request body is larger than the limit of {max_bytes:,} bytes.")


class UnsupportedContentType(MediaWebError):
    """The request body is in a format this operation does not read."""

    status = 415
    code = "unsupported_content_type"

    def __init__(self, accepted: str) -> None:
        super().__init__(f"Send the request body as {accepted}.")


class FileTypeRefused(MediaWebError):
    """The content's type is not allowed here, or contradicts the file's name."""

    status = 415
    code = "file_type_refused"


class UpgradeRequired(MediaWebError):
    """This address speaks WebSocket only."""

    status = 426
    code = "upgrade_required"
    detail = "Open a WebSocket (RFC 6455, version 13) to this address."


class TooManyRequests(MediaWebError):
    """The caller has done this too often lately."""

    status = 429
    code = "too_many_requests"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"Too many requests. Try again in {retry_after_seconds:,} seconds.")
        self.retry_after_seconds = retry_after_seconds


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
