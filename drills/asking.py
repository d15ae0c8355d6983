"""One connection that asks and is answered, light enough that the load is the API's and not its own; knows HTTP/1.1."""

import asyncio
from typing import NamedTuple

PATIENCE = 30
"""Seconds after which an answer is called missing."""
CUT = (ConnectionError, asyncio.IncompleteReadError)
_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def post(path: str, body: bytes, **headers: str) -> bytes:
    """A request as it is sent."""
    named = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


class Connection:
    """Made when it is first needed, and again once it was cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: _Streams | None = None

    async def ask(self, request: bytes) -> Answer:
        """The answer to a request; raises one of `CUT`, or TimeoutError."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._ask(request)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let it go."""
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def _ask(self, request: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=2**22)
        reader, writer = self._streams
        writer.write(request)
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        return Answer(int(first.split()[1]), headers, body)
