"""HTTP basic authentication as ASGI middleware. Does not depend on the application behind it.

MLflow's own login is experimental, and hashes slowly at every request. This stack has one user for it, and the API
sends a request every second.
"""

from base64 import b64encode
from hmac import compare_digest

from infra.security.asgi import App, Receive, Scope, Send


class BasicAuth:
    """Pass requests with the password on, and those to `public_path` without; respond 401 to all others."""

    def __init__(self, app: App, user: str, password: str, public_path: str = "/health") -> None:
        self._app, self._public_path = app, public_path
        self._expected = b"Basic " + b64encode(f"{user}:{password}".encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "lifespan" or scope["path"] == self._public_path or self._is_authorized(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            headers = [(b"www-authenticate", b'Basic realm="Steam Sales"'), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 401, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _is_authorized(self, scope: Scope) -> bool:
        received = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        return compare_digest(received, self._expected)
