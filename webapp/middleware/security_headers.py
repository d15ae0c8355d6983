"""Response headers that hold the browser to this server. Knows nothing of the pages."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp.middleware.asset_cache import UNCHANGING

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
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_BY_READER = {"Vary": "Accept-Encoding, Accept-Language, Cookie"}


class SafeHeaders:
    """ASGI middleware that sets `HEADERS` on every response, and `Vary` by reader where it is not the same for all."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        added = HEADERS if scope["type"] == "http" and UNCHANGING.fullmatch(scope["path"]) else HEADERS | _BY_READER

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(added)
            await send(message)

        await self._app(scope, receive, send_with_headers)
