"""JSON Schema of one filter condition: which operators and values go with which fields, exactly.

Pydantic can't tell it by itself: what a value may be depends on the field and on the operator beside it.
The sets come from `services.filters`; `tests/test_openapi.py` holds the two against each other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mediaweb.models.types import MAX_ID
from mediaweb.services.filter_groups import operators_of
from mediaweb.services.filters import (
    CHOICES,
    LIST_OPERATORS,
    MAX_VALUES,
    NULL_OPERATORS,
    TEXT_OPERATORS,
    Condition,
    FilterOperator,
    MediaField,
    kind_of,
)

JsonSchema = dict[str, Any]

_ANY_TEXT = {"type": "string", "pattern": r"^[^\x00]*$"}
_VALUES: dict[type, JsonSchema] = {
    int: {"type": "integer", "minimum": -MAX_ID, "maximum": MAX_ID},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    str: _ANY_TEXT,
    tuple: _ANY_TEXT,
    datetime: {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]},
}
_TITLES: dict[type, str] = {
    int: "Whole number",
    float: "Number",
    bool: "True or false",
    str: "Text",
    datetime: "Time",
    tuple: "Tags",
}


def condition_schema() -> JsonSchema:
    """Return the schema of `Condition`: one alternative for each kind of field and of operator."""
    alternatives = [_unset_schema()]
    for kind, title in _TITLES.items():
        fields = [field for field in MediaField if kind_of(field) is kind and field not in CHOICES]
        alternatives += _value_schemas(title, fields, operators_of(kind), _VALUES[kind])
    for name, choices in CHOICES.items():
        value = {"type": "string", "enum": list(choices)}
        title = name.replace("_", " ").capitalize()
        alternatives += _value_schemas(title, [name], operators_of(str) - TEXT_OPERATORS, value)
    alternatives.append(_schema("Text in a choice", list(CHOICES), TEXT_OPERATORS, _ANY_TEXT))
    return {"title": "Condition", "description": Condition.__doc__, "anyOf": alternatives}


def _value_schemas(
    title: str, fields: Sequence[str], operators: frozenset[FilterOperator], value: JsonSchema
) -> list[JsonSchema]:
    values = {"type": "array", "items": value, "maxItems": MAX_VALUES}
    return [
        _schema(title, fields, operators - LIST_OPERATORS, value),
        _schema(f"{title}, a list", fields, operators & LIST_OPERATORS, values),
    ]


def _unset_schema() -> JsonSchema:
    schema = _schema("Set or unset", list(MediaField), NULL_OPERATORS, {"type": "null"})
    schema["required"] = ["field", "operator"]
    return schema


def _schema(
    title: str, fields: Sequence[str], operators: frozenset[FilterOperator], value: JsonSchema
) -> JsonSchema:
    return {
        "title": title,
        "type": "object",
        "properties": {
            "field": {"type": "string", "enum": [str(field) for field in fields]},
            # In the order of their definition: the document must be the same in every process.
            "operator": {"type": "string", "enum": [str(o) for o in FilterOperator if o in operators]},
            "value": value,
        },
        "required": ["field", "operator", "value"],
        "additionalProperties": False,
    }
