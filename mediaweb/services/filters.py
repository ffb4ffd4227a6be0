"""The filter language: conditions and groups, checked value by value. `filter_sql` turns them into SQL."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from math import inf, isfinite
from typing import Annotated, Any, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from mediaweb.models import FileType, Media, PreviewState
from mediaweb.models.types import MAX_ID
from mediaweb.services.incoming import Text
from mediaweb.services.numbers import AS_JSON_MEANS_IT, drop_zero_fraction
from mediaweb.storage.backend import BackendName

MAX_CONDITIONS = 100
MAX_DEPTH = 10
MAX_VALUES = 1000
MAX_LIMIT = 1000
DEFAULT_LIMIT = 100
MAX_SEARCH_LENGTH = 200


class MediaField(StrEnum):
    """The fields of a media that filters and sorting know: all that is stored of it."""

    ID = "id"
    FILENAME = "filename"
    STORAGE_PATH = "storage_path"
    FILE_SIZE = "file_size"
    MIME_TYPE = "mime_type"
    FILE_TYPE = "file_type"
    DESCRIPTION = "description"
    ALT_TEXT = "alt_text"
    TAGS = "tags"
    USER_ID = "user_id"
    STORAGE_BACKEND = "storage_backend"
    IS_PUBLIC = "is_public"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    CHECKSUM = "checksum"
    WIDTH = "width"
    HEIGHT = "height"
    DURATION = "duration"
    TAKEN_AT = "taken_at"
    CAMERA = "camera"
    LENS = "lens"
    PREVIEW_STATE = "preview_state"


class FilterOperator(StrEnum):
    """How a field is compared with a value."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    CONTAINS = "contains"
    ICONTAINS = "icontains"
    STARTSWITH = "startswith"
    ENDSWITH = "endswith"
    IN = "in"
    NOT_IN = "not_in"
    IS_NULL = "is_null"
    IS_NOT_NULL = "is_not_null"


class GroupOperator(StrEnum):
    """How the members of a group combine."""

    AND = "and"
    OR = "or"


class OrderDirection(StrEnum):
    """Ascending or descending."""

    ASC = "asc"
    DESC = "desc"


LIST_OPERATORS = frozenset({FilterOperator.IN, FilterOperator.NOT_IN})
NULL_OPERATORS = frozenset({FilterOperator.IS_NULL, FilterOperator.IS_NOT_NULL})
TEXT_OPERATORS = frozenset(
    {FilterOperator.CONTAINS, FilterOperator.ICONTAINS, FilterOperator.STARTSWITH, FilterOperator.ENDSWITH}
)
ORDER_OPERATORS = frozenset({FilterOperator.GT, FilterOperator.GTE, FilterOperator.LT, FilterOperator.LTE})
CHOICES: dict[MediaField, tuple[str, ...]] = {
    MediaField.FILE_TYPE: tuple(FileType),
    MediaField.PREVIEW_STATE: tuple(PreviewState),
    MediaField.STORAGE_BACKEND: get_args(BackendName),
}


class Condition(BaseModel):
    """One comparison of one field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: MediaField = Field(description="The field to compare.")
    operator: FilterOperator = Field(
        description="How to compare it. `ne` and `not_in` also match unset fields."
    )
    value: str | int | float | bool | tuple[str | int | float | bool, ...] | None = Field(
        None,
        validate_default=True,
        description="Text, number, boolean or RFC 3339 time, as the field is; a list of them for `in` and "
        "`not_in` (at most 1,000); nothing for `is_null` and `is_not_null`.",
    )

    @field_validator("value", mode="plain")
    @classmethod
    def check_value(cls, value: Any, info: ValidationInfo) -> Any:
        field, operator = info.data.get("field"), info.data.get("operator")
        if field is None or operator is None:
            return value  # the error is theirs
        return _parse_operand(field, operator, value)


def _is_group(value: Any) -> str:
    if isinstance(value, ConditionGroup) or (isinstance(value, dict) and "conditions" in value):
        return "group"
    return "condition"


Member = Annotated[
    Annotated[Condition, Tag("condition")] | Annotated["ConditionGroup", Tag("group")],
    Discriminator(_is_group),
]


class ConditionGroup(BaseModel):
    """Conditions and further groups, combined with `and` or `or`. An empty group matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    conditions: tuple[Member, ...] = Field(max_length=MAX_CONDITIONS)
    operator: GroupOperator = GroupOperator.AND


Members = tuple[Condition | ConditionGroup, ...]
#: As documents tell it: a media has many tags, which no list can be in the order of.
_ORDER_SCHEMA = {"type": "string", "enum": [field.value for field in MediaField if field != MediaField.TAGS]}


