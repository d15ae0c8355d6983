"""No handler of the real page opens a file that nobody uploaded; what was uploaded reaches its handler."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from gradio.routes import App
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.webapp.middleware.conftest import CONTENT
from webapp.middleware.upload_folder import upload_folder
from webapp.middleware.upload_guard import UploadGuard
from webapp.texts import LANGUAGES, Language
from webapp.texts.batch import TEXTS as BATCH


def speaking(language: Language) -> dict[str, str]:
    return {"Accept-Language": language}


def handlers(page: TestClient, language: Language) -> list[dict[str, Any]]:
    """Every handler of every page, as Gradio tells browsers of it; `types` are its inputs' kinds of component."""
    config = page.get("/config", headers=speaking(language)).json()
    types = {component["id"]: component["type"] for component in config["components"]}
    return [each | {"types": [types[block] for block in each["inputs"]]} for each in config["dependencies"]]


def file_handlers(page: TestClient, language: Language) -> list[dict[str, Any]]:
    return [handler for handler in handlers(page, language) if "file" in handler["types"]]


def file_data(path: str, **more: object) -> dict[str, Any]:
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **more}


def shapes(path: str) -> list[Any]:
    """A file as a browser names it, and in every other way in which a message may."""
    return [
        file_data(path, url=f"/gradio_api/file={path}", orig_name="a.csv", size=1, mime_type="text/csv"),
        file_data(path, is_stream=True),
        {"path": path},
        {"url": path},
        {"path": path, "meta": None},
        [file_data(path)],
        {"value": {"files": [{"file": file_data(path)}]}},
    ]


def calls(handler: dict[str, Any]) -> list[str]:
    """Every address at which Gradio takes a message for a handler."""
    name = handler["api_name"]
    direct = [f"/gradio_api/{route}/{name}" for route in ("run", "api", "call", "call/v2")]
    return [address + end for address in ("/gradio_api/queue/join", *direct) for end in ("", "/")]


def message(handler: dict[str, Any], data: list[Any]) -> dict[str, Any]:
    return {"data": data, "fn_index": handler["id"], "session_hash": "test", "event_data": None, "trigger_id": None}


def upload(page: TestClient, name: str = "a.csv", content: str = CONTENT) -> str:
    (path,) = page.post("/gradio_api/upload", files={"files": (name, content)}).json()
    return str(path)


def with_file(handler: dict[str, Any], file: object) -> list[Any]:
    """Return the inputs of a handler with a file where it takes one, and nothing elsewhere."""
    return [file if kind == "file" else None for kind in handler["types"]]


def look(page: TestClient, language: Language, file: object) -> str:
    """Run the handler of *Lote* that takes an uploaded file; return its markup."""
    (handler,) = [handler for handler in file_handlers(page, language) if handler["types"] == ["file"]]
    answer = page.post(calls(handler)[2], json=message(handler, [file]), headers=speaking(language))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"][1])


