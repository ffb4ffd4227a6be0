"""The shapes that go over the wire, for the OpenAPI document; requests are checked against them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from mediaweb.models import FileType, PreviewState, UploadState
from mediaweb.models.types import MAX_ID
from mediaweb.services.bulk import MAX_MEDIA
from mediaweb.services.filters import DEFAULT_LIMIT, MAX_LIMIT
from mediaweb.services.incoming import FLAGS, UploadDetails
from mediaweb.services.numbers import AS_JSON_MEANS_IT


def _describe_form(schema: dict[str, Any]) -> None:
    """Fit a model's JSON Schema to a form: the file comes first, and a field has a value or is not sent."""
    properties = schema["properties"]
    for definition in properties.values():
        value, *null = definition.pop("anyOf", [{}])
        definition |= value
        if null:
            del definition["default"]
    # An empty field counts as one that was not sent, and a flag can be written in several ways.
    properties["user_id"] |= {"type": ["integer", "string"], "maxLength": 0}
    del properties["is_public"]["type"], properties["tags"]["default"]
    texts = [text for text in FLAGS if not text.isdigit() and text not in ("true", "false")]
    properties["is_public"]["enum"] = [True, False, 1, 0, *texts, ""]
    schema["properties"] = {"file": properties.pop("file"), **properties}


class Upload(UploadDetails):
    """A file and what is said about it."""

    model_config = ConfigDict(json_schema_extra=_describe_form)

    file: bytes = Field(description="The file, with its name.", min_length=1)


class UploadPath(BaseModel):
    upload_id: str = Field(description="As it was given by the announcement.", max_length=200)


class SocketTicketRead(BaseModel):
    """With what one live connection can be opened."""

    ticket: str = Field(description="To be sent as `?ticket=`.")
    expires_in_seconds: int = Field(description="How long it works.", ge=1)


class LiveStats(BaseModel):
    """The live connections of one web process."""

    total_channels: int = Field(description="How many channels have any.", ge=0)
    channels: dict[str, int] = Field(description="The connections of each channel.")
    total_connections: int = Field(ge=0)


class MediaPath(BaseModel):
    media_id: int = Field(description="The media's id.", ge=1, le=MAX_ID, examples=[1])


class UserPath(BaseModel):
    user_id: int = Field(description="The owner's id. Someone unknown has no media.", examples=[1])


class FileTypePath(BaseModel):
    file_type: FileType = Field(description="The family of files.")


class ListQuery(BaseModel):
    skip: int = Field(0, ge=0, le=MAX_ID, description="How many of the newest to leave out.")
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many to return at most.")


class DeleteQuery(BaseModel):
    trash: bool = Field(False, description="Whether it can be restored for some days.")


class SignedLink(BaseModel):
    """What the API adds to the URLs of private files: whoever has such a link may fetch the file."""

    expires: int | None = Field(
        None, ge=0, le=MAX_ID, description="Until when the link works, in seconds since 1970."
    )
    signature: str | None = Field(None, max_length=200, description="Proves that this library made the link.")


class DownloadQuery(SignedLink):
    disposition: Literal["attachment", "inline"] = Field(
        "attachment", description="`inline` shows images, audio, video, PDF and plain text in place."
    )


class ClipQuery(SignedLink):
    v: str | None = Field(
        None, max_length=64, description="The content's version, as in `thumbnails`: may be cached for ever."
    )


class ThumbnailQuery(ClipQuery):
    size: Literal["320", "640", "1280", "2048"] = Field(
        "320", description="The longer edge has at most that many pixels."
    )


