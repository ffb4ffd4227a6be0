"""What no schema can say, told to schemathesis: which ids there are, and what becomes of values in a form.

Imported by `test_schemathesis.py`; for the command line, set `SCHEMATHESIS_HOOKS=tests.schemathesis_hooks`.
"""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import schemathesis
from pydantic import TypeAdapter, ValidationError
from schemathesis import Case, HookContext
from schemathesis.transport.serialization import Binary

from mediaweb.services.filters import MAX_CONDITIONS, MAX_DEPTH
from mediaweb.services.tag_names import TagsOfForm

OWNER_ID = 1
#: Media with the ids from 1 up to this are there when the tests begin.
STORED_COUNT = 20


@schemathesis.hook
def filter_case(context: HookContext, case: Case[Any]) -> bool:
    """Leave out "invalid" forms that are valid once sent, and "valid" filters and tags that are too many."""
    if _is_negative(case):
        return not (_is_upload(case) and _is_valid_as_sent(case))
    if isinstance(case.body, dict) and not _are_tags(case.body.get("tags", "")):
        return False
    depths = list(_walk(case.body, depth=0)) if case.path.startswith("/media/filter") else []
    return len(depths) <= MAX_CONDITIONS and max(depths, default=0) <= MAX_DEPTH


@schemathesis.hook
def map_case(context: HookContext, case: Case[Any]) -> Case[Any]:
    """Replace the media in every second valid request, and the owner in all of them, by one that exists."""
    if _is_negative(case):
        return case
    media_id = case.path_parameters.get("media_id")
    if isinstance(media_id, int) and media_id % 2:
        case.path_parameters["media_id"] = media_id % STORED_COUNT + 1
    if _is_upload(case) and isinstance(case.body, dict) and case.body.get("user_id"):
        case.body["user_id"] = OWNER_ID
    return case


def _are_tags(value: Any) -> bool:
    try:
        TypeAdapter(TagsOfForm).validate_python(value)
    except ValidationError:
        return False
    return True


def _walk(member: Any, depth: int) -> Iterator[int]:
    """Yield the depth of every condition and of every empty group."""
    members = member.get("conditions") if isinstance(member, dict) else None
    if not members:
        yield depth
        return
    for each in members:
        yield from _walk(each, depth + 1)


def _is_upload(case: Case[Any]) -> bool:
    return case.method == "POST" and case.path == "/media/upload"


def _is_negative(case: Case[Any]) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_negative


def _is_valid_as_sent(case: Case[Any]) -> bool:
    """Tell whether every field of a form with a file is valid as the text it becomes.

    Schemathesis does the same for forms without files.
    """
    body: Any = case.body
    if not isinstance(body, dict) or not isinstance(body.get("file"), Binary) or not body["file"].data:
        return False
    fields = case.operation.schema.raw_schema["components"]["schemas"]["Upload"]["properties"]
    return all(
        name == "file" or (name in fields and _is_field_valid(value, fields[name]))
        for name, value in body.items()
    )


def _is_field_valid(value: Any, schema: dict[str, Any]) -> bool:
    if value in ([], {}):  # sends nothing
        return True
    return any(jsonschema_rs.is_valid(schema, reading) for reading in _readings(value))


def _readings(value: Any) -> Iterator[Any]:
    """Yield what a text in a form may be read as; a list of one is sent as the one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    text = value if isinstance(value, str) else json.dumps(value)
    yield text
    try:
        yield json.loads(text)
    except ValueError:
        return
