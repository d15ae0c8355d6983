"""Lets a message reach Gradio only if every file that it names was uploaded to this page. Imports nothing of Gradio.

Gradio checks this itself only in an app that it has launched, and the page is mounted instead. So the check is made
here, before any route: a handler that is added later is covered, too.
"""

import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webapp.middleware.file_references import file_objects
from webapp.middleware.problems import refusal
from webapp.middleware.upload_folder import is_inside, is_upload, make_private
from webapp.texts import Language

MAX_MESSAGE_BYTES = 1 << 20
MULTIPART_OVERHEAD_BYTES = 64 << 10

_UPLOAD_PATH = "/gradio_api/upload"
# The routes by which Gradio serves a file, or fetches one from another server: what follows must be a file of ours.
_FILE_PATH = re.compile(r"gradio_api/+(?:file[=/]|proxy=)(.*)", re.DOTALL)
_WITHOUT_MESSAGE = {"GET", "HEAD", "OPTIONS"}


class RefusedError(Exception):
    """The request must not reach Gradio; `reason` names the text that says why."""

    def __init__(self, status: HTTPStatus, reason: str, **figures: int) -> None:
        super().__init__(reason)
        self.status, self.reason, self.figures = status, reason, figures


@dataclass(frozen=True)
class UploadGuard:
    """ASGI middleware in front of Gradio. It fails closed: what it cannot read it answers itself, with a problem."""

    app: ASGIApp
    folder: Path
    """Where uploads and results are, as `upload_folder` made it."""
    upload_limit_bytes: int
    default_language: Language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            message = await self._check_message_body(request)
        except RefusedError as refused:
            problem = refusal(scope, self.default_language, refused.status, refused.reason, **refused.figures)
            await problem(scope, receive, send)
        except ClientDisconnect:
            return
        else:
            if message is None:
                await self.app(scope, receive, send)
            else:
                await self.app(_with_length(scope, len(message)), _Replay(message, receive), send)

    async def _check_message_body(self, request: Request) -> bytes | None:
        """Return the message to hand on in place of the request's body; None to hand the body on as it comes."""
        path = request.scope["path"]
        served = _FILE_PATH.search(path)
        if served and not await to_thread.run_sync(is_inside, self.folder, served[1]):
            raise RefusedError(HTTPStatus.FORBIDDEN, "foreign_file")
        if request.method in _WITHOUT_MESSAGE:
            return None
        if path == _UPLOAD_PATH:
            self._check_upload(request.headers.get("content-length"))
            await to_thread.run_sync(make_private, self.folder)
            return None
        body = await _read_bounded(request)
        return await to_thread.run_sync(check_message, body, self.folder)

    def _check_upload(self, length: str | None) -> None:
        if length is None or not length.isdecimal():
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "no_length")
        if int(length) > self.upload_limit_bytes + MULTIPART_OVERHEAD_BYTES:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "upload_too_large", limit=self.upload_limit_bytes)


def check_message(body: bytes, folder: Path) -> bytes:
    """Return the message written anew, so that Gradio reads exactly what was checked.

    Raises RefusedError if the body is no JSON object, or names a file that is no upload in `folder`.
    """
    try:
        message = json.loads(body)
        files = list(file_objects(message))
    except (ValueError, RecursionError) as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "unreadable") from error
    if not isinstance(message, dict):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "unreadable")
    for file in files:
        _check_file(file, folder)
    return json.dumps(message).encode()


def _check_file(file: dict[str, Any], folder: Path) -> None:
    if not is_upload(folder, file.get("path")) or not isinstance(file.get("meta", {}), dict):
        raise RefusedError(HTTPStatus.FORBIDDEN, "foreign_file")
    file.pop("url", None)  # the path says which file it is; a URL could name another, on another server


async def _read_bounded(request: Request) -> bytes:
    length = request.headers.get("content-length", "0")
    body = bytearray()
    if length.isdecimal() and int(length) <= MAX_MESSAGE_BYTES:
        async for part in request.stream():
            body += part
            if len(body) > MAX_MESSAGE_BYTES:
                break
        else:
            return bytes(body)
    raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", limit=MAX_MESSAGE_BYTES)


def _with_length(scope: Scope, length: int) -> Scope:
    headers = MutableHeaders(raw=list(scope["headers"]))
    del headers["transfer-encoding"]
    headers["content-length"] = str(length)
    return {**scope, "headers": headers.raw}


@dataclass
class _Replay:
    """Receive the message that was read already, and after it what the client still sends: that it leaves."""

    message: bytes
    receive: Receive
    sent: bool = field(default=False, init=False)

    async def __call__(self) -> Message:
        if self.sent:
            return await self.receive()
        self.sent = True
        return {"type": "http.request", "body": self.message, "more_body": False}
