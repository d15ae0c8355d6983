"""A minimal HTTP/1.1 client connection, cheap enough that the load on the machine is the API's and not its own."""

import asyncio
from typing import NamedTuple

TIMEOUT_SECONDS = 30
CONNECTION_ERRORS = (ConnectionError, asyncio.IncompleteReadError)
_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Response(NamedTuple):
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes


def post(path: str, body: bytes, **headers: str) -> bytes:
    """Return the bytes of a POST request. `_` in a header's name becomes `-`."""
    all_headers = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in all_headers.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


class Connection:
    """Connects at the first request, and again after a disconnect."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: _Streams | None = None

    async def send(self, request: bytes) -> Response:
        """Send a request and return the response. Raises one of `CONNECTION_ERRORS`, or TimeoutError."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await self._send(request)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; the next request opens another one."""
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def _send(self, request: bytes) -> Response:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=2**22)
        reader, writer = self._streams
        writer.write(request)
        status_line, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        return Response(int(status_line.split()[1]), headers, body)
