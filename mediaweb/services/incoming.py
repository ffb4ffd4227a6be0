"""A file on its way in: measured, hashed and limited while it streams by, once."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, BinaryIO

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from mediaweb.concurrency import start_blocking
from mediaweb.errors import FileTooLarge
from mediaweb.models.types import MAX_ID
from mediaweb.services.numbers import AS_JSON_MEANS_IT
from mediaweb.services.tag_names import Tags, TagsOfForm

CHUNK_BYTES = 1024 * 1024
#: From here on hashing takes longer than handing it to a thread.
LARGE_CHUNK_BYTES = 256 * 1024

Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Description = Annotated[Text, Field(max_length=10_000)]
AltText = Annotated[Text, Field(max_length=2_000)]
UserId = Annotated[int, Field(ge=1, le=MAX_ID)]

#: How forms of all kinds write a flag: JSON, Python, HTML checkboxes and people.
FLAGS = dict.fromkeys(("true", "True", "1", "on", "yes"), True) | dict.fromkeys(
    ("false", "False", "0", "off", "no"), False
)


def _read_flag(value: Any) -> Any:
    """Read a form's text. Pydantic by itself would accept more than a document can list."""
    if isinstance(value, str) and value not in FLAGS:
        raise ValueError("true or false is needed")
    return FLAGS.get(value, value) if isinstance(value, str) else value


def _omit_defaults(schema: dict[str, Any]) -> None:
    """Say of no field that it has a default: what is not sent stays as it is."""
    for definition in schema["properties"].values():
        del definition["default"]


class UploadDetails(BaseModel):
    """What a person says about a file while uploading it."""

    model_config = ConfigDict(extra="forbid")

    description: Description | None = Field(None, description="What it shows, in up to 10,000 characters.")
    alt_text: AltText | None = Field(None, description="The same for people who can't see it: up to 2,000.")
    tags: TagsOfForm = Field(
        (), description="Up to 50 tags with commas between them, each of up to 64 characters."
    )
    user_id: UserId | None = Field(None, description="The owner's id.")
    is_public: Annotated[bool, BeforeValidator(_read_flag)] = Field(
        False, description="Whether everyone may see it."
    )


class MediaChanges(BaseModel):
    """New values for the named fields; the others stay as they are."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_omit_defaults)

    filename: Annotated[Text, Field(min_length=1, max_length=1_000)] = Field(
        "", description="The name shown; unsafe characters are removed."
    )
    description: Description | None = None
    alt_text: AltText | None = None
    tags: Tags = Field((), description="Up to 50 names of up to 64 characters, each once whatever its case.")
    is_public: bool = Field(False, strict=True)
    user_id: Annotated[int, Field(ge=1, le=MAX_ID, strict=True), AS_JSON_MEANS_IT] | None = Field(
        None, description="The new owner's id; admins only."
    )


@dataclass(slots=True)
class IncomingFile:
    """A file that is still arriving.

    `chunks` yields its content once, raising what goes wrong on the way. `read_details` may be called when
    the content has arrived: a form may say what a file is after the file itself. `created_at` is when it came
    to us if that was not now; only code of our own may say so.
    """

    filename: str
    chunks: Iterator[bytes]
    read_details: Callable[[], UploadDetails]
    mime_type: str | None = None
    created_at: datetime | None = None


@dataclass(slots=True)
class Intake:
    """Counts and hashes what passes through, and keeps what was said about it.

    Raises `FileTooLarge` beyond `max_bytes` (None: no limit).
    """

    max_bytes: int | None
    size_bytes: int = 0
    details: UploadDetails = field(default_factory=UploadDetails)
    _sha256: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def measure(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        wait_for_hash: Callable[[], None] = _do_nothing
        try:
            for chunk in chunks:
                self.size_bytes += len(chunk)
                if self.max_bytes is not None and self.size_bytes > self.max_bytes:
                    raise FileTooLarge(self.max_bytes)
                wait_for_hash()
                wait_for_hash = self._start_hash(chunk)
                yield chunk
        finally:
            wait_for_hash()

    def _start_hash(self, chunk: bytes) -> Callable[[], None]:
        """Hash a chunk, a large one while the next is received and this one written."""
        if len(chunk) >= LARGE_CHUNK_BYTES:
            return start_blocking(self._sha256.update, chunk)
        self._sha256.update(chunk)
        return _do_nothing

    @property
    def checksum(self) -> str:
        return f"sha256:{self._sha256.hexdigest()}"


def _do_nothing() -> None:
    """Wait for nothing."""


def read_chunks(file: BinaryIO) -> Iterator[bytes]:
    """Yield a binary file's content in chunks of at most 1 MiB."""
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def take_head(chunks: Iterator[bytes], size_bytes: int) -> tuple[bytes, list[bytes]]:
    """Read at least `size_bytes`, or all there is; return the head and the chunks it took."""
    taken: list[bytes] = []
    total = 0
    while total < size_bytes and (chunk := next(chunks, None)) is not None:
        taken.append(chunk)
        total += len(chunk)
    head = taken[0] if len(taken) == 1 else b"".join(taken)
    return head[:size_bytes], taken
