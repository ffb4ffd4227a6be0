"""The filter language against a plain reading of it in Python, on both databases."""

import operator
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy.orm import Session

from mediaweb.application import ROOT
from mediaweb.services import Condition, ConditionGroup, FilterOperator, QueryFilter, media_service
from mediaweb.services.filters import MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES, MediaField, kind_of
from tests.services.library import START, add_media, add_user

NAMES = [
    "Beach 100%.jpg",
    "beach_100.JPG",
    "beach-100x.jpg",
    "BEACH",
    "ÄÖÜ Straße.png",
    "äöü STRASSE.png",
    "ΟΔΟΣ.gif",
    "οδοσήμανση.gif",
    "İstanbul.txt",
    "istanbul ısparta.txt",
    "雲の上 👩\u200d👧.webp",
    "a\\b'c\"d*e?[f].txt",
    "%",
    "_",
]
FRAGMENTS = [
    "",
    "%",
    "_",
    "100",
    "beach",
    "BEACH",
    ".jpg",
    "ä",
    "SS",
    "ß",
    "ος",
    "ΟΣ",
    "İ",
    "i",
    "ı",
    "雲",
    "\\",
    "*",
]
ROWS: list[dict[str, Any]] = [
    {
        "filename": name,
        "storage_path": f"2026/01/{number:02}/x",
        "file_size": [1, 500, 2**31, 2**53 + 1, 2**63 - 1][number % 5],
        "mime_type": ["image/jpeg", "video/mp4", "text/plain"][number % 3],
        "file_type": ["image", "video", "document"][number % 3],
        "description": [None, "", "Summer at the sea", "100% _real_"][number % 4],
        "alt_text": [None, name][number % 2],
        "tags": [(), ("Sea", "Straße"), ("Sea",), ("100%_", "雲")][number % 4],
        "user_id": [None, 1, 2][number % 3],
        "is_public": number % 2 == 0,
        "created_at": START + timedelta(hours=number // 2),
        "updated_at": START + timedelta(days=number, microseconds=number),
        "checksum": f"sha256:{number % 7:064x}",
        "width": [None, 640, 2**31 - 1][number % 3],
        "height": [480, None][number % 2],
        "duration": [None, 0.1, 12.5, 3600.0][number % 4],
        "taken_at": [None, datetime(1, 1, 1, tzinfo=UTC), START, datetime(9999, 12, 31, tzinfo=UTC)][
            number % 4
        ],
        "camera": [None, "Canon EOS R5", "Apple iPhone 15"][number % 3],
        "lens": [None, "50mm f/1.8"][number % 2],
        "preview_state": ["none", "ready"][number % 2],
    }
    for number, name in enumerate(NAMES)
]
ORDERED = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


@pytest.fixture
def rows(session: Session) -> list[dict[str, Any]]:
    """The library as plain dicts."""
    add_user(session)
    ids = add_media(session, ROWS)
    return [{"id": row_id, "storage_backend": "local", **row} for row_id, row in zip(ids, ROWS, strict=True)]


# The reference


def fold(text: str) -> str:
    return text.lower().upper()


def matches(row: dict[str, Any], member: dict[str, Any]) -> bool:
    if "conditions" in member:
        results = [matches(row, part) for part in member["conditions"]]
        return not results or (any if member.get("operator") == "or" else all)(results)
    stored, value = row[member["field"]], member.get("value")
    if member["field"] == "tags":
        tags = {fold(tag) for tag in stored}
        return _TAGS_MATCH[member["operator"]](tags, {fold(tag) for tag in value or ()})
    return _MATCHES[member["operator"]](stored, value)


def _text(test: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda stored, value: stored is not None and test(stored, value)


_MATCHES: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda stored, value: stored is not None and bool(stored == value),
    "ne": lambda stored, value: stored != value,
    "in": lambda stored, values: stored in values,
    "not_in": lambda stored, values: stored not in values,
    "is_null": lambda stored, _: stored is None,
    "is_not_null": lambda stored, _: stored is not None,
    "contains": _text(lambda stored, value: value in stored),
    "icontains": _text(lambda stored, value: fold(value) in fold(stored)),
    "startswith": _text(str.startswith),
    "endswith": _text(str.endswith),
    "gt": lambda stored, value: stored is not None and bool(stored > value),
    "gte": lambda stored, value: stored is not None and bool(stored >= value),
    "lt": lambda stored, value: stored is not None and bool(stored < value),
    "lte": lambda stored, value: stored is not None and bool(stored <= value),
}


_TAGS_MATCH: dict[str, Callable[[set[str], set[str]], bool]] = {
    "in": lambda tags, wanted: bool(tags & wanted),
    "not_in": lambda tags, wanted: not tags & wanted,
    "is_null": lambda tags, _: not tags,
    "is_not_null": lambda tags, _: bool(tags),
}


def ids_of(session: Session, query: dict[str, Any]) -> list[int]:
    return [row.id for row in media_service.filter(session, QueryFilter.model_validate(query))]


# Generated queries

CHOICE_FIELDS = {
    "file_type": ["image", "video", "audio"],
    "preview_state": ["none", "ready"],
    "storage_backend": ["local", "s3"],
}
ARBITRARY: dict[type, st.SearchStrategy[Any]] = {
    str: st.sampled_from(FRAGMENTS)
    | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=3),
    int: st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(0, 3),
    float: st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 20).map(float),
    bool: st.booleans(),
    datetime: st.datetimes(
        datetime(1, 1, 2),  # noqa: DTZ001 - Hypothesis adds it
        datetime(9999, 12, 30),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
}


