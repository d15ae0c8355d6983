"""Connections that are kept, with a small application behind the real protocol: who is closed, and when."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from service.middleware.protocol import timeout_protocol
from service.telemetry.responses import RESPOND
from tests.service.conftest import free_port

ASK = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Peer]]


class SmallApp:
    """Answers `hi` at once by the extension, and everything else by messages after it was released."""

    def __init__(self) -> None:
        self.released = asyncio.Event()
        self.at_once: list[bool] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """See ASGI."""
        body = (await receive())["body"]
        if body != b"hi":
            await self.released.wait()
        self.at_once.append(scope["extensions"][RESPOND](scope, b"content-type: text/plain\r\n", body))
        if not self.at_once[-1]:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": body})


def run(scenario: Callable[[SmallApp, Connect, uvicorn.Server], Awaitable[None]]) -> None:
    """Run a scenario beside a server whose connections may rest for a second."""

    async def running() -> None:
        app, port = SmallApp(), free_port()
        config = uvicorn.Config(
            app, port=port, http=timeout_protocol(30), lifespan="off", log_config=None, timeout_keep_alive=1
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        writers: list[asyncio.StreamWriter] = []

        async def connect() -> Peer:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writers.append(writer)
            return reader, writer

        async with asyncio.timeout(60):
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
            try:
                await scenario(app, connect, server)
            finally:
                for writer in writers:
                    writer.close()
                server.should_exit = True
                app.released.set()
                await serving

    asyncio.run(running())


async def answer_of(peer: Peer) -> bytes:
    """The body of the next response."""
    head = await peer[0].readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    return await peer[0].readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))


def test_a_connection_is_closed_when_it_rested_and_not_while_it_is_used() -> None:
    async def scenario(app: SmallApp, connect: Connect, __: uvicorn.Server) -> None:
        peer = await connect()
        for _ in range(4):
            peer[1].write(ASK)
            assert await answer_of(peer) == b"hi"
            await asyncio.sleep(0.6)
        began = asyncio.get_running_loop().time()
        assert await peer[0].read() == b""
        assert asyncio.get_running_loop().time() - began < 5
        assert app.at_once == [True] * 4

    run(scenario)


def test_a_connection_that_waits_for_an_answer_is_kept() -> None:
    async def scenario(app: SmallApp, connect: Connect, _: uvicorn.Server) -> None:
        peer = await connect()
        peer[1].write(ASK)
        assert await answer_of(peer) == b"hi"
        peer[1].write(ASK.replace(b"hi", b"ho"))
        await asyncio.sleep(1.5)
        app.released.set()
        assert await answer_of(peer) == b"ho"

    run(scenario)


def test_requests_that_come_together_are_answered_in_order() -> None:
    async def scenario(app: SmallApp, connect: Connect, _: uvicorn.Server) -> None:
        peer = await connect()
        peer[1].write(ASK.replace(b"hi", b"ho") + ASK + ASK.replace(b"hi", b"ha"))
        await asyncio.sleep(0.1)
        assert app.at_once == []
        app.released.set()
        assert [await answer_of(peer) for _ in range(3)] == [b"ho", b"hi", b"ha"]
        peer[1].write(ASK)
        assert await answer_of(peer) == b"hi"

    run(scenario)


@pytest.mark.parametrize("close", [b"Connection: close\r\n", b""])
def test_whoever_keeps_no_connection_is_answered_by_messages(close: bytes) -> None:
    async def scenario(app: SmallApp, connect: Connect, _: uvicorn.Server) -> None:
        peer = await connect()
        line = b"Host: x\r\n"
        peer[1].write(ASK.replace(line, line + close) if close else ASK.replace(b"1.1", b"1.0"))
        assert await answer_of(peer) == b"hi"
        assert await peer[0].read() == b""
        assert app.at_once == [False]

    run(scenario)


def test_a_server_that_stops_answers_what_it_read_and_closes() -> None:
    async def scenario(app: SmallApp, connect: Connect, server: uvicorn.Server) -> None:
        peer = await connect()
        peer[1].write(ASK.replace(b"hi", b"ho"))
        await asyncio.sleep(0.1)
        server.should_exit = True
        await asyncio.sleep(0.3)
        app.released.set()
        assert await answer_of(peer) == b"ho"
        assert await peer[0].read() == b""

    run(scenario)
