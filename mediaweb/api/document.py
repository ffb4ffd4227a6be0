"""What the OpenAPI document says beyond the views' signatures: answers, headers, examples, exact schemas."""

from collections.abc import Callable, Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from flask_openapi import Info, OpenAPI
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from mediaweb.api import schemas
from mediaweb.api.condition_schema import condition_schema
from mediaweb.api.examples import EXAMPLES, UPLOAD_EXAMPLES
from mediaweb.services.direct_uploads import UploadAnnouncement
from mediaweb.services.filters import QueryFilter
from mediaweb.services.incoming import MediaChanges
from mediaweb.version import VERSION

JsonObject = dict[str, Any]
Responses = dict[str | int, Any]

REF_TEMPLATE = "#/components/schemas/{model}"
DESCRIPTION = """\
Upload, list, filter, change, delete and download the files of a media library.

Bodies are JSON in UTF-8, an upload is a multipart form. Times are RFC 3339 in UTC. What is not known is
`null`. Results hold only what the caller may see.

Every failure is a `Problem`: `code` is a stable reason for programs; `detail` says in words what is wrong, or
for invalid input (`422`) lists each bad value with its place.
"""
INFO = Info(title="mediaweb", version=VERSION, description=DESCRIPTION)

_MODELS: tuple[tuple[type[BaseModel], JsonSchemaMode], ...] = (
    *((model, "serialization") for model in schemas.ANSWERS),
    (QueryFilter, "validation"),
    (MediaChanges, "validation"),
    (schemas.Upload, "validation"),
    (schemas.ArchiveOrder, "validation"),
    (UploadAnnouncement, "validation"),
)
_PROBLEMS = {
    400: "The bytes are no request of the announced form, or the host is none that the library answers to.",
    401: "Nobody is signed in, and this needs somebody.",
    403: "The caller may not do this, or another web site asked a browser to.",
    404: "There is no such media, or its file is missing.",
    408: "The body stopped arriving. Nothing was stored.",
    409: "This does not go with how things are now.",
    412: "The file is not the one that `If-Match` names.",
    413: "The file or the body is larger than the limit.",
    414: "The address is longer than any that this API needs.",
    415: "The body's format, or the file's type, is not accepted.",
    416: "None of the ranges lies within the file.",
    422: "Values are wrong; `detail` lists each with its place.",
    429: "Too many requests. Try again after `Retry-After`.",
    431: "The headers are larger than any that this API needs.",
    500: "A mistake of the server, written to its log.",
    503: "The storage or the database can't be reached. Try again after `Retry-After`.",
    507: "The storage is full. Nothing was stored.",
}


def _header(description: str, schema_type: str = "string") -> JsonObject:
    return {"description": description, "required": True, "schema": {"type": schema_type}}


_RETRY_AFTER = {"Retry-After": _header("Seconds to wait.", "integer")}
_PROBLEM_HEADERS = {
    401: {"WWW-Authenticate": _header("How to authenticate: `Bearer`.")},
    416: {"Content-Range": _header("The file's size: `bytes */<size>`.")},
    429: _RETRY_AFTER,
    503: _RETRY_AFTER,
}
_FILE_HEADERS = {
    "Content-Disposition": _header("The file's name, and whether to show it in place (RFC 6266)."),
    "Accept-Ranges": _header("`bytes`"),
    "ETag": _header("The content's checksum."),
    "Last-Modified": _header("When the file was stored."),
}


class DocumentedApp(OpenAPI):
    """flask-openapi, except that Pydantic's schemas reach the document whole.

    flask-openapi passes them through a model of its own that loses `const`, `$defs` and whatever else it does
    not know, and documents a shape of `422` that is never sent.
    """

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view as it is: none of ours is asynchronous, and Flask asks anew for every request."""
        return func

    def generate_spec_json(self) -> None:
        """Build the document once; the `api_doc` property caches it."""
        self.validation_error_status = "500"  # documented everywhere, so that it adds no error of its own
        super().generate_spec_json()  # type: ignore[no-untyped-call]
        self.spec_json["components"]["schemas"] = component_schemas()
        for operation in _operations(self.spec_json):
            if "description" in operation:  # it joins a docstring's lines as if they were HTML
                operation["description"] = operation["description"].replace("<br/>", "\n").strip()


def _operations(document: JsonObject) -> Iterator[JsonObject]:
    for path_item in document["paths"].values():
        yield from path_item.values()


@cache
def component_schemas() -> JsonObject:
    """Return every named schema of the document."""
    _, definitions = models_json_schema(_MODELS, ref_template=REF_TEMPLATE)
    named: JsonObject = definitions["$defs"]
    for name in ("FilterOperator", "MediaField"):  # the exact condition says which go together
        del named[name]
    named["Condition"] = condition_schema()
    for name, examples in EXAMPLES.items():
        named[name]["examples"] = examples
    for name, example in UPLOAD_EXAMPLES.items():
        named["Upload"]["properties"][name]["examples"] = [example]
    return dict(sorted(named.items()))


def operation_id(*, bp_name: str, name: str, path: str, method: str) -> str:  # noqa: ARG001 - flask-openapi's
    """Name an operation as its endpoint: `media_filter_paginated`."""
    return f"{bp_name}_{name}"


def answer(model: type[BaseModel], description: str, **headers: JsonObject) -> JsonObject:
    """Return an OpenAPI response in JSON."""
    content = {"application/json": {"schema": {"$ref": REF_TEMPLATE.format(model=model.__name__)}}}
    return {"description": description, "headers": headers, "content": content}


def created(model: type[BaseModel], description: str) -> JsonObject:
    """Return the OpenAPI response of something new, with its address."""
    return answer(model, description, Location=_header("Where it is."))


def binary(description: str, *mime_types: str) -> JsonObject:
    """Return the OpenAPI response of a file's bytes."""
    schema = {"type": "string", "format": "binary"}
    content = {mime_type: {"schema": schema} for mime_type in mime_types}
    return {"description": description, "headers": _FILE_HEADERS, "content": content}


def attachment(description: str, mime_type: str) -> JsonObject:
    """Return the OpenAPI response of a file that is made for this request."""
    name = {"Content-Disposition": _FILE_HEADERS["Content-Disposition"]}
    return binary(description, mime_type) | {"headers": name}


def upload_form() -> JsonObject:
    """Return the OpenAPI request body of an upload: the file and what is said about it."""
    schema = {"$ref": REF_TEMPLATE.format(model=schemas.Upload.__name__)}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def problems(*statuses: int) -> Responses:
    """Return the documented failures of an operation, on top of those that any may have."""
    documented = sorted({*statuses, 400, 401, 414, 429, 431, 500, 503})
    return {str(status): _problem(HTTPStatus(status)) for status in documented}


def _problem(status: HTTPStatus) -> JsonObject:
    return answer(schemas.Problem, _PROBLEMS[status], **_PROBLEM_HEADERS.get(status, {}))
