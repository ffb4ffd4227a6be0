"""The base of all, and what is wrong with a request as such."""

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


class UpgradeRequired(MediaWebError):
    """This address speaks WebSocket only."""

    status = 426
    code = "upgrade_required"
    detail = "Open a WebSocket (RFC 6455, version 13) to this address."
