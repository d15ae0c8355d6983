"""Adds the headers that tell browsers what a response may do. Knows ASGI, no route."""

from typing import Any

from litestar.types import ASGIApp, Receive, Send

from service.problems import problem_response

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""Of all responses that say nothing else: the response is data, and loads nothing."""


class SecurityHeaders:
    """Adds them to each response of an application; a response keeps those that it has."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """See ASGI."""

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                missing = [pair for pair in HEADERS if pair[0] not in present]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        await self._app(scope, receive, send_with_headers)


async def send_problem(error: Exception, send: Send) -> None:
    """Answer with the problem document of an error, and the security headers."""
    status, headers, body = problem_response(error)
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *HEADERS]})
    await send({"type": "http.response.body", "body": body, "more_body": False})
