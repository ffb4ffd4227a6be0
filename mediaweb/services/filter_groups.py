"""Groups of the filter language as JSON texts, and which operators go with which fields."""

from pydantic import ValidationError

from mediaweb.services.filters import (
    LIST_OPERATORS,
    NULL_OPERATORS,
    ORDER_OPERATORS,
    TEXT_OPERATORS,
    ConditionGroup,
    FilterOperator,
    QueryFilter,
)


def read_group(text: str) -> ConditionGroup:
    """Return the group that a JSON text writes, within the limits of a query. Raises `ValidationError`."""
    group = ConditionGroup.model_validate_json(text)
    QueryFilter(conditions=(group,))
    return group


def parse_group(text: str) -> ConditionGroup | None:
    """Return the same, or None if the text writes none."""
    try:
        return read_group(text)
    except ValidationError:
        return None


def operators_of(kind: type) -> frozenset[FilterOperator]:
    """Return the operators that take a value of this kind (`filters.kind_of`)."""
    if kind is tuple:
        return LIST_OPERATORS
    operators = frozenset(FilterOperator) - NULL_OPERATORS
    if kind is not str:
        operators -= TEXT_OPERATORS
    return operators - ORDER_OPERATORS if kind is bool else operators
