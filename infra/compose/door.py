"""A password in front of a web application. Knows HTTP's basic authentication and nothing of what is behind it.

MLflow has a login of its own, experimental, with a database of users and a slow hash at every request; this stack has
one user for it, and the API asks once a second.
"""

from base64 import b64encode
from hmac import compare_digest

from infra.security.asgi import App, Receive, Scope, Send


class Door:
    """Lets a request in that carries the password; `open_path` wants none."""

    def __init__(self, app: App, user: str, password: str, open_path: str = "/health") -> None:
        self._app, self._open = app, open_path
        self._wanted = b"Basic " + b64encode(f"{user}:{password}".encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "lifespan" or scope["path"] == self._open or self._may_enter(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            asks = [(b"www-authenticate", b'Basic realm="Steam Sales"'), (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 401, "headers": asks})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _may_enter(self, scope: Scope) -> bool:
        sent = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        return compare_digest(sent, self._wanted)
