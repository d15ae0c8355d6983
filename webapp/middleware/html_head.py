"""Puts into Gradio's document what it has no setting for: language, a title for each page, light and dark at once."""

import gzip
import re
from collections.abc import Mapping

from markupsafe import escape
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp.rendering.templates import render
from webapp.texts import Language

# What Gradio tells of itself to whoever a link is sent to.
_CARDS = re.compile(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>\s*')


def rewrite_head(document: str, language: Language, brand: str, title: str) -> str:
    """A page's HTML with its own language and `title`, in place of the `brand` that Gradio gives to all pages."""
    early = render("frame/early.html", language)
    document = _CARDS.sub("", document)
    document = document.replace('lang="en"', f'lang="{language}"', 1)
    document = document.replace(f'"title":"{brand}"', f'"title":"{title}"', 1)
    return document.replace("<head>", f"<head><title>{escape(title)}</title>{early}", 1)


class HtmlHead:
    """ASGI middleware that rewrites the documents of `titles`, by path without its slash."""

    def __init__(self, app: ASGIApp, language: Language, brand: str, titles: Mapping[str, str]) -> None:
        self._app, self._language, self._brand, self._titles = app, language, brand, titles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        title = self._titles.get(scope["path"].strip("/")) if scope["type"] == "http" else None
        if title is None:
            await self._app(scope, receive, send)
        else:
            await self._collect_body(scope, receive, send, title)

    async def _collect_body(self, scope: Scope, receive: Receive, send: Send, title: str) -> None:
        start: Message = {}
        parts: list[bytes] = []

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            if message["type"] != "http.response.body":
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                body = rewrite_head(b"".join(parts).decode(), self._language, self._brand, title).encode()
                headers = MutableHeaders(scope=start)
                if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
                    body, headers["Content-Encoding"] = gzip.compress(body, 5), "gzip"
                headers["Content-Length"] = f"{len(body)}"
                await send(start)
                await send({"type": "http.response.body", "body": body})

        plain = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, hold)