def copies(content: str) -> list[Path]:
    files = [path for path in upload_folder().rglob("*") if path.is_file()]
    return [path for path in files if path.read_text(errors="replace") == content]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_handler_takes_a_file_that_nobody_uploaded(
    page: TestClient, received: list[bytes], outside: Path, opened: list[str], language: Language
) -> None:
    outside.write_text(f"nobody uploaded this: {language}")
    assert str(outside) in opened  # the hook sees what is opened
    opened.clear()
    received.clear()
    walked = handlers(page, language)
    assert {kind for handler in walked for kind in handler["types"]} >= {"file", "textbox", "state", "html"}
    for handler in walked:
        for place in range(len(handler["inputs"]) or 1):
            blank = [None] * max(len(handler["inputs"]), 1)
            for shape in shapes(str(outside)):
                data = [*blank[:place], shape, *blank[place + 1 :]]
                answer = page.post("/gradio_api/queue/join", json=message(handler, data), headers=speaking(language))
                assert answer.status_code == 403, (handler["api_name"], shape)
        for address in calls(handler):
            sent = message(handler, [file_data(str(outside))])
            assert page.post(address, json=sent, headers=speaking(language)).status_code == 403, address
    assert str(outside) not in opened
    assert copies(outside.read_text()) == []
    assert received == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_handler_that_takes_a_file_gets_what_was_uploaded(
    page: TestClient, received: list[bytes], language: Language
) -> None:
    received.clear()
    path = upload(page, "días 50%.csv")
    markup = look(page, language, file_data(path, url=f"http://127.0.0.1:7860/gradio_api/file={path}"))
    assert BATCH[language].no_rows.title in markup
    assert received == [CONTENT.encode()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_upload_that_is_gone_is_told_in_a_sentence(page: TestClient, language: Language) -> None:
    path = upload(page)
    Path(path).unlink()
    assert BATCH[language].gone.title in look(page, language, file_data(path))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_alone_is_no_file(
    page: TestClient, outside: Path, opened: list[str], received: list[bytes], language: Language
) -> None:
    received.clear()
    for handler in file_handlers(page, language):
        sent = message(handler, with_file(handler, str(outside)))
        assert page.post(calls(handler)[2], json=sent, headers=speaking(language)).status_code == 500
    assert str(outside) not in opened
    assert received == []


def test_gradio_checks_again_behind_the_guard(
    application: Starlette, outside: Path, opened: list[str], received: list[bytes]
) -> None:
    behind = Starlette(routes=application.routes, lifespan=application.router.lifespan_context)
    assert UploadGuard.__name__ in [getattr(layer.cls, "__name__", "") for layer in application.user_middleware]
    with TestClient(behind) as page:
        received.clear()
        for handler in file_handlers(page, "es"):
            sent = message(handler, with_file(handler, file_data(str(outside))))
            assert page.post(calls(handler)[2], json=sent, headers=speaking("es")).status_code == 500
    assert str(outside) not in opened
    assert received == []


def routes(parent: Any) -> Iterator[Any]:
    for route in parent.routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from routes(inner)


@pytest.fixture(scope="module")
def gradio_routes() -> list[Any]:
    """Every route of the installed Gradio."""

    async def made() -> list[Any]:
        return list(routes(App.create_app(gr.Blocks())))

    return asyncio.run(made())


def test_no_route_takes_a_message_that_names_such_a_file(
    page: TestClient, gradio_routes: list[Any], outside: Path
) -> None:
    posted = {route.path for route in gradio_routes if "POST" in (getattr(route, "methods", None) or ())}
    assert {"/gradio_api/queue/join", "/gradio_api/run/{api_name}", "/gradio_api/component_server"} <= posted
    for path in posted - {"/gradio_api/upload"}:
        address = path.replace("{", "").replace("}", "")
        assert page.post(address, json={"data": [{"path": str(outside)}]}).status_code == 403, address
        assert page.post(address, files={"files": b"x"}).status_code == 400, address


def test_no_route_serves_such_a_file(
    page: TestClient, gradio_routes: list[Any], outside: Path, opened: list[str]
) -> None:
    open_ended = {route.path for route in gradio_routes if ":path}" in getattr(route, "path", "")}
    assert {"/gradio_api/file={path_or_url:path}", "/gradio_api/proxy={url_path:path}"} <= open_ended
    for path in open_ended:
        start, _, _ = path.partition("{")
        for place in (
            str(outside),
            str(outside).lstrip("/"),
            f"%2e%2e/%2e%2e{outside}",
            f"https://example.org{outside}",
        ):
            for method in ("GET", "HEAD"):
                answer = page.request(method, start + place)
                assert answer.status_code in {403, 404, 405}, (method, start + place)
    assert str(outside) not in opened


def test_what_was_uploaded_is_served(page: TestClient) -> None:
    answer = page.get(f"/gradio_api/file={upload(page)}")
    assert (answer.status_code, answer.text) == (200, CONTENT)
