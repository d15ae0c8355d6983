"""What never changes is asked for once and may be kept by the browser; nothing else is."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from webapp.middleware.asset_cache import HASHED_PATH, AssetCache
from webapp.middleware.security_headers import SecurityHeaders

SCRIPT = "/assets/Index-D_3AXZ0f.js"


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def reader(asked: list[str]) -> TestClient:
    async def answer(request: Request) -> Response:
        asked.append(f"{request.url.path} {request.headers['accept-encoding']}")
        known = "if-none-match" in request.headers
        return PlainTextResponse("", 304) if known else PlainTextResponse("text", 404 if "absent" in asked[-1] else 200)

    return TestClient(SecurityHeaders(AssetCache(Starlette(routes=[Route("/{path:path}", answer)]))))


def test_a_script_is_asked_for_once_for_each_compression_and_kept_for_a_year(
    reader: TestClient, asked: list[str]
) -> None:
    answers = [
        reader.get(SCRIPT, headers={"Accept-Encoding": encoding, "If-None-Match": "x"})
        for encoding in ("gzip", "br", "gzip", "br")
    ]
    assert asked == [f"{SCRIPT} gzip", f"{SCRIPT} br"]
    for answer in answers:
        assert (answer.status_code, answer.text) == (200, "text")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "Content-Security-Policy" in answer.headers


def test_a_visitor_who_leaves_in_the_middle_leaves_no_half_script_to_the_next() -> None:
    async def parts(_: Request) -> Response:
        async def halves() -> AsyncIterator[bytes]:
            for half in (b"first ", b"second"):
                await asyncio.sleep(0.05)
                yield half

        return StreamingResponse(halves())

    kept = AssetCache(Starlette(routes=[Route("/{path:path}", parts)]))
    scope = {"type": "http", "method": "GET", "path": SCRIPT, "headers": [], "query_string": b"", "root_path": ""}

    async def left() -> Message:
        return {"type": "http.disconnect"}

    async def nobody_hears(_: Message) -> None: ...

    asyncio.run(kept(scope, left, nobody_hears))
    assert TestClient(kept).get(SCRIPT, headers={"Accept-Encoding": ""}).text == "first second"


@pytest.mark.parametrize("path", ["/", "/registro", "/visitor", "/assets/absent-D_3AXZ0f.js", "/assets/plain.js"])
def test_whatever_else_is_asked_for_each_time(reader: TestClient, asked: list[str], path: str) -> None:
    for _ in range(2):
        assert "immutable" not in reader.get(path).headers.get("Cache-Control", "")
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/assets/PlotlyPlot-D9Pvz5DK.js", True),
        ("/assets/index-DiEEvXS6.css", True),
        ("/static/fonts/IBMPlexSans/IBMPlexSans-Bold.woff2", True),
        ("/static/js/iframeResizer.contentWindow.min.js", False),
        ("/theme.css", False),
        ("/assets/../visitor", False),
    ],
)
def test_what_never_changes_is_known_by_its_name(path: str, kept: bool) -> None:
    assert bool(HASHED_PATH.fullmatch(path)) == kept
