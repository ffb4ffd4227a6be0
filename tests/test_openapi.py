"""The document at `/openapi.json`: valid, complete and true."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import ValidationError

from mediaweb.models import PreviewState
from mediaweb.services.filters import Condition, FilterOperator, MediaField
from tests.api.calls import send_file, upload

#: The document is the same on every database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Document = dict[str, Any]
VALUES: tuple[Any, ...] = (
    *("image", "ready", "local", "Grüße", "nul\x00", "", "2026-01-31T12:00:00Z", "2026-01-31", "soon"),
    *(0, -1, 2.0, 2.5, 2**63, True, False, None, {}),
)


#: What OpenAPI has no words for; docs/live.md has.
SOCKETS = {"live.media", "live_pages.gallery"}


@pytest.fixture
def document(client: FlaskClient) -> Document:
    found: Document = client.get("/openapi.json").get_json()
    return found


def test_it_is_valid_openapi_3_1(document: Document) -> None:
    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()


def test_it_names_every_route_of_the_api_and_no_other(app: Flask, document: Document) -> None:
    routes = {
        (method, re.sub(r"<(?:.*:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/media", "/ws")) and rule.endpoint not in SOCKETS
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(method, path) for method, path, _ in _operations(document)} == routes


def test_every_operation_is_explained(document: Document) -> None:
    for method, path, operation in _operations(document):
        assert operation["summary"].endswith("."), (method, path)
        assert operation["operationId"].startswith(("media_", "live_")), (method, path)
        assert operation["tags"] in (["media"], ["live"]), (method, path)
        assert "<br/>" not in operation.get("description", ""), (method, path)


def test_every_error_is_a_problem(document: Document) -> None:
    for method, path, operation in _operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                schema = {"$ref": "#/components/schemas/Problem"}
                assert response["content"] == {"application/json": {"schema": schema}}, (method, path, status)


def test_every_operation_says_what_any_may_answer(document: Document) -> None:
    anywhere = {"400", "401", "414", "429", "431", "500", "503"}
    for method, path, operation in _operations(document):
        assert anywhere <= set(operation["responses"]), (method, path)


def test_no_schema_is_left_over_and_none_is_missing(document: Document) -> None:
    referred = set(re.findall(r"'#/components/schemas/(\w+)'", str(document)))
    assert referred == set(document["components"]["schemas"])


def test_its_examples_conform(document: Document) -> None:
    for name, schema in document["components"]["schemas"].items():
        for example in schema.get("examples", []):
            _validator(document, name).validate(example)


@pytest.mark.parametrize("operator", FilterOperator)
def test_it_describes_exactly_the_conditions_that_are_accepted(
    document: Document, operator: FilterOperator
) -> None:
    validator = _validator(document, "Condition")
    for field in MediaField:
        for value in (*VALUES, *([value] for value in VALUES), [], [1] * 1001, ["a"] * 1001):
            condition = {"field": field.value, "operator": operator.value, "value": value}
            assert validator.is_valid(condition) == _is_accepted(condition), condition


def test_it_says_when_a_condition_needs_no_value(document: Document) -> None:
    validator = _validator(document, "Condition")
    for field in MediaField:
        for operator in FilterOperator:
            condition = {"field": field.value, "operator": operator.value}
            assert validator.is_valid(condition) == _is_accepted(condition), condition


def test_it_describes_exactly_the_orders_that_are_accepted(document: Document, client: FlaskClient) -> None:
    validator = _validator(document, "QueryFilter")
    for field in MediaField:
        query = {"order_by": field.value}
        is_accepted = client.post("/media/filter", json=query).status_code == 200
        assert validator.is_valid(query) == is_accepted, query


def test_real_answers_conform_to_it(client: FlaskClient, document: Document) -> None:
    media = upload(client, description="The sea", user_id=1)
    path = f"/media/{media['id']}"
    answers: dict[str, list[Any]] = {
        "MediaUploaded": [media],
        "MediaRead": [client.get(path).json, client.patch(path, json={"alt_text": "A beach"}).json],
        "MediaList": [client.get("/media/").json, client.post("/media/filter", json={}).json],
        "MediaPage": [client.post("/media/filter/paginated", json={}).json],
        "StorageInfo": [client.get("/media/stats/info").json],
        "Problem": [
            client.get("/media/999").json,
            client.get("/media/?limit=0").json,
            client.post("/media/filter", data="{").json,
            client.get(f"{path}/download", headers={"Range": "bytes=999999-"}).json,
            client.get(f"{path}/download", headers={"If-Match": '"other"'}).json,
            client.put(path).json,
            send_file(client, b"").json,
        ],
    }
    for name, bodies in answers.items():
        for body in bodies:
            _validator(document, name).validate(body)


def test_it_is_the_same_in_every_process(client: FlaskClient, document: Document) -> None:
    assert list(document["components"]["schemas"]) == sorted(document["components"]["schemas"])
    assert document["components"]["schemas"]["PreviewState"]["enum"] == list(PreviewState)


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def _validator(document: Document, name: str) -> jsonschema_rs.Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def _is_accepted(condition: Document) -> bool:
    try:
        Condition.model_validate(condition)
    except ValidationError:
        return False
    return True