def values_of(field: str) -> st.SearchStrategy[Any]:
    if field in CHOICE_FIELDS:
        return st.sampled_from(CHOICE_FIELDS[field])
    if field == "tags":
        return st.sampled_from(["sea", "STRASSE", "雲"]) | ARBITRARY[str]
    stored = [row[field] for row in ROWS if row.get(field) is not None] or [1, 2, 99]
    return st.sampled_from(stored) | ARBITRARY[kind_of(MediaField(field))]


def operators_of(field: str) -> list[str]:
    kind = kind_of(MediaField(field))
    if kind is tuple:
        return list(_TAGS_MATCH)
    text = ["contains", "icontains", "startswith", "endswith"] if kind is str else []
    order = list(ORDERED) if kind is not bool else []
    return ["eq", "ne", "in", "not_in", "is_null", "is_not_null", *text, *order]


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    field = draw(st.sampled_from(list(MediaField))).value
    name = draw(st.sampled_from(operators_of(field)))
    if name in ("is_null", "is_not_null"):
        return {"field": field, "operator": name}
    values = values_of(field)
    if name in ("contains", "icontains", "startswith", "endswith"):
        values = ARBITRARY[str]
    if name in ("in", "not_in"):
        values = st.lists(values, max_size=4)
    return {"field": field, "operator": name, "value": draw(values)}


def groups(members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"conditions": st.lists(members, max_size=4)}, optional={"operator": st.sampled_from(["and", "or"])}
    )


QUERIES = groups(st.recursive(conditions(), groups, max_leaves=6))
on_one_library = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@on_one_library
@given(query=QUERIES)
def test_a_query_finds_what_its_plain_reading_finds(
    session: Session, rows: list[dict[str, Any]], query: dict[str, Any]
) -> None:
    expected = [row["id"] for row in rows if matches(row, query)]
    assert ids_of(session, query | {"order_by": "id"}) == expected
    assert media_service.count_filtered(session, QueryFilter.model_validate(query)) == len(expected)


def values_to_try(rows: list[dict[str, Any]], field: str, name: str) -> list[Any]:
    if name.startswith("is_"):
        return [None]
    if field == "tags":
        return [[], ["sea"], ["STRASSE", "雲"], ["100%_"], ["100"]]
    stored = sorted({row[field] for row in rows if row[field] is not None})
    return [[], stored[:1], stored[1:]] if name in ("in", "not_in") else stored[:3] + stored[-2:]


def test_every_operator_of_every_field_finds_what_its_plain_reading_finds(
    session: Session, rows: list[dict[str, Any]]
) -> None:
    for field in MediaField:
        for name in operators_of(field):
            for value in values_to_try(rows, field, name):
                condition = {"field": field, "operator": name, "value": value}
                expected = [row["id"] for row in rows if matches(row, condition)]
                assert ids_of(session, {"conditions": [condition], "order_by": "id"}) == expected, condition


# Text


