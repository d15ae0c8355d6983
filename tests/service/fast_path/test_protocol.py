"""Requests answered unread: by a small application over a real server, and by the API as an operator runs it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from domain.calendar import ALL_CODES
from service.fast_path.protocol import EXTENSION, CannotRepeatError, Repeatable, short_cut
from tests.service.conftest import CODES, free_port
from tests.service.fast_path.test_middleware import NAMES, ORDINARY, told
from tests.service.test_process import serving

ASK = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
HEADERS = ((b"content-type", b"text/plain"),)
Told = Callable[[str | None], None]
Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Small:
    """Reads each request it is given; what it answers unread waits until it is let go."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.waiting: list[Told] = []
        self.body = b"unread"
        self.able = True

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """See ASGI."""
        if scope["type"] == "lifespan":
            return
        await receive()
        offer = scope["extensions"][EXTENSION]
        self.read.append(offer.failure or "as ever")
        offer.learn(Repeatable(HEADERS, self.answer))
        headers = [*HEADERS, (b"content-length", b"6")]
        await send({"type": "http.response.start", "status": 503 if offer.failure else 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"read  "})

    def answer(self, done: Told) -> bytes:
        """See `Repeatable`."""
        if not self.able:
            raise CannotRepeatError
        self.waiting.append(done)
        return self.body

    async def let_go(self, failure: str | None = None) -> None:
        """Wait for an unread request, and tell it."""
        await until(lambda: bool(self.waiting))
        self.waiting.pop(0)(failure)


async def until(look: Callable[[], bool]) -> None:
    """Return as soon as `look` is true."""
    for _ in range(30_000):
        if look():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never was")


async def ask(peer: Peer, request: bytes = ASK) -> None:
    peer[1].write(request)
    await peer[1].drain()


async def answered(peer: Peer) -> tuple[int, str]:
    """Status and body."""
    head = await peer[0].readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return int(head.split()[1]), (await peer[0].readexactly(length)).decode()


