"""Decides by its host name whether a request may reach a page that asks nobody to log in. Knows HTTP headers; no page.

Where a server listens does not say who asks: a name that its owner points to the server's address brings the scripts
of a web site (DNS rebinding), and a proxy or tunnel brings anybody to loopback.
"""

from collections.abc import Callable, Collection
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.middleware.problems import refusal
from webapp.texts import Language

_FORWARDED = {"forwarded", "via", "x-real-ip", "x-client-ip", "x-original-host", "true-client-ip", "cf-connecting-ip"}


class HostGuard:
    """Refuses requests whose headers are not accepted, for a `reason` among the texts of refusals."""

    def __init__(self, app: ASGIApp, language: Language, accepts: Callable[[Headers], bool], reason: str) -> None:
        self._app, self._language, self._accepts, self._reason = app, language, accepts, reason

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or self._accepts(Headers(scope=scope)):
            await self._app(scope, receive, send)
        else:
            await refusal(scope, self._language, HTTPStatus.FORBIDDEN, self._reason)(scope, receive, send)


def is_local(headers: Headers) -> bool:
    """Return whether a request names this machine by a loopback name and carries no header of a proxy."""
    forwarded = any(name in _FORWARDED or name.startswith("x-forwarded") for name in headers)
    return not forwarded and all(map(_is_loopback, _host_names(headers)))


def is_known(headers: Headers, names: Collection[str]) -> bool:
    """Return whether the host is a loopback name, an address, a name without a dot, or one of `names`.

    Others can be registered by a stranger and pointed here.
    """
    return all(_is_loopback(name) or _is_private(name) or name in names for name in _host_names(headers))


def _host_names(headers: Headers) -> list[str]:
    return [_host_name(host) for host in headers.getlist("host")] or [""]


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _is_private(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return bool(name) and "." not in name
    return True