def names_found(session: Session, name: str, value: str) -> list[str]:
    query = QueryFilter(
        conditions=(Condition(field=MediaField.FILENAME, operator=FilterOperator(name), value=value),),
        order_by=MediaField.ID,
    )
    return [row.filename for row in media_service.filter(session, query)]


LITERALLY = [
    ("contains", "%", ["Beach 100%.jpg", "%"]),
    ("contains", "_", ["beach_100.JPG", "_"]),
    ("contains", "each_1", ["beach_100.JPG"]),
    ("contains", "\\b", ["a\\b'c\"d*e?[f].txt"]),
    ("contains", "*e?[f]", ["a\\b'c\"d*e?[f].txt"]),
    ("contains", "beach", ["beach_100.JPG", "beach-100x.jpg"]),
    ("startswith", "beach", ["beach_100.JPG", "beach-100x.jpg"]),
    ("startswith", "%", ["%"]),
    ("endswith", ".jpg", ["Beach 100%.jpg", "beach-100x.jpg"]),
    ("endswith", "_", ["_"]),
    ("contains", "", NAMES),
    ("startswith", "", NAMES),
    ("endswith", "", NAMES),
    ("icontains", "", NAMES),
    ("endswith", "longer than any of the names in here, by far", []),
    ("contains", "👧", ["雲の上 👩\u200d👧.webp"]),
    ("startswith", "雲の", ["雲の上 👩\u200d👧.webp"]),
]
IN_ANY_CASE = [
    ("bEACH", ["Beach 100%.jpg", "beach_100.JPG", "beach-100x.jpg", "BEACH"]),
    ("äÖü", ["ÄÖÜ Straße.png", "äöü STRASSE.png"]),
    ("strasse", ["ÄÖÜ Straße.png", "äöü STRASSE.png"]),
    ("STRAẞE", ["ÄÖÜ Straße.png", "äöü STRASSE.png"]),
    ("ΟΔΟΣ", ["ΟΔΟΣ.gif", "οδοσήμανση.gif"]),
    ("οδος", ["ΟΔΟΣ.gif", "οδοσήμανση.gif"]),
    ("ISTANBUL", ["istanbul ısparta.txt"]),
    ("i̇STANBUL", ["İstanbul.txt"]),
    ("ISPARTA", ["istanbul ısparta.txt"]),
    ("%", ["Beach 100%.jpg", "%"]),
    ("_", ["beach_100.JPG", "_"]),
]


@pytest.mark.usefixtures("rows")
def test_text_is_taken_literally_and_by_case(session: Session) -> None:
    for name, value, found in LITERALLY:
        assert names_found(session, name, value) == found, (name, value)


@pytest.mark.usefixtures("rows")
def test_icontains_ignores_case_in_every_script(session: Session) -> None:
    for value, found in IN_ANY_CASE:
        assert names_found(session, "icontains", value) == found, value


# Unset values, numbers, times


def test_not_five_includes_the_unset_ones(session: Session, rows: list[dict[str, Any]]) -> None:
    unset = [row["id"] for row in rows if row["user_id"] is None]
    for condition in (
        {"field": "user_id", "operator": "ne", "value": 1},
        {"field": "user_id", "operator": "not_in", "value": [1]},
        {"field": "user_id", "operator": "not_in", "value": []},
    ):
        assert set(unset) <= set(ids_of(session, {"conditions": [condition]}))


def test_numbers_of_any_column_may_be_as_large_as_an_id(session: Session, rows: list[dict[str, Any]]) -> None:
    for field in (field for field in MediaField if kind_of(field) is int):
        for value in (0, -1, 2**31, 2**40, 2**63 - 1, 1 - 2**63):
            for name in ("eq", "ne", "gt", "lte", "in", "not_in"):
                condition = {"field": field, "operator": name, "value": [value, 1] if "in" in name else value}
                expected = [row["id"] for row in rows if matches(row, condition)]
                assert ids_of(session, {"conditions": [condition], "order_by": "id"}) == expected, condition


ONE_MOMENT = [
    "2026-01-01T12:00:00Z",
    "2026-01-01T12:00:00.000000+00:00",
    "2026-01-01T13:30:00+01:30",
    "2025-12-31T22:00:00-14:00",
    "2026-01-01 12:00",
    START,
    START.replace(tzinfo=None),
]