def on_a_server(
    scenario: Callable[[Small, Callable[[], Awaitable[Peer]], uvicorn.Server], Awaitable[None]], keep_alive: int = 5
) -> None:
    """Run it beside a server of a small application, that has read one request already."""

    async def running() -> None:
        app, port = Small(), free_port()
        config = uvicorn.Config(
            app, port=port, http=short_cut(30), lifespan="off", log_config=None, timeout_keep_alive=keep_alive
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        await until(lambda: server.started)

        async def connected() -> Peer:
            return await asyncio.open_connection("127.0.0.1", port)

        first = await connected()
        await ask(first)
        assert await answered(first) == (200, "read  ")
        first[1].close()
        try:
            async with asyncio.timeout(60):
                await scenario(app, connected, server)
        finally:
            server.should_exit = True
            await serving

    asyncio.run(running())


def test_the_same_bytes_are_not_read_again_on_any_connection() -> None:
    async def scenario(app: Small, connected: Any, __: uvicorn.Server) -> None:
        peer = await connected()
        for _ in range(3):
            await ask(peer)
            await app.let_go()
            assert await answered(peer) == (200, "unread")
        await ask(peer, ASK.replace(b"hi", b"ho"))
        assert await answered(peer) == (200, "read  ")
        assert len(app.read) == 2
        peer[1].close()

    on_a_server(scenario)


def test_what_comes_before_the_answer_is_answered_after_it() -> None:
    async def scenario(app: Small, connected: Any, __: uvicorn.Server) -> None:
        peer = await connected()
        await ask(peer)
        await until(lambda: bool(app.waiting))
        await ask(peer, ASK + ASK.replace(b"hi", b"ho"))
        await asyncio.sleep(0.05)
        assert len(app.read) == 1
        await app.let_go()
        assert [await answered(peer) for _ in range(3)] == [(200, "unread"), (200, "read  "), (200, "read  ")]
        await ask(peer)
        await app.let_go()
        assert await answered(peer) == (200, "unread")
        peer[1].close()

    on_a_server(scenario)


def test_in_pieces_or_together_requests_are_read() -> None:
    async def scenario(app: Small, connected: Any, __: uvicorn.Server) -> None:
        peer = await connected()
        await ask(peer, ASK[:30])
        await asyncio.sleep(0.05)
        await ask(peer, ASK[30:])
        assert await answered(peer) == (200, "read  ")
        await ask(peer, ASK + ASK[:20])
        await ask(peer, ASK[20:])
        assert [await answered(peer) for _ in range(2)] == [(200, "read  ")] * 2
        assert len(app.read) == 4
        peer[1].close()

    on_a_server(scenario)


def test_what_fails_is_told_by_the_application() -> None:
    async def scenario(app: Small, connected: Any, __: uvicorn.Server) -> None:
        peer = await connected()
        await ask(peer)
        await app.let_go("the disk is full")
        assert (await answered(peer))[0] == 503
        assert app.read == ["as ever", "the disk is full"]
        app.able = False
        await ask(peer)
        assert await answered(peer) == (200, "read  ")
        assert app.read[2:] == ["as ever"]
        peer[1].close()

    on_a_server(scenario)


def test_who_leaves_is_forgotten_and_who_is_served_is_waited_for() -> None:
    async def scenario(app: Small, connected: Any, server: uvicorn.Server) -> None:
        gone, peer = await connected(), await connected()
        await ask(gone)
        await until(lambda: bool(app.waiting))
        gone[1].close()
        await asyncio.sleep(0.05)
        await app.let_go()
        await ask(peer)
        await until(lambda: bool(app.waiting))
        server.should_exit = True
        await until(lambda: not server.servers[0].is_serving())
        await app.let_go()
        assert await answered(peer) == (200, "unread")
        assert await peer[0].read() == b""
        peer[1].close()

    on_a_server(scenario)


def test_a_connection_that_rests_is_closed_but_none_that_waits_for_an_answer() -> None:
    async def scenario(app: Small, connected: Any, __: uvicorn.Server) -> None:
        peer = await connected()
        await ask(peer, ASK.replace(b"hi", b"ho"))
        assert await answered(peer) == (200, "read  ")
        for pause in (0.6, 0.6, 1.4):
            await ask(peer)
            await asyncio.sleep(pause)  # the last of them longer than a connection may rest
            await app.let_go()
            assert await answered(peer) == (200, "unread")
        async with asyncio.timeout(10):
            assert await peer[0].read() == b""
        peer[1].close()

    on_a_server(scenario, keep_alive=1)


def test_who_does_not_keep_the_connection_is_read_each_time() -> None:
    async def scenario(app: Small, connected: Any, __: uvicorn.Server) -> None:
        for request in (ASK.replace(b"Host: x", b"Host: x\r\nConnection: close"), ASK.replace(b"/1.1", b"/1.0")) * 2:
            peer = await connected()
            await ask(peer, request)
            assert await answered(peer) == (200, "read  ")
            assert await peer[0].read() == b""
            peer[1].close()
        assert len(app.read) == 5

    on_a_server(scenario)


def test_who_never_listens_does_not_fill_the_memory() -> None:
    async def scenario(app: Small, connected: Any, __: uvicorn.Server) -> None:
        app.body = b"x" * 2**24
        peer = await connected()
        await ask(peer)
        await app.let_go()
        await ask(peer)
        await until(lambda: len(app.read) == 2)
        assert not app.waiting
        with suppress(OSError):
            peer[1].transport.abort()

    on_a_server(scenario)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API in a process of its own."""
    with serving(tmp_path_factory.mktemp("unread")) as (address, _):
        yield address


def raw(url: str, question: dict[str, Any], times: int, headers: dict[str, str]) -> list[httpx.Response]:
    """The answers to one question that is sent in one piece again and again."""
    address, body = httpx.URL(url), json.dumps(question)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"POST /predict/ HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {len(body)}\r\n\r\n{body}".encode()

    async def asking() -> list[httpx.Response]:
        reader, writer = await asyncio.open_connection(address.host, address.port)
        received = []
        for _ in range(times):
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            sent = httpx.Headers([line.partition(": ")[::2] for line in head.split("\r\n")[1:-2]])
            content = await reader.readexactly(int(sent["content-length"]))
            del sent["date"]
            received.append(httpx.Response(int(head.split()[1]), headers=sent, content=content))
        writer.close()
        return received

    return asyncio.run(asking())


def test_the_api_answers_unread_as_it_answers_read(url: str) -> None:
    kinds: list[dict[str, Any]] = [dict(zip(NAMES, codes, strict=True)) for codes in ALL_CODES]
    for question in [*kinds, {"Date": "2026-12-24"}, {"DayOfWeek": 9}, {}]:
        ordinary, *unread = raw(url, question, 1, ORDINARY) + raw(url, question, 3, {})
        assert [told(answer) for answer in unread] == [told(ordinary)] * 3
        assert len({answer.json().get("id", number) for number, answer in enumerate(unread)}) == 3


def test_what_was_answered_unread_stands_in_the_registry(url: str) -> None:
    for answer in raw(url, CODES, 3, {}):
        assert httpx.get(f"{url}/registry/{answer.json()['id']}").json() == answer.json()


def test_where_somebody_counts_every_request_is_read(tmp_path: Path) -> None:
    with serving(tmp_path, API_RATE_LIMIT="100") as (address, _):
        assert raw(address, CODES, 150, {})[-1].status_code == 429
