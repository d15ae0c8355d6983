"""Takes the word of a known proxy for whom it asks; knows ASGI and the headers X-Forwarded-For and -Proto."""

import asyncio
import socket
from collections.abc import Callable
from ipaddress import ip_network
from itertools import chain
from time import monotonic
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

CACHE_SECONDS = 5
LOOKUP_TIMEOUT_SECONDS = 1


class ProxyHeaders:
    """An ASGI application in front of another, which finds in its scope who asked the proxy.

    A proxy in a container keeps its name, not its address: names are looked up again, when somebody is said to stand
    behind one. Whoever cannot be looked up is not believed.
    """

    def __init__(self, app: ASGIApp, proxies: str, clock: Callable[[], float] = monotonic) -> None:
        """`proxies` are addresses, networks and names, apart by blanks."""
        self._app, self._proxies, self._clock = app, proxies.split(), clock
        self._looking = asyncio.Lock()
        self._looked_at = float("-inf")
        self._believing = ProxyHeadersMiddleware(cast("Any", app), [])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "http" and any(name == b"x-forwarded-for" for name, _ in scope["headers"]):
            await self._resolve_names()
            await self._believing(cast("Any", scope), cast("Any", receive), cast("Any", send))
        else:
            await self._app(scope, receive, send)

    async def _resolve_names(self) -> None:
        async with self._looking:
            if self._clock() - self._looked_at > CACHE_SECONDS:
                found = await asyncio.gather(*map(_resolve, self._proxies))
                self._believing = ProxyHeadersMiddleware(cast("Any", self._app), [*chain(*found)])
                self._looked_at = self._clock()


async def _resolve(proxy: str) -> list[str]:
    if _is_network(proxy):
        return [proxy]
    try:
        async with asyncio.timeout(LOOKUP_TIMEOUT_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(proxy, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError):
        return []
    return [str(address[0]) for *_, address in found]


def _is_network(proxy: str) -> bool:
    try:
        ip_network(proxy)
    except ValueError:
        return False
    return True
