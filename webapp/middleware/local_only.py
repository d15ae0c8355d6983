"""Serves this machine alone: names of loopback, and nothing that a proxy handed on. Knows HTTP headers; no page."""

from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.middleware.problems import refusal
from webapp.texts import Language

_FORWARDED = {"forwarded", "via", "x-real-ip", "x-client-ip", "x-original-host", "true-client-ip", "cf-connecting-ip"}


class LocalOnly:
    """Stands in front of a page without users that listens on loopback.

    That it listens there does not mean that this machine asks: a name that its owner points to 127.0.0.1 brings a web
    site's script here, and a proxy or tunnel brings anybody.
    """

    def __init__(self, app: ASGIApp, language: Language) -> None:
        self._app, self._language = app, language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or is_local(Headers(scope=scope)):
            await self._app(scope, receive, send)
        else:
            await refusal(scope, self._language, HTTPStatus.FORBIDDEN, "not_local")(scope, receive, send)


def is_local(headers: Headers) -> bool:
    """Return whether a request names this machine by a loopback name and carries no header of a proxy."""
    forwarded = any(name in _FORWARDED or name.startswith("x-forwarded") for name in headers)
    return not forwarded and all(map(_is_loopback_name, headers.getlist("host") or [""]))


def _is_loopback_name(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or name.endswith(".localhost") or ip_address(name).is_loopback
    except ValueError:
        return False
