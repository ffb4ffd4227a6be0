"""Filters as SQL that matches the same rows on SQLite and PostgreSQL."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Text,
    UnaryExpression,
    all_,
    and_,
    any_,
    collate,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.types import TypeEngine

from mediaweb.models.engine import fold_case
from mediaweb.models.media import MEDIA
from mediaweb.models.tag import MEDIA_TAG, TAG
from mediaweb.models.types import format_for_sqlite
from mediaweb.services.filters import (
    Condition,
    ConditionGroup,
    FilterOperator,
    GroupOperator,
    MediaField,
    Members,
    OrderDirection,
)
from mediaweb.services.tag_names import fold_name

Column = ColumnElement[Any]


def build_clause(members: Members, operator: GroupOperator, dialect: str) -> ColumnElement[bool]:
    """Return the condition that combined conditions amount to, in the named SQLAlchemy dialect."""
    clauses = [_build_member(member, dialect) for member in members]
    if not clauses:
        return true()
    return or_(*clauses) if operator is GroupOperator.OR else and_(*clauses)


def _build_member(member: Condition | ConditionGroup, dialect: str) -> ColumnElement[bool]:
    if isinstance(member, ConditionGroup):
        return build_clause(member.conditions, member.operator, dialect)
    return _compare(member, dialect)


def build_order(
    order_by: MediaField | None, direction: OrderDirection, backwards: bool = False
) -> tuple[UnaryExpression[Any], ...]:
    """Return the sort order: newest first unless a field is named, unset values last, ties by id.

    `backwards` gives the exact reverse of that, for reading from the end.
    """
    if order_by is None:
        order_by, direction = MediaField.CREATED_AT, OrderDirection.DESC
    is_descending = (direction is OrderDirection.DESC) is not backwards
    column = MEDIA.c[order_by.value]
    tie = MEDIA.c.id.desc() if is_descending else MEDIA.c.id.asc()
    if column is MEDIA.c.id:
        return (tie,)
    order = column.desc() if is_descending else column.asc()
    if column.nullable:
        order = order.nulls_first() if backwards else order.nulls_last()
    return order, tie


def _compare(condition: Condition, dialect: str) -> ColumnElement[bool]:
    column = MEDIA.c[condition.field.value]
    if condition.field is MediaField.TAGS:
        return _compare_tags(condition, dialect)
    if condition.operator is FilterOperator.ICONTAINS:
        return _contains(_fold(column, dialect), fold_case(str(condition.value)), dialect)
    if condition.operator is FilterOperator.CONTAINS:
        return _contains(column, condition.value, dialect)
    if isinstance(condition.value, tuple):
        compare_list = _compare_list_on_sqlite if dialect == "sqlite" else _compare_list
        return compare_list(column, condition.operator, condition.value)
    value = literal(condition.value, BigInteger) if _is_integer(column) else condition.value
    return _COMPARISONS[condition.operator](column, value)


def _compare_tags(condition: Condition, dialect: str) -> ColumnElement[bool]:
    if not isinstance(condition.value, tuple):
        is_unset = MEDIA.c.tags == ()
        return is_unset if condition.operator is FilterOperator.IS_NULL else not_(is_unset)
    folded = tuple(fold_name(str(name)) for name in condition.value)
    compare_list = _compare_list_on_sqlite if dialect == "sqlite" else _compare_list
    is_meant = compare_list(TAG.c.folded, FilterOperator.IN, folded)
    tagged = select(MEDIA_TAG.c.media_id).join(TAG).where(is_meant)
    # Not by the index on ids: the matches would be sorted, where those few are wanted that come first.
    has_any = (MEDIA.c.id + 0).in_(tagged)
    return has_any if condition.operator is FilterOperator.IN else not_(has_any)


def _compare_list(column: Column, operator: FilterOperator, values: tuple[Any, ...]) -> ColumnElement[bool]:
    # One parameter for the whole list: a statement of PostgreSQL has at most 65,535.
    array = literal(list(values), ARRAY(_parameter_type(column)))
    if operator is FilterOperator.IN:
        return column == any_(array)
    return _or_unset(column, column != all_(array))


def _compare_list_on_sqlite(
    column: Column, operator: FilterOperator, values: tuple[Any, ...]
) -> ColumnElement[bool]:
    # SQLite may take 32,766 parameters only. Its JSON reads numbers with a point less exactly than ours.
    members: Any = values
    if column.type.python_type is not float:
        stored = [format_for_sqlite(value) if isinstance(value, datetime) else value for value in values]
        members = select(func.json_each(json.dumps(stored)).table_valued("value").c.value)
    if operator is FilterOperator.IN:
        return column.in_(members)
    return _or_unset(column, column.not_in(members))


def _is_integer(column: Column) -> bool:
    return column.type.python_type is int


def _parameter_type(column: Column) -> TypeEngine[Any]:
    """Return the type in which PostgreSQL takes values for a column, wide enough for all we accept."""
    if _is_integer(column):
        return BigInteger()
    return Text() if column.type.python_type is str else column.type


def _contains(column: Column, text: Any, dialect: str) -> ColumnElement[bool]:
    # LIKE would not do: it has wildcards, and SQLite's ignores the case of ASCII letters.
    find = func.instr if dialect == "sqlite" else func.strpos
    return find(column, text) > 0


def _fold(column: Column, dialect: str) -> Column:
    """Do in SQL what `fold_case` does."""
    if dialect == "sqlite":
        return func.fold_case(column)  # ours (models.engine): SQLite's own functions know ASCII only
    # PostgreSQL's know only the letters of the column's collation.
    return func.upper(func.lower(collate(column, "und-x-icu")))


def _starts_with(column: Column, text: str) -> ColumnElement[bool]:
    return func.substr(column, 1, len(text)) == text


def _ends_with(column: Column, text: str) -> ColumnElement[bool]:
    # Counted from the start: a negative position means something else on each database.
    start = func.length(column) - len(text) + 1
    return and_(func.length(column) >= len(text), func.substr(column, start) == text)


def _or_unset(column: Column, clause: ColumnElement[bool]) -> ColumnElement[bool]:
    """A person who asks for "not 5" expects the unset ones too."""
    return or_(clause, column.is_(None)) if getattr(column, "nullable", True) else clause


_COMPARISONS: dict[FilterOperator, Callable[[Column, Any], ColumnElement[bool]]] = {
    FilterOperator.EQ: lambda column, value: column == value,
    FilterOperator.NE: lambda column, value: _or_unset(column, column != value),
    FilterOperator.GT: lambda column, value: column > value,
    FilterOperator.GTE: lambda column, value: column >= value,
    FilterOperator.LT: lambda column, value: column < value,
    FilterOperator.LTE: lambda column, value: column <= value,
    FilterOperator.STARTSWITH: _starts_with,
    FilterOperator.ENDSWITH: _ends_with,
    FilterOperator.IS_NULL: lambda column, _: column.is_(None),
    FilterOperator.IS_NOT_NULL: lambda column, _: column.is_not(None),
}
