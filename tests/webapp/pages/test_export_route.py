"""The export on its way through the page: piece by piece, with the reader's filters, or with the reason why not."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from tests.webapp.small_api import serving
from webapp.api.client import ApiClient, connect
from webapp.pages.export_route import PATH, route
from webapp.texts.registry import TEXTS


class SlowExport:
    """An API whose export waits after its first line."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.asked: dict[str, str] = {}

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/registry/export", self._export)])

    def _export(self, request: Request) -> StreamingResponse:
        self.asked = dict(request.query_params)
        return StreamingResponse(self._lines())

    def _lines(self) -> Iterator[bytes]:
        yield b"first\r\n"
        assert self.go_on.wait(60)
        yield b"second\r\n"


@pytest.fixture
def export() -> Iterator[tuple[SlowExport, httpx.Client]]:
    slow = SlowExport()
    with serving(slow.app()) as api, connect(api, 60) as http:
        page = Starlette(routes=[route(ApiClient(http), "es")])
        with serving(page) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as reader:
            yield slow, reader


def test_a_reader_has_the_first_rows_before_the_api_has_made_the_last(export: tuple[SlowExport, httpx.Client]) -> None:
    slow, reader = export
    with reader.stream("GET", PATH) as response:
        pieces = response.iter_raw()
        assert next(pieces) == b"first\r\n"
        assert not slow.go_on.is_set()
        slow.go_on.set()
        assert b"".join(pieces) == b"second\r\n"
    assert response.headers["Content-Disposition"] == 'attachment; filename="steam-sales.csv"'


def test_the_file_has_the_filters_of_the_address(export: tuple[SlowExport, httpx.Client]) -> None:
    slow, reader = export
    slow.go_on.set()
    asked: dict[str, Any] = {"form": "ndjson", "weekday": 3, "since": "2026-11-01", "zone": "America/Bogota", "x": 1}
    answer = reader.get(PATH, params=asked)
    assert slow.asked == {"format": "ndjson", "DayOfWeek": "3", "since": "2026-11-01T05:00:00Z"}
    assert answer.headers["Content-Type"] == "application/x-ndjson"


@pytest.mark.parametrize("language", ["es", "en"])
def test_without_the_api_a_page_says_so_and_leads_back(nobody: ApiClient, language: str) -> None:
    page = Starlette(routes=[route(nobody, "es")])
    with serving(page) as url, httpx.Client(base_url=url, trust_env=False) as reader:
        answer = reader.get(PATH, headers={"Accept-Language": language})
    assert answer.status_code == 502
    assert TEXTS["en" if language == "en" else "es"].no_file.title in answer.text
    assert 'href="../registro"' in answer.text