class ArchiveOrder(BaseModel):
    """Which media an archive is wanted of."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[int, Field(ge=1, le=MAX_ID, strict=True), AS_JSON_MEANS_IT]] = Field(
        min_length=1, max_length=MAX_MEDIA, description="The media's ids."
    )


class MediaRead(BaseModel):
    """A media as clients see it. What is not known is null."""

    model_config = ConfigDict(extra="forbid")

    id: int
    filename: str
    storage_path: str = Field(description="Where the storage keeps it: YYYY/MM/DD/<uuid>_<name>.")
    file_size: int = Field(description="In bytes.")
    mime_type: str
    file_type: FileType
    description: str | None
    alt_text: str | None
    tags: list[str] = Field(description="In the order they were given.")
    user_id: int | None = Field(description="The owner.")
    storage_backend: Literal["local", "s3"]
    is_public: bool
    created_at: datetime
    updated_at: datetime
    checksum: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    width: int | None = Field(description="In pixels, after EXIF orientation.")
    height: int | None = Field(description="In pixels, after EXIF orientation.")
    duration: float | None = Field(description="In seconds.")
    taken_at: datetime | None = Field(description="As the file says.")
    camera: str | None = Field(description="Its make and model.")
    lens: str | None
    preview_state: PreviewState
    url: str
    download_url: str
    thumbnails: dict[str, str] = Field(description="From width in pixels to URL.")


class MediaUploaded(MediaRead):
    """The new media."""

    message: str


class UploadPart(BaseModel):
    """Where a part is to be sent."""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(ge=1)
    url: str = Field(description="Takes the part by PUT, without any header of ours.")


class MediaList(RootModel[list[MediaRead]]):
    """Media, newest first unless a filter says otherwise."""


class MediaPage(BaseModel):
    """A part of the matching media, and how many match in all."""

    model_config = ConfigDict(extra="forbid")

    data: list[MediaRead]
    total: int
    limit: int
    offset: int
    has_more: bool


class TrashedMediaRead(BaseModel):
    """A media in the trash. It has no links: to see it whole, restore it."""

    model_config = ConfigDict(extra="forbid")

    id: int
    filename: str
    file_size: int = Field(description="In bytes.")
    mime_type: str
    file_type: FileType
    user_id: int | None = Field(description="The owner.")
    is_public: bool = Field(description="Whether it is seen by everybody once it is restored.")
    trashed_at: datetime
    expires_at: datetime = Field(description="When it is gone for good.")


class TrashList(RootModel[list[TrashedMediaRead]]):
    """Media in the trash, what was deleted last first."""


class StorageInfo(BaseModel):
    """Where files are kept."""

    model_config = ConfigDict(extra="forbid")

    backend: Literal["local", "s3"]
    bucket_name: str | None
    media_folder: str | None
    endpoint_url: str | None


class InputError(BaseModel):
    """One bad value: where it stands, what is wrong with it."""

    loc: list[str | int]
    msg: str
    type: str


class Problem(BaseModel):
    """What went wrong, in words and as a stable code. For invalid input, each bad value."""

    model_config = ConfigDict(extra="forbid")

    detail: str | list[InputError]
    code: Annotated[str, Field(pattern="^[a-z0-9_]+$")]


class DirectUploadRead(BaseModel):
    """A file on its way to the store, as who announced it sees it."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="Only who announced it knows it.")
    state: UploadState = Field(description="`open` → `verifying` → `stored` or `refused`.")
    part_size: int = Field(description="Of each part but the last, in bytes.")
    parts: list[UploadPart] = Field(description="Where to send them, while it is open.")
    expires_at: datetime = Field(description="An open one is dropped then, and the others forgotten.")
    problem: Problem | None = Field(description="Why it was refused.")
    media_id: int | None = Field(description="The new media, or the one with the same content.")
    media: MediaRead | None = Field(description="The new media, if the caller may see it.")


#: What the API answers with; a test holds it against the document.
ANSWERS: tuple[type[BaseModel], ...] = (
    MediaRead,
    MediaUploaded,
    MediaList,
    MediaPage,
    TrashedMediaRead,
    TrashList,
    StorageInfo,
    LiveStats,
    SocketTicketRead,
    DirectUploadRead,
    Problem,
)
