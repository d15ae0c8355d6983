"""Refuses what another web site has a browser send. Knows the headers Origin, Host and Sec-Fetch-*; no page."""

from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.middleware.problems import refusal
from webapp.texts import Language

_OWN_SITE = {"same-origin", "none"}
_PORTS = {"http": 80, "https": 443}
# Gradio would allow the origin that it is sent, and believe anybody about the host it is reached at
_HIDDEN_FROM_GRADIO = {b"origin", b"x-forwarded-host", b"x-gradio-server"}


class SameOrigin:
    """Lets in from other sites only what follows a link. Websockets, which no page needs, are closed."""

    def __init__(self, app: ASGIApp, language: Language) -> None:
        self._app, self._language = app, language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif is_from_other_site(scope["method"], Headers(scope=scope)):
            await refusal(scope, self._language, HTTPStatus.FORBIDDEN, "other_site")(scope, receive, send)
        else:
            await self._app({**scope, "headers": _without_origin(scope["headers"])}, receive, send)


def is_from_other_site(method: str, headers: Headers) -> bool:
    """Return whether another site sent this, unless it only leads here by a link.

    `Origin` must name our host, whatever the method. Not every browser sends `Sec-Fetch-Site`, and none does over plain
    HTTP to another machine; programs send neither.
    """
    if any(not _is_own(origin, headers.get("host", "")) for origin in headers.getlist("origin")):
        return True
    is_link = method in {"GET", "HEAD"} and headers.get("sec-fetch-mode") == "navigate"
    return not is_link and any(site not in _OWN_SITE for site in headers.getlist("sec-fetch-site"))


def _is_own(origin: str, host: str) -> bool:
    try:
        sender, own = urlsplit(origin), urlsplit(f"//{host}")
        default = _PORTS[sender.scheme]
        ours = bool(own.hostname) and (sender.hostname, sender.port or default) == (own.hostname, own.port or default)
    except (KeyError, ValueError):
        return False
    return ours


def _without_origin(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [header for header in headers if header[0] not in _HIDDEN_FROM_GRADIO]
