"""The real page before an API that looks at batches, a file that nobody uploaded, and what this process opens."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.webapp.small_api import serving
from webapp.api.client import ApiClient, connect
from webapp.app import build_app
from webapp.settings import Settings

CONTENT = "Date\n2026-12-24\n"
NO_ROWS = {"rows": 0, "bad_rows": 0, "faults": [], "more_faults": 0, "sample": []}
UPLOAD_LIMIT_BYTES = 2_048

_opened: list[str] = []
_hooked: list[bool] = []


def _note_opened(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        _opened.append(str(arguments[0]))


@pytest.fixture
def opened() -> list[str]:
    """Every path that this process opens from now on; an audit hook cannot be taken away again, so there is one."""
    if not _hooked:
        sys.addaudithook(_note_opened)
        _hooked.append(True)
    _opened.clear()
    return _opened


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A harmless file that nobody uploaded."""
    file = tmp_path / "outside.csv"
    file.write_text(CONTENT)
    return file


@pytest.fixture(scope="module")
def received() -> list[bytes]:
    """What the API was sent."""
    return []


@pytest.fixture(scope="module")
def application(received: list[bytes]) -> Iterator[Starlette]:
    """The page as it is served, before an API that looks at batches."""

    async def check(request: Request) -> JSONResponse:
        received.append(await request.body())
        return JSONResponse(NO_ROWS)

    api = Starlette(routes=[Route("/predict/batch/check", check, methods=["POST"])])
    with serving(api) as url, connect(url, 30) as http:
        yield build_app(ApiClient(http), Settings(web_upload_limit=UPLOAD_LIMIT_BYTES))


@pytest.fixture(scope="module")
def page(application: Starlette) -> Iterator[TestClient]:
    with TestClient(application, base_url="http://127.0.0.1:7860") as client:
        yield client