@pytest.mark.usefixtures("rows")
def test_one_moment_may_be_written_in_many_ways(session: Session) -> None:
    for written in ONE_MOMENT:
        condition = {"field": "created_at", "operator": "eq", "value": written}
        assert len(ids_of(session, {"conditions": [condition]})) == 2, written


@pytest.mark.usefixtures("rows")
def test_a_date_is_its_first_moment_in_utc(session: Session) -> None:
    for day in ("2026-01-02", date(2026, 1, 2)):
        for name, count in (("lt", 1), ("gte", len(NAMES) - 1)):
            condition = {"field": "updated_at", "operator": name, "value": day}
            assert len(ids_of(session, {"conditions": [condition]})) == count, condition


@pytest.mark.parametrize(
    "value",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "10000-01-01",
        "2026-02-30",
        "2026-01-01T25:00:00Z",
        "yesterday",
        "12:00",
        "",
        1767225600,
        True,
    ],
)
def test_a_time_that_does_not_exist_is_refused(value: Any) -> None:
    assert problem({"field": "created_at", "operator": "gt", "value": value}) == (
        ("conditions", 0, "condition", "value"),
        "a time as in 2026-01-31T12:00:00Z, or a date, is needed",
    )


# What is refused


def problem(condition: dict[str, Any]) -> tuple[tuple[int | str, ...], str]:
    with pytest.raises(ValidationError) as refused:
        QueryFilter.model_validate({"conditions": [condition]})
    (error,) = refused.value.errors()
    return error["loc"], error["msg"].removeprefix("Value error, ")


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"field": "is_public", "operator": "eq", "value": "true"}, "true or false is needed"),
        ({"field": "is_public", "operator": "eq", "value": 1}, "true or false is needed"),
        (
            {"field": "is_public", "operator": "gt", "value": True},
            "is_public is true or false and has no order; use eq or ne",
        ),
        ({"field": "id", "operator": "in", "value": 1}, "in needs a list of values"),
        ({"field": "id", "operator": "in", "value": "1,2"}, "in needs a list of values"),
        ({"field": "id", "operator": "in", "value": [1, "2"]}, "a whole number is needed"),
        (
            {"field": "id", "operator": "in", "value": [None]},
            "a value is needed; is_null and is_not_null ask for unset fields",
        ),
        (
            {"field": "id", "operator": "in", "value": list(range(MAX_VALUES + 1))},
            "a list may hold at most 1000 values, this has 1001",
        ),
        ({"field": "id", "operator": "eq", "value": "1"}, "a whole number is needed"),
        ({"field": "id", "operator": "eq", "value": 1.5}, "a whole number is needed"),
        ({"field": "id", "operator": "eq", "value": True}, "a whole number is needed"),
        ({"field": "id", "operator": "eq", "value": [1]}, "a whole number is needed"),
        ({"field": "id", "operator": "eq", "value": 2**63}, "the number is out of range"),
        ({"field": "id", "operator": "eq", "value": -(10**400)}, "the number is out of range"),
        ({"field": "id", "operator": "contains", "value": "1"}, "contains works on text, and id is not text"),
        ({"field": "duration", "operator": "eq", "value": "1"}, "a number is needed"),
        (
            {"field": "tags", "operator": "eq", "value": "Sea"},
            "tags takes in, not_in, is_null and is_not_null",
        ),
        ({"field": "tags", "operator": "in", "value": "Sea"}, "in needs a list of values"),
        ({"field": "tags", "operator": "in", "value": [1]}, "text is needed"),
        ({"field": "duration", "operator": "eq", "value": 10**400}, "the number is out of range"),
        ({"field": "duration", "operator": "eq", "value": float("nan")}, "the number is out of range"),
        ({"field": "filename", "operator": "eq", "value": 1}, "text is needed"),
        (
            {"field": "filename", "operator": "eq", "value": "a\x00b"},
            "text may not contain the character NUL",
        ),
        (
            {"field": "filename", "operator": "contains", "value": "\ud800"},
            "text may not contain half a character",
        ),
        (
            {"field": "filename", "operator": "eq"},
            "a value is needed; is_null and is_not_null ask for unset fields",
        ),
        ({"field": "filename", "operator": "is_null", "value": False}, "is_null takes no value"),
        (
            {"field": "file_type", "operator": "eq", "value": "picture"},
            "file_type is one of image, video, audio, document, other",
        ),
        (
            {"field": "storage_backend", "operator": "in", "value": ["ftp"]},
            "storage_backend is one of local, s3",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_at_its_place(condition: dict[str, Any], message: str) -> None:
    assert problem(condition) == (("conditions", 0, "condition", "value"), message)


@pytest.mark.parametrize(
    ("condition", "place"),
    [
        ({"field": "colour", "operator": "eq", "value": 1}, "field"),
        ({"field": "", "operator": "eq", "value": 1}, "field"),
        ({"operator": "eq", "value": 1}, "field"),
        ({"field": "id", "operator": "like", "value": 1}, "operator"),
        ({"field": "id", "operator": "EQ", "value": 1}, "operator"),
        ({"field": "id", "value": 1}, "operator"),
        ({"field": "id", "operator": "eq", "value": 1, "case": True}, "case"),
    ],
)
def test_an_unknown_word_is_refused_at_its_place(condition: dict[str, Any], place: str) -> None:
    assert problem(condition)[0] == ("conditions", 0, "condition", place)


@pytest.mark.parametrize(
    "query",
    [
        {"operator": "xor"},
        {"order_by": "colour"},
        {"order_by": "tags"},
        {"order_direction": "up"},
        {"search": None},
        {"search": 1},
        {"search": "a" * 201},
        {"search": "\x00"},
        {"limit": 0},
        {"limit": 1001},
        {"limit": "10"},
        {"limit": True},
        {"offset": -1},
        {"offset": 2**63},
        {"filters": []},
        {"conditions": None},
        {"conditions": {}},
        {"conditions": [1]},
        {"conditions": [{"conditions": [], "operator": "not"}]},
    ],
)
def test_an_unknown_query_is_refused(query: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        QueryFilter.model_validate(query)


# Limits


def nested(levels: int) -> dict[str, Any]:
    member: dict[str, Any] = {"field": "id", "operator": "gte", "value": 0}
    for _ in range(levels - 1):
        member = {"conditions": [member]}
    return {"conditions": [member]}


def test_ten_levels_and_a_hundred_conditions_of_a_thousand_values_work(
    session: Session, rows: list[dict[str, Any]]
) -> None:
    everything = {row["id"] for row in rows}
    assert set(ids_of(session, nested(MAX_DEPTH))) == everything
    for field, values in (
        ("id", list(range(1, MAX_VALUES + 1))),
        ("storage_path", [row["storage_path"] for row in rows] + ["x"] * (MAX_VALUES - len(rows))),
        ("created_at", [START + timedelta(hours=number) for number in range(MAX_VALUES)]),
        ("is_public", [True, False] * (MAX_VALUES // 2)),
    ):
        condition = {"field": field, "operator": "in", "value": values}
        assert set(ids_of(session, {"conditions": [condition] * MAX_CONDITIONS})) == everything


def test_an_eleventh_level_is_refused() -> None:
    with pytest.raises(ValidationError, match="nested at most 10 levels deep"):
        QueryFilter.model_validate(nested(MAX_DEPTH + 1))


def test_very_deep_nesting_is_refused_rather_than_followed() -> None:
    with pytest.raises(ValidationError):
        QueryFilter.model_validate(nested(5000))


@pytest.mark.parametrize("in_groups", [False, True])
def test_a_hundred_and_first_condition_is_refused(in_groups: bool) -> None:
    condition = {"field": "id", "operator": "eq", "value": 1}
    members: list[dict[str, Any]] = [condition] * (MAX_CONDITIONS + 1)
    if in_groups:
        members = [{"conditions": [condition] * 51}, {"conditions": [condition] * 50}]
    with pytest.raises(ValidationError):
        QueryFilter.model_validate({"conditions": members})


# Order


def in_order(rows: list[dict[str, Any]], field: str, direction: str) -> list[int]:
    stored = sorted((row for row in rows if row[field] is not None), key=lambda row: (row[field], row["id"]))
    unset = [row for row in rows if row[field] is None]
    return [row["id"] for part in (stored, unset) for row in (part[::-1] if direction == "desc" else part)]


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_results_come_in_order_with_unset_last_and_ties_by_id(
    session: Session, rows: list[dict[str, Any]], direction: str
) -> None:
    for field in set(MediaField) - {MediaField.TAGS}:
        query = {"order_by": field, "order_direction": direction}
        expected = in_order(rows, field, direction)
        assert ids_of(session, query) == expected, field
        pages = [ids_of(session, query | {"limit": 5, "offset": offset}) for offset in range(0, 20, 5)]
        assert [row_id for page in pages for row_id in page] == expected, field


def test_without_an_order_the_newest_come_first(session: Session, rows: list[dict[str, Any]]) -> None:
    expected = sorted(rows, key=lambda row: (row["created_at"], row["id"]), reverse=True)
    assert ids_of(session, {}) == [row["id"] for row in expected]


def test_deep_pages_follow_each_other_without_gap(session: Session) -> None:
    minute = timedelta(minutes=1)
    ids = add_media(session, [{"created_at": START + minute * (number // 3)} for number in range(2500)])
    for direction, expected in (("asc", ids), ("desc", ids[::-1])):
        query = {"order_by": "created_at", "order_direction": direction, "limit": 300}
        pages = [ids_of(session, query | {"offset": offset}) for offset in range(0, 3000, 300)]
        assert [row_id for page in pages for row_id in page] == expected
        for first, second in pairwise(pages[:8]):
            assert not set(first) & set(second)


# Pages


PAGES = [
    (5, 0, 5, True),
    (5, 10, 4, False),
    (14, 0, 14, False),
    (7, 7, 7, False),
    (5, 14, 0, False),
    (5, 10**18, 0, False),
]


def test_a_page_tells_the_total_and_whether_there_is_more(
    session: Session, rows: list[dict[str, Any]]
) -> None:
    for limit, offset, length, has_more in PAGES:
        page = media_service.filter_paginated(session, QueryFilter(limit=limit, offset=offset))
        assert (len(page.data), page.total, page.has_more) == (length, len(rows), has_more)
        assert (page.limit, page.offset) == (limit, offset)


def test_an_empty_group_matches_everything(session: Session, rows: list[dict[str, Any]]) -> None:
    query = QueryFilter(conditions=(ConditionGroup(conditions=()),))
    assert media_service.count_filtered(session, query) == len(rows)


def test_a_list_from_python_is_taken_as_the_guide_writes_it(
    session: Session, rows: list[dict[str, Any]]
) -> None:
    conditions = [Condition(field="user_id", operator=FilterOperator.EQ, value=1)]
    found = media_service.filter(session, QueryFilter(conditions=conditions))
    assert {row.id for row in found} == {row["id"] for row in rows if row["user_id"] == 1}


# The page that explains it

PAGE = (ROOT / "docs" / "filters.md").read_text()


@pytest.mark.parametrize("word", [*MediaField, *FilterOperator])
def test_the_filters_page_explains_every_field_and_operator(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_the_example_over_http_is_a_query() -> None:
    (body,) = re.findall(r"-d '(\{.*?\})'", PAGE, re.DOTALL)
    assert QueryFilter.model_validate_json(body).limit == 20


def test_the_example_from_python_runs(
    app: Flask, rows: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    monkeypatch.setattr("mediaweb.create_app", lambda: app)
    names: dict[str, Any] = {}
    exec(example, names)
    expected = [row["id"] for row in rows if row["user_id"] == 1 and matches(row, IMAGE_OR_SHORT)]
    assert sorted(image.id for image in names["images"]) == expected
    assert names["page"].total == names["total"] == len(expected)


IMAGE_OR_SHORT = {
    "operator": "or",
    "conditions": [
        {"field": "file_type", "operator": "eq", "value": "image"},
        {"field": "duration", "operator": "lt", "value": 60},
    ],
}


@pytest.mark.parametrize("name", ["condition", "group", "colour"])
def test_a_superfluous_name_is_told_by_the_api_whatever_it_is(client: FlaskClient, name: str) -> None:
    condition = {"field": "id", "operator": "eq", "value": 1, name: 1}
    answer = client.post("/media/filter", json={"conditions": [{"conditions": [condition]}]})
    assert answer.status_code == 422
    (problem,) = answer.json["detail"]  # type: ignore[index]
    assert problem["loc"] == ["body", "conditions", 0, "conditions", 0, name]
