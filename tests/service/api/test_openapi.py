"""The OpenAPI document says enough to write a client, and Swagger shows it with no internet."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from service.app import create_app
from service.prediction.requests import CodesRequest
from service.security.api_keys import format_entry, new_key
from service.settings import Settings
from tests.service.conftest import Client


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    """The OpenAPI document."""
    answered: dict[str, Any] = client.get("/schema/openapi.json").json()
    return answered


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation with its name."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method} {path}", operation


def test_every_endpoint_stands_in_it(document: dict[str, Any]) -> None:
    assert {name for name, _ in operations(document)} == {
        "post /predict/",
        "post /predict/batch",
        "post /predict/batch/check",
        "get /registry/",
        "get /registry/summary",
        "get /registry/export",
        "get /registry/{prediction_id}",
        "get /model",
        "get /model/days",
        "get /model/inputs",
        "get /model/versions",
        "get /model/evaluation",
        "get /watch",
        "post /model/retrain",
        "post /model/rollback",
        "get /model/training",
        "get /runs/{run_id}",
        "post /data/files",
        "get /data/files/{table_id}",
        "post /data/check",
        "get /data/checks/{run_id}",
        "post /data/load",
        "get /data/versions",
        "post /data/rollback",
        "get /health",
        "get /health/live",
        "get /health/ready",
        "get /metrics",
    }


@pytest.mark.parametrize("path", ["/schema/swagger", "/schema/openapi.txt", "/schema/a/b"])
def test_what_is_not_beside_the_document_is_a_problem_document(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_it_is_valid_with_keys_and_without(document: dict[str, Any]) -> None:
    key = format_entry("page", ["read"], new_key())
    locked = json.loads(json.dumps(create_app(Settings(api_keys=key)).openapi_schema.to_schema()))
    for each in (document, locked):
        validate(each)
    assert [name for name, _ in operations(locked)] == [name for name, _ in operations(document)]


def test_every_operation_has_a_name_that_a_client_can_call(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", name) for name in names), names


def test_every_example_is_what_its_schema_says(document: dict[str, Any]) -> None:
    shown = 0
    for name, operation in operations(document):
        for body in [operation.get("requestBody", {}), *operation["responses"].values()]:
            for content in body.get("content", {}).values():
                whole = content["schema"] | {"components": document["components"]}
                for example in content["examples"].values():
                    OAS31Validator(whole).validate(example["value"])
                    shown += 1
        assert shown, name


def test_every_operation_answer_and_parameter_is_described(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation["summary"], name
        assert len(operation["description"]) > 20, name
        for status, answer in operation["responses"].items():
            assert len(answer["description"]) > 5, (name, status)
        for parameter in operation.get("parameters", []):
            assert parameter.get("description") or parameter["in"] == "path", (name, parameter["name"])


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in (content for one in bodies for content in one.get("content", {}).values()):
            assert body["examples"], name


def test_every_error_is_a_problem_document(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (name, status)


def test_the_question_is_documented_by_the_model_that_checks_it(document: dict[str, Any]) -> None:
    body = document["paths"]["/predict/"]["post"]["requestBody"]["content"]["application/json"]
    codes, date = body["schema"]["oneOf"]
    assert codes == CodesRequest.model_json_schema()
    assert date["required"] == ["Date"]
    assert codes["additionalProperties"] is date["additionalProperties"] is False


def test_swagger_asks_nothing_of_the_internet(client: Client) -> None:
    page = client.get("/docs").text
    asked = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert len(asked) == 4
    for path in asked:
        assert path.startswith("/docs/assets/"), path
        assert client.get(path).status_code == 200
