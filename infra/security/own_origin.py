"""Accept requests to the server's own host names and from its own pages only, as ASGI middleware.

A web site that a browser has open may send requests to a server on the same machine: under its own origin, which CORS
forbids it to read but not always to send, or under a host name of its own that it lets lead here (DNS rebinding).
"""

import json
import re
from collections.abc import Collection
from ipaddress import ip_address

from infra.security.asgi import App, Receive, Scope, Send

SAFE_METHODS = ("GET", "HEAD")
OTHER_SITES = ("cross-site", "same-site")
_AUTHORITY = re.compile(r"(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(?::\d{1,5})?")


class OwnOrigin:
    """Refuse requests to other host names, and those that a page of another origin sends, with status 403.

    `names` are the server's host names; IP addresses are its own always, since no site can let them lead elsewhere.
    `origins` are further pages that may send requests, as `https://host:port`.
    """

    def __init__(self, app: App, names: Collection[str], origins: Collection[str] = ()) -> None:
        self._app, self._names, self._origins = app, frozenset(names), frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        reason = None if scope["type"] == "lifespan" else self._refusal(scope)
        if reason is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            body = json.dumps({"detail": reason}).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, scope: Scope) -> str | None:
        hosts = _values(scope, b"host")
        if len(hosts) != 1 or not is_own(hosts[0], self._names):
            return "The host name is none of this server's: use its IP address, or add the name to its allowed hosts."
        own = {f"http://{hosts[0]}", f"https://{hosts[0]}"} | self._origins
        if not set(_values(scope, b"origin")) <= own:
            return "A page of another origin sent this request: open the server's own page."
        if scope.get("method") not in SAFE_METHODS and set(_values(scope, b"sec-fetch-site")) & set(OTHER_SITES):
            return "A page of another site sent this request: open the server's own page."
        return None


def is_own(host: str, names: Collection[str]) -> bool:
    """Whether the value of a `Host` header is an IP address or one of `names`, with any port."""
    match = _AUTHORITY.fullmatch(host)
    if match is None:
        return False
    return _is_address(match["v6"] or match["name"]) or match["name"] in names


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1").lower() for key, value in scope["headers"] if key == name]
