"""What the papers say is what the code has: every setting, endpoint, flow parameter, deployment and task."""

import importlib
import inspect
import json
import os
import re
import shlex
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, SecretStr
from pydantic_settings import BaseSettings

ROOT = Path(__file__).parents[1]
ROOMS = ("flows", "service", "webapp", "infra.embedded")
METHODS = ("get", "post", "put", "patch", "delete")
DEPLOYMENTS = yaml.safe_load((ROOT / "deployments.yaml").read_text(encoding="utf-8"))["deployments"]

Setting = tuple[str, str, str]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(document: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    start = document.index(f"\n{heading}\n") + len(heading) + 2
    level = len(heading) - len(heading.lstrip("#"))
    end = re.search(rf"^#{{1,{level}}} ", document[start:], re.MULTILINE)
    return document[start : start + end.start()] if end else document[start:]


def shown(value: object) -> str:
    """A default as the papers write it."""
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, bool | list | tuple):
        return json.dumps(value)
    return str(value).removeprefix(f"{ROOT}/")


def defaults(settings: type[BaseSettings]) -> Iterator[tuple[str, str]]:
    values = settings()
    for name in settings.model_fields:
        yield name.upper(), shown(getattr(values, name))


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> set[Setting]:
    """Name, default and rooms of every setting, in an environment where none is set."""
    classes = {room.split(".")[-1]: importlib.import_module(f"{room}.settings").Settings for room in ROOMS}
    names = {name.upper() for of_room in classes.values() for name in of_room.model_fields}
    for name in [name for name in os.environ if name.upper() in names]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(ROOT)
    rooms: dict[tuple[str, str], list[str]] = defaultdict(list)
    for room, of_room in classes.items():
        for setting in defaults(of_room):
            rooms[setting].append(room)
    return {(name, value, ", ".join(readers)) for (name, value), readers in rooms.items()}


def test_the_settings_page_lists_every_setting_with_its_default(settings: set[Setting]) -> None:
    row = r"^\| `([A-Z_]+)` \| (?:`(.*?)`)? *\| ([\w, ]+?) \| \S"
    rows = re.findall(row, read("docs/settings.md"), re.MULTILINE)
    assert sorted(rows) == sorted(settings)


def test_the_example_environment_lists_every_setting_with_its_default(settings: set[Setting]) -> None:
    lines = re.findall(r"^#([A-Z_]+)=(.*)$", read(".env.example"), re.MULTILINE)
    assert sorted(lines) == sorted((name, value) for name, value, _rooms in settings)


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    from service.app import create_app
    from service.settings import Settings

    document: dict[str, Any] = create_app(Settings()).openapi_schema.to_schema()
    return document


