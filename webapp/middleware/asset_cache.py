"""Keeps in memory what never changes under its name, scripts and letters, and lets browsers keep it. Knows no page."""

import asyncio
import re
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio names its scripts by their content and its fonts by what they are. It says of neither that they may be kept,
# and would compress each of them anew for every visitor.
HASHED_PATH = re.compile(r"/(assets/[\w.-]+-[\w-]{8,}\.(js|css)|static/fonts/[\w/-]+\.woff2)")
MAX_ASSET_BYTES = 4 << 20
_YEAR_SECONDS = 31_536_000
_CONDITIONAL_HEADERS = (b"if-none-match", b"if-modified-since", b"range")


@dataclass(frozen=True)
class AssetCache:
    """An ASGI app in front of another; it asks it once for each file and way of compression."""

    app: ASGIApp
    _files: dict[tuple[str, str], list[Message]] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or scope["method"] != "GET" or not HASHED_PATH.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        key = scope["path"], "br" if "br" in Headers(scope=scope).get("accept-encoding", "") else ""
        if key not in self._files:
            messages = await self._fetch(scope)
            size = sum(len(part.get("body", b"")) for part in messages)
            if messages[0]["status"] != HTTPStatus.OK or size > MAX_ASSET_BYTES:
                await _send_cached(messages, send)
                return
            MutableHeaders(scope=messages[0])["Cache-Control"] = f"public, max-age={_YEAR_SECONDS}, immutable"
            MutableHeaders(scope=messages[0])["Vary"] = "Accept-Encoding"
            self._files[key] = messages
        await _send_cached(self._files[key], send)

    async def _fetch(self, scope: Scope) -> list[Message]:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        whole = [header for header in scope["headers"] if header[0] not in _CONDITIONAL_HEADERS]
        await self.app({**scope, "headers": whole}, _is_cacheable(), keep)
        return messages


def _is_cacheable() -> Receive:
    """A visitor who does not leave: for one who did, the app ends its answer, and half a file would be kept."""
    said: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        return said.pop() if said else await asyncio.Future()

    return receive


async def _send_cached(messages: list[Message], send: Send) -> None:
    for message in messages:
        # headers are added to on the way out
        await send({**message, "headers": list(message["headers"])} if "headers" in message else message)
