"""Response headers that hold the browser to this server. Knows nothing of the pages."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp.middleware.asset_cache import HASHED_PATH

# Gradio's page needs inline scripts and styles, and builds templates with `new Function`; nothing needs another host.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_VARY_BY_READER = {"Vary": "Accept-Encoding, Accept-Language, Cookie"}
_NO_STORE = {"Cache-Control": "no-store"}
# Scripts, letters and pictures are the same for everybody; Gradio says how long each may be kept. Pages are not kept.
_SHARED_FILES = ("/assets/", "/static/", "/favicon.ico")


class SecurityHeaders:
    """ASGI middleware that sets `HEADERS` on every response, and `Vary` by reader where it is not the same for all.

    A response may bring a stricter policy of its own. Only `_SHARED_FILES` may be stored.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        path = scope.get("path", "")
        added = HEADERS if HASHED_PATH.fullmatch(path) else HEADERS | _VARY_BY_READER
        if not path.startswith(_SHARED_FILES):
            added = added | _NO_STORE

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(added)
                headers.setdefault("Content-Security-Policy", POLICY)
            await send(message)

        await self._app(scope, receive, send_with_headers)
