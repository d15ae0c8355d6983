"""Whose word is taken for whom a proxy asks: the limit is held by the real address, and nobody talks past it."""

import asyncio
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from service.app import create_app
from service.middleware.proxy_headers import ProxyHeaders
from service.settings import Settings


def client_seen_as(proxies: str, client: str, *chain: str) -> str:
    """Who is taken for the one who asks, when `client` passes on a request with these headers."""
    found: list[str] = []

    async def inside(scope: Any, _receive: Any, _send: Any) -> None:
        found.append(scope["client"][0])

    async def nothing(*_: Any) -> Any: ...

    headers = [(b"x-forwarded-for", part.encode()) for part in chain]
    scope: Any = {"type": "http", "client": (client, 1), "headers": headers}
    asyncio.run(ProxyHeaders(inside, proxies)(scope, nothing, nothing))
    return found[0]


@pytest.mark.parametrize(
    ("proxies", "client", "chain", "who"),
    [
        ("10.0.0.7", "10.0.0.7", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.7", ["203.0.113.9"], "203.0.113.9"),
        ("localhost", "127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.7", "10.0.0.7", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.7", "10.0.0.7", ["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        ("10.0.0.7", "10.0.0.8", ["203.0.113.9"], "10.0.0.8"),
        ("nobody.invalid", "10.0.0.8", ["203.0.113.9"], "10.0.0.8"),
        ("10.0.0.7", "10.0.0.7", [], "10.0.0.7"),
    ],
)
def test_only_a_known_proxy_is_believed_and_only_in_what_it_added(
    proxies: str, client: str, chain: list[str], who: str
) -> None:
    assert client_seen_as(proxies, client, *chain) == who


ProxiedRequest = tuple[str, str]


def statuses(settings: Settings, *requests: ProxiedRequest) -> list[int]:
    """What an API with a limit of three a minute, behind a proxy on this machine, answers each peer and header."""
    app: Any = create_app(settings.model_copy(update={"api_rate_limit": 3, "api_proxies": "127.0.0.1"}))

    async def one(peer: str, header: str) -> int:
        transport = httpx.ASGITransport(app, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return (await client.get("/model", headers={"X-Forwarded-For": header})).status_code

    async def all_of_them() -> list[int]:
        return [await one(*request) for request in requests]

    return asyncio.run(all_of_them())


def test_the_limit_is_held_by_the_address_behind_the_proxy(settings: Settings) -> None:
    again = [("127.0.0.1", "203.0.113.9")] * 4
    # what a client wrote itself stands before what the proxy added
    forged = ("127.0.0.1", "198.51.100.77, 203.0.113.9")
    other = ("127.0.0.1", "203.0.113.10")
    assert statuses(settings, *again, forged, other) == [503, 503, 503, 429, 429, 503]


def test_a_forged_header_does_not_escape_the_limit(settings: Settings) -> None:
    forged = [("192.0.2.5", f"203.0.113.{number}") for number in range(4)]
    assert statuses(settings, *forged) == [503, 503, 503, 429]


@pytest.mark.parametrize("wrong", ["*", "10.0.0.300", "10.0.0.1/33", "http://proxy", "a,b"])
def test_what_is_no_proxy_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="write an address"):
        Settings(api_proxies=wrong)