def operations(openapi: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in openapi["paths"].items():
        yield from ((f"{method.upper()} {path}", item[method]) for method in METHODS if method in item)


def test_the_api_page_describes_every_endpoint_and_no_other(openapi: dict[str, Any]) -> None:
    described = re.findall(r"^### `([A-Z]+ [^`]+?)/?`$", read("docs/api.md"), re.MULTILINE)
    assert sorted(described) == sorted(name.rstrip("/") for name, _ in operations(openapi))


def test_the_api_page_lists_the_scope_of_every_route(openapi: dict[str, Any]) -> None:
    from service.security.scopes import scope_of

    listed = re.findall(r"^\| `([A-Z]+ /\S*)` \| (\w+) \|$", read("docs/api.md"), re.MULTILINE)
    routes = [name.rstrip("/").split(" ") for name, _ in operations(openapi)]
    wanted = [(f"{method} {path}", scope_of(method, re.sub("[{}]", "", path)) or "none") for method, path in routes]
    assert sorted(listed) == sorted(wanted)


def test_the_api_page_names_every_parameter_and_status(openapi: dict[str, Any]) -> None:
    page = re.sub(r"^(### `.*?)/`$", r"\1`", read("docs/api.md"), flags=re.MULTILINE)
    missing = [
        f"{name}: {word}"
        for name, operation in operations(openapi)
        for word in [*(p["name"] for p in operation.get("parameters", [])), *operation["responses"]]
        if not re.search(rf"[`{{]{word}[`}}]", section(page, f"### `{name.rstrip('/')}`") + f"`{name}`")
    ]
    assert missing == []


def test_the_api_page_names_every_kind_of_problem(openapi: dict[str, Any]) -> None:
    kinds = set(re.findall(r'"/problems/[\w-]+"', json.dumps(openapi)))
    assert kinds
    assert [kind for kind in kinds if f"`{kind.strip(chr(34))}`" not in read("docs/api.md")] == []


def examples(page: str) -> Iterator[tuple[str, str | None]]:
    """Address and body of a page's curl commands."""
    for command in re.findall(r"^curl (?:.*\\\n)*.*$", read(page), re.MULTILINE):
        words = shlex.split(command)
        url = next(word for word in words if word.startswith("http"))
        yield url, words[words.index("-d") + 1] if "-d" in words else None


@pytest.mark.parametrize("page", ["README.md", "docs/api.md"])
def test_every_example_with_curl_is_a_request_that_the_api_takes(page: str, tmp_path: Path) -> None:
    from litestar.testing import TestClient

    from service.app import create_app
    from service.settings import Settings

    settings = Settings(steam_sales_home=tmp_path, mlflow_tracking_uri="http://127.0.0.1:9")
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:
        answers = [client.request("POST" if body else "GET", url, content=body) for url, body in examples(page)]
    assert answers
    # 503: there is no model here, which is found out after the question was read
    assert {answer.status_code for answer in answers} <= {200, 503}, [answer.text for answer in answers]


def flow_of(deployment: dict[str, Any]) -> Any:
    file, _, name = deployment["entrypoint"].partition(":")
    return getattr(importlib.import_module(file.removesuffix(".py").replace("/", ".")), name)


def flat(values: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Parameters with the fields of forms and the keys of mappings as `parameter.field`."""
    for name, value in values.items():
        inner = value.model_dump() if isinstance(value, BaseModel) else value
        if isinstance(inner, dict):
            yield from ((f"{name}.{field}", text) for field, text in flat(inner))
        else:
            yield name, "required" if inner is inspect.Parameter.empty else shown(inner)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["entrypoint"])
def test_the_flows_page_lists_every_parameter_with_its_default(deployment: dict[str, Any]) -> None:
    flow = flow_of(deployment)
    wanted = flat({name: p.default for name, p in inspect.signature(flow.fn).parameters.items()})
    page = section(read("docs/flows.md"), f"## `{flow.name}`")
    rows = re.findall(r"^\| `([\w.]+)` \| (?:`(.*?)`|(required))? *\| \S", page, re.MULTILINE)
    assert [(name, default or required) for name, default, required in rows] == list(wanted)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["entrypoint"])
def test_the_flows_page_names_every_deployment_and_schedule(deployment: dict[str, Any]) -> None:
    flow = flow_of(deployment)
    words = [f"{flow.name}/{deployment['name']}"]
    for schedule in deployment.get("schedules", []):
        words += [schedule["cron"], schedule["timezone"]]
        words += [f"{name}={value}" for name, value in flat(schedule.get("parameters", {}))]
    page = section(read("docs/flows.md"), f"## `{flow.name}`")
    assert [word for word in words if f"`{word}`" not in page] == []


def test_readme_or_development_page_names_every_task() -> None:
    tasks = re.findall(r"^([a-z-]+):.*##", read("Makefile"), re.MULTILINE)
    assert tasks
    pages = read("README.md") + read("docs/development.md")
    assert [task for task in tasks if f"`make {task}" not in pages] == []


def test_the_readme_stays_short() -> None:
    assert len(read("README.md").splitlines()) <= 150
