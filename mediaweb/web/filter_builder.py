"""What the advanced filter's builder knows: each field, its kind, and what it can be compared by."""

from datetime import datetime
from typing import Any

from mediaweb.services.filter_groups import operators_of
from mediaweb.services.filters import (
    CHOICES,
    LIST_OPERATORS,
    MAX_DEPTH,
    NULL_OPERATORS,
    TEXT_OPERATORS,
    FilterOperator,
    MediaField,
    kind_of,
)

#: Names of fields that differ from what people read.
LABELS = {
    MediaField.ID: "Number",
    MediaField.FILENAME: "Name",
    MediaField.FILE_SIZE: "Size in bytes",
    MediaField.MIME_TYPE: "MIME type",
    MediaField.FILE_TYPE: "Type",
    MediaField.USER_ID: "Owner’s number",
    MediaField.IS_PUBLIC: "Public",
    MediaField.CREATED_AT: "Uploaded at",
    MediaField.UPDATED_AT: "Changed at",
    MediaField.WIDTH: "Width in pixels",
    MediaField.HEIGHT: "Height in pixels",
    MediaField.DURATION: "Duration in seconds",
}
OPERATORS = {
    FilterOperator.EQ: "is",
    FilterOperator.NE: "is not",
    FilterOperator.GT: "is more than",
    FilterOperator.GTE: "is at least",
    FilterOperator.LT: "is less than",
    FilterOperator.LTE: "is at most",
    FilterOperator.CONTAINS: "contains, same case",
    FilterOperator.ICONTAINS: "contains",
    FilterOperator.STARTSWITH: "starts with",
    FilterOperator.ENDSWITH: "ends with",
    FilterOperator.IN: "is any of",
    FilterOperator.NOT_IN: "is none of",
    FilterOperator.IS_NULL: "is not set",
    FilterOperator.IS_NOT_NULL: "is set",
}
KINDS = {str: "text", int: "integer", float: "number", bool: "boolean", datetime: "time", tuple: "text"}


def describe_language() -> dict[str, Any]:
    """Return the fields with their operators, in the order of their definition, for the builder's script."""
    return {
        "fields": [_describe_field(field) for field in MediaField],
        "operators": {operator.value: label for operator, label in OPERATORS.items()},
        "list_operators": sorted(LIST_OPERATORS),
        "null_operators": sorted(NULL_OPERATORS),
        "text_operators": sorted(TEXT_OPERATORS),
        "max_depth": MAX_DEPTH,
    }


def _describe_field(field: MediaField) -> dict[str, Any]:
    accepted = operators_of(kind_of(field)) | NULL_OPERATORS
    return {
        "name": field.value,
        "label": LABELS.get(field, field.value.replace("_", " ").capitalize()),
        "kind": KINDS[kind_of(field)],
        "choices": CHOICES.get(field, ()),
        "operators": [operator.value for operator in OPERATORS if operator in accepted],
    }
