"""What stands before every route: keys, limits of rate and of patience, security headers; knows ASGI, no framework."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar.types import ASGIApp, Receive, Send

from service.errors import ForbiddenError, KeyMissingError, TooManyRequestsError, TooSlowError
from service.problems import raw_problem
from service.security.api_keys import ApiKey, Scope, find_key
from service.security.rate_limit import RateLimiter
from service.telemetry.request_metrics import count_refused

_log = logging.getLogger(__name__)
_OPEN = frozenset({"", "/docs", "/health", "/health/live", "/schema", "/schema/openapi.json"})
_OPEN_FILES = "/docs/assets/"
_BEARER = b"bearer "
CSP = b"content-security-policy"
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
_NOTHING = (CSP, b"default-src 'none'; frame-ancestors 'none'")
HEADERS = (*_HEADERS, _NOTHING)


def scope_of(method: str, path: str) -> Scope | None:
    """What a key must open for this request, None where none is asked for. What is not known wants the most."""
    bare = path.rstrip("/")
    if bare in _OPEN or path.startswith(_OPEN_FILES):
        return None
    if bare in {"/predict", "/predict/batch"}:
        return "predict"
    return "read" if method in {"GET", "HEAD"} else "admin"


@dataclass(frozen=True)
class AccessMiddleware:
    """An ASGI application in front of another."""

    inside: ASGIApp
    keys: tuple[ApiKey, ...]
    """Where there are none, everybody may do everything."""
    patience: float
    """Seconds without progress after which a request is ended."""
    limiter: RateLimiter | None = None
    preflights: bool = field(default=False)
    """Whether browsers ask from other origins, which they do without a key at first."""

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.inside(scope, receive, send)
            return
        guarded = _with_headers(send)
        try:
            admitted = self._admitted(scope)
        except (KeyMissingError, ForbiddenError, TooManyRequestsError) as error:
            count_refused(error, scope)
            await raw_problem(error, guarded)
            return
        await self._patiently(admitted, receive, guarded)

    def _admitted(self, scope: dict[str, Any]) -> dict[str, Any]:
        needed = scope_of(scope["method"], scope["path"])
        if needed is None or (self.preflights and scope["method"] == "OPTIONS"):
            return scope
        key = self._key(scope) if self.keys else None
        caller = key.name if key else (scope.get("client") or ("",))[0]
        if self.limiter and (seconds := self.limiter.seconds_to_wait(caller)):
            raise TooManyRequestsError(seconds)
        if key is None:
            return scope
        if not key.allows(needed):
            raise ForbiddenError(key.name, needed)
        # Nobody inside needs the key again, and without it the request is as ordinary as any.
        return {**scope, "user": key.name, "headers": [h for h in scope["headers"] if h[0] != b"authorization"]}

    def _key(self, scope: Mapping[str, Any]) -> ApiKey:
        sent = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if sent[: len(_BEARER)].lower() == _BEARER:
            found = find_key(self.keys, sent[len(_BEARER) :].strip().decode("latin-1"))
            if found:
                return found
        raise KeyMissingError

    async def _patiently(self, scope: Any, receive: Receive, send: Send) -> None:
        watched = _Watched(receive, send)
        try:
            async with asyncio.timeout(self.patience) as timeout:
                watched.begin(timeout, self.patience)
                await self.inside(scope, watched.receive, watched.send)
        except TimeoutError:
            if not timeout.expired():
                raise
            # as its client wrote it: decoded, a path may hold the end of a line and another of the log
            path = scope["raw_path"].decode("ascii", "backslashreplace")
            _log.warning("%s %s was ended: %s s without progress", scope["method"], path, self.patience)
            if not watched.answering:  # what has begun is cut short by returning now
                await raw_problem(TooSlowError(of_client=watched.receiving), send)


class _Watched:
    """Both directions of a request, which push the deadline away as they move."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._loop = asyncio.get_running_loop()
        self.receiving = False
        self.answering = False

    def begin(self, timeout: asyncio.Timeout, seconds: float) -> None:
        self._timeout, self._seconds, self._moved = timeout, seconds, self._loop.time()

    async def receive(self) -> Any:
        self.receiving = True
        message = await self._receive()
        self.receiving = False
        self._move()
        return message

    async def send(self, message: Any) -> None:
        self.answering = True
        await self._send(message)
        self._move()

    def _move(self) -> None:
        now = self._loop.time()
        if now - self._moved > self._seconds / 10:  # to move a deadline costs more than to look at the clock
            self._moved = now
            self._timeout.reschedule(now + self._seconds)


def _with_headers(send: Send) -> Send:
    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"], *_HEADERS]
            if all(name != CSP for name, _ in headers):
                headers.append(_NOTHING)
            message["headers"] = headers
        await send(message)

    return sending
