"""Checks API key, scope and rate limit in front of every route. Knows ASGI, no framework."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar.types import ASGIApp, Receive, Send

from service.errors import ForbiddenError, KeyMissingError, TooManyRequestsError
from service.middleware.security_headers import send_problem
from service.security.api_keys import ApiKey, find_key
from service.security.rate_limit import RateLimiter
from service.security.scopes import scope_of
from service.telemetry.request_metrics import count_refused

_BEARER = b"bearer "
_MAX_VERIFIED = 1_024
_RETRY_SECONDS = 0.001


@dataclass(frozen=True)
class AccessMiddleware:
    """An ASGI application in front of another."""

    app: ASGIApp
    keys: tuple[ApiKey, ...] = ()
    """Without keys everybody may do everything."""
    limiter: RateLimiter | None = None
    preflights: bool = False
    """Whether browsers may ask from other origins, which they do without a key at first."""
    _verified: dict[bytes, ApiKey] = field(default_factory=dict, init=False, repr=False)
    """Keys by the header that was verified: each is looked up, and hashed, once."""

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """See ASGI. The name of the key is passed on as `user` of the scope."""
        if scope["type"] == "http":
            try:
                while not self._admit(scope):  # noqa: ASYNC110 - another process writes, and tells nobody
                    await asyncio.sleep(_RETRY_SECONDS)
            except (KeyMissingError, ForbiddenError, TooManyRequestsError) as error:
                count_refused(error, scope)
                await send_problem(error, send)
                return
        await self.app(scope, receive, send)

    def _admit(self, scope: dict[str, Any]) -> bool:
        """Return whether the request may go on; False if the rate limit cannot be read yet. Raises if it may not."""
        needed = scope_of(scope["method"], scope["path"])
        if needed is None or (self.preflights and scope["method"] == "OPTIONS"):
            return True
        key = self._authenticate(scope) if self.keys else None
        if self.limiter:
            seconds = self.limiter.seconds_to_wait(key.name if key else (scope.get("client") or ("",))[0])
            if seconds is None:
                return False
            if seconds:
                raise TooManyRequestsError(seconds)
        if key:
            if not key.allows(needed):
                raise ForbiddenError(key.name, needed)
            scope["user"] = key.name
        return True

    def _authenticate(self, scope: Mapping[str, Any]) -> ApiKey:
        header = b""
        for name, value in scope["headers"]:
            if name == b"authorization":
                header = value
                break
        if known := self._verified.get(header):
            return known
        if header[: len(_BEARER)].lower() == _BEARER:
            key = find_key(self.keys, header[len(_BEARER) :].strip().decode("latin-1"))
            if key:
                if len(self._verified) >= _MAX_VERIFIED:
                    self._verified.clear()
                self._verified[header] = key
                return key
        raise KeyMissingError
