"""Request bodies, read within limits: a stream of the file, small fields and JSON."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, TypeVar

from flask import Request
from gunicorn.http.errors import ParseException
from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    StrictParserError,
)
from pydantic import BaseModel, ValidationError

from mediaweb.errors import (
    BodyTooLarge,
    FieldError,
    FileTooLarge,
    InvalidInput,
    MalformedRequest,
    UnsupportedContentType,
    UploadStalled,
)
from mediaweb.services.incoming import CHUNK_BYTES, IncomingFile, UploadDetails

Model = TypeVar("Model", bound=BaseModel)

MAX_JSON_BYTES = 1024 * 1024
MAX_PARTS = 32
MAX_FIELD_BYTES = 64 * 1024
#: Fields that may be sent several times: the same as once, with commas between them.
LISTS = frozenset({"tags"})
#: What a form may weigh beside its file: boundaries, part headers and all text fields.
MAX_FORM_OVERHEAD = 1024 * 1024


def read_json(request: Request, model: type[Model]) -> Model:
    """Read a JSON body into a model. Raises `InvalidInput`, `BodyTooLarge` or `UnsupportedContentType`."""
    if not request.is_json:
        raise UnsupportedContentType("application/json")
    if (request.content_length or 0) > MAX_JSON_BYTES:
        raise BodyTooLarge(MAX_JSON_BYTES)
    body = _read(request, MAX_JSON_BYTES + 1)
    if len(body) > MAX_JSON_BYTES:
        raise BodyTooLarge(MAX_JSON_BYTES)
    return validate(lambda: model.model_validate_json(body), "body")


def validate(parse: Callable[[], Model], *loc: str) -> Model:
    """Run a Pydantic parser; turn its complaints into `InvalidInput` with `loc` in front of each place."""
    try:
        return parse()
    except ValidationError as error:
        raise InvalidInput([_field_error(e, loc) for e in error.errors(include_url=False)]) from None


def _field_error(error: Any, loc: tuple[str, ...]) -> FieldError:
    # After a place in a list, the tag of a union tells which shape was tried; it is no part of the place.
    steps = pairwise((None, *error["loc"]))
    place = [
        part for before, part in steps if not (isinstance(before, int) and part in ("condition", "group"))
    ]
    return FieldError(loc=[*loc, *place], msg=error["msg"].removeprefix("Value error, "), type=error["type"])


class UploadForm:
    """A multipart form with one file, read as it arrives: fields before the file, the file, fields after it.

    `fields` fills up while the file's content is consumed and is complete when the content is.
    """

    def __init__(self, request: Request, max_file_bytes: int) -> None:
        """Read up to the file's first byte. Raises `InvalidInput` or `MalformedRequest`."""
        if request.mimetype != "multipart/form-data" or "boundary" not in request.mimetype_params:
            raise UnsupportedContentType("multipart/form-data")
        self.fields: dict[str, str] = {}
        self._max_file_bytes = max_file_bytes
        self._announced_bytes = request.content_length or 0
        self._events = _parse_form(request)
        self._file = self._read_fields()

    def incoming_file(self) -> IncomingFile:
        """Return the file and its details.

        Raises `InvalidInput` where there is no file, `FileTooLarge` when the announced length says so.
        """
        if self._announced_bytes > self._max_file_bytes + MAX_FORM_OVERHEAD:
            raise FileTooLarge(self._max_file_bytes)
        if self._file is None or not self._file.filename:
            raise InvalidInput.at("body", "file", msg="A file is needed in the part `file`.", type="missing")
        return IncomingFile(
            filename=self._file.filename,
            mime_type=self._file.content_type,
            chunks=self._read_content(),
            read_details=lambda: read_details(self.fields),
        )

    def _read_fields(self) -> MultipartSegment | None:
        """Collect text fields until a file starts or the form ends; return the file's part."""
        for event in self._events:
            assert isinstance(event, MultipartSegment)
            if event.filename is not None and event.name == "file":
                return event
            self._store_field(event)
        return None

    def _store_field(self, part: MultipartSegment) -> None:
        content = b"".join(self._limited_content(part))
        if part.filename is not None:
            raise InvalidInput.at(
                "body", part.name, msg="Files are accepted in the part `file` only.", type="extra_forbidden"
            )
        known = self.fields.get(part.name)
        if known is not None and part.name not in LISTS:
            raise InvalidInput.at("body", part.name, msg="This field was sent twice.", type="duplicate_field")
        try:
            text = content.decode()
        except UnicodeDecodeError:
            raise InvalidInput.at("body", part.name, msg="The text is not UTF-8.", type="unicode") from None
        self.fields[part.name] = text if known is None else f"{known},{text}"

    def _limited_content(self, part: MultipartSegment) -> Iterator[bytes]:
        size = 0
        for chunk in self._content_events():
            size += len(chunk)
            if size > MAX_FIELD_BYTES:
                msg = f"A text field may hold at most {MAX_FIELD_BYTES:,} bytes."
                raise InvalidInput.at("body", part.name, msg=msg, type="string_too_long")
            yield chunk

    def _content_events(self) -> Iterator[bytes]:
        """Yield the current part's content up to its end."""
        for event in self._events:
            if event is None:
                return
            yield event

    def _read_content(self) -> Iterator[bytes]:
        """Yield the file, then take in the fields behind it."""
        yield from self._content_events()
        if self._read_fields() is not None:
            raise InvalidInput.at("body", "file", msg="Send one file at a time.", type="too_many_files")


def read_details(fields: dict[str, str]) -> UploadDetails:
    """Check what a form says about a file; an empty field counts as not sent. Raises `InvalidInput`."""
    present = {name: value for name, value in fields.items() if value != ""}
    return validate(lambda: UploadDetails.model_validate(present), "body")


def _parse_form(request: Request) -> Iterator[Any]:
    """Yield the parser's events: a part, its chunks, None at its end. Raises `MalformedRequest`."""
    boundary = request.mimetype_params["boundary"]
    try:
        with PushMultipartParser(
            boundary, max_segment_count=MAX_PARTS, max_header_size=MAX_FIELD_BYTES, strict=True
        ) as parser:
            while not parser.closed:
                yield from _parse_chunk(parser, _read(request, CHUNK_BYTES))
    except ParserLimitReached:
        msg = f"A form may have at most {MAX_PARTS} parts, with short headers."
        raise InvalidInput.at("body", msg=msg, type="too_many_parts") from None
    except (MultipartError, UnicodeError):
        raise MalformedRequest(
            "The multipart body is broken or ends too early. Nothing was stored."
        ) from None


def _parse_chunk(parser: PushMultipartParser, chunk: bytes) -> Iterator[Any]:
    """Yield a chunk's events; take in the line break behind the last boundary when it comes by itself."""
    try:
        yield from parser.parse(chunk)
    except StrictParserError:
        if chunk.strip(b"\r\n"):
            raise


def _read(request: Request, size: int) -> bytes:
    """Read up to `size` bytes of the body. Raises `UploadStalled` or `MalformedRequest`."""
    try:
        return request.stream.read(size)
    except TimeoutError:
        raise UploadStalled from None
    except (OSError, ParseException):
        raise MalformedRequest("The connection broke before the body was complete.") from None