class QueryFilter(BaseModel):
    """A whole query: what to match, in which order, and which part of the result.

    Without `order_by`, the newest come first. Ties are broken by id, in the same direction.
    """

    model_config = ConfigDict(extra="forbid")

    conditions: tuple[Member, ...] = Field((), max_length=MAX_CONDITIONS)
    operator: GroupOperator = GroupOperator.AND
    order_by: Annotated[MediaField, WithJsonSchema(_ORDER_SCHEMA)] | None = None
    order_direction: OrderDirection = OrderDirection.ASC
    search: Annotated[Text, Field(max_length=MAX_SEARCH_LENGTH)] = Field(
        "", description="Words that begin a word of the name, the description, the alt text or a tag."
    )
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, strict=True), AS_JSON_MEANS_IT] = DEFAULT_LIMIT
    offset: Annotated[int, Field(ge=0, le=MAX_ID, strict=True), AS_JSON_MEANS_IT] = 0

    @field_validator("conditions")
    @classmethod
    def limit_size(cls, conditions: Members) -> Members:
        depths = list(_walk(conditions, depth=1))
        if len(depths) > MAX_CONDITIONS:
            raise ValueError(f"at most {MAX_CONDITIONS} conditions are accepted, this has {len(depths)}")
        if max(depths, default=0) > MAX_DEPTH:
            raise ValueError(f"groups may be nested at most {MAX_DEPTH} levels deep")
        return conditions

    @field_validator("order_by")
    @classmethod
    def need_order(cls, order_by: MediaField | None) -> MediaField | None:
        if order_by is MediaField.TAGS:
            raise ValueError("tags have no order")
        return order_by


def _walk(members: Members, depth: int) -> Iterator[int]:
    """Yield the depth of every condition and of every empty group."""
    for member in members:
        if isinstance(member, ConditionGroup) and member.conditions:
            yield from _walk(member.conditions, depth + 1)
        else:
            yield depth


def _parse_operand(field: MediaField, operator: FilterOperator, value: Any) -> Any:
    if operator in NULL_OPERATORS:
        if value is not None:
            raise ValueError(f"{operator} takes no value")
        return None
    kind = kind_of(field)
    if kind is tuple and operator not in LIST_OPERATORS:
        raise ValueError(f"{field} takes in, not_in, is_null and is_not_null")
    if operator in TEXT_OPERATORS and kind is not str:
        raise ValueError(f"{operator} works on text, and {field} is not text")
    if operator in ORDER_OPERATORS and kind is bool:
        raise ValueError(f"{field} is true or false and has no order; use eq or ne")
    if operator not in LIST_OPERATORS:
        return _parse_scalar(field, operator, value)
    if not isinstance(value, list | tuple):
        raise ValueError(f"{operator} needs a list of values")  # noqa: TRY004
    if len(value) > MAX_VALUES:
        raise ValueError(f"a list may hold at most {MAX_VALUES} values, this has {len(value)}")
    return tuple(_parse_scalar(field, operator, item) for item in value)


def kind_of(field: MediaField) -> type:
    """Return the Python type of a field's values."""
    return Media.__table__.c[field.value].type.python_type


def _parse_scalar(field: MediaField, operator: FilterOperator, value: Any) -> Any:
    if value is None:
        raise ValueError("a value is needed; is_null and is_not_null ask for unset fields")
    parsed = _PARSERS[kind_of(field)](value)
    choices = CHOICES.get(field)
    if choices and operator not in TEXT_OPERATORS and parsed not in choices:
        raise ValueError(f"{field} is one of {', '.join(choices)}")
    return parsed


def _parse_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("text is needed")  # noqa: TRY004 - Pydantic collects ValueError
    if "\x00" in value:
        raise ValueError("text may not contain the character NUL")
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("text may not contain half a character")
    return str(value)


def _parse_integer(value: Any) -> int:
    value = drop_zero_fraction(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a whole number is needed")  # noqa: TRY004
    if not -MAX_ID <= value <= MAX_ID:
        raise ValueError("the number is out of range")
    return value


def _parse_number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number is needed")  # noqa: TRY004
    try:
        number = float(value)
    except OverflowError:
        number = inf
    if not isfinite(number):  # JSON knows neither infinities nor NaN, but Pydantic reads them
        raise ValueError("the number is out of range")
    return number


def _parse_boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is needed")  # noqa: TRY004
    return value


def _parse_moment(value: Any) -> datetime:
    """Read an RFC 3339 time or a date; one without offset is in UTC."""
    try:
        written = value.isoformat() if isinstance(value, date) else value
        moment = datetime.fromisoformat(written)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("a time as in 2026-01-31T12:00:00Z, or a date, is needed") from None


_PARSERS: dict[type, Any] = {
    str: _parse_text,
    int: _parse_integer,
    float: _parse_number,
    bool: _parse_boolean,
    tuple: _parse_text,
    datetime: _parse_moment,
}
