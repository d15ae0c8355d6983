"""Answers the ordinary question in front of the framework, and hands everything else on to it.

Question, answer and errors are those of the ordinary route: a template is made from its answer, and whatever
goes wrong is told by it.
"""

from collections.abc import Iterable
from functools import partial
from time import perf_counter
from typing import Any

from litestar.types import ASGIApp, Receive, Send

from service.dependencies import Parts
from service.errors import BadInputError, HistoryUnavailableError, NoModelError
from service.fast_path.protocol import EXTENSION, CannotRepeatError, Offer, Repeatable
from service.fast_path.response_templates import Template, Templates
from service.storage.group_commit import CommitCallback
from service.telemetry.request_metrics import Tally

_PATHS = frozenset({"/predict", "/predict/"})
# Headers that change nothing in the answer. Any other may mean something to the ordinary route.
_MEANINGLESS = frozenset(
    b"accept accept-encoding accept-language cache-control connection content-length content-type forwarded host "
    b"pragma user-agent via x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto x-real-ip".split()
)
_MOST_BYTES = 256
_JSON = (b"content-type", b"application/json")


class HotPath:
    """An ASGI application in front of another, for `POST /predict/`."""

    def __init__(self, ordinary: ASGIApp, parts: Parts, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """`headers` are added to each answer, as `ordinary` adds them to its own."""
        self._ordinary = ordinary
        self._headers = (_JSON, *headers)
        self._champions = parts.champions
        self._history = parts.history
        self._templates = Templates()
        self._now = parts.clock.now
        tally = Tally("POST", "/predict")
        self._note = tally.note
        parts.metrics.before_reading(tally.count)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if not _is_ordinary(scope):
            await self._ordinary(scope, receive, send)
            return
        offer: Offer | None = (scope.get("extensions") or {}).get(EXTENSION)
        if offer and offer.failure:
            await self._ordinary(scope, _failing(HistoryUnavailableError(offer.failure)), send)
            return
        started = perf_counter()
        message = _at_once(receive)
        template = message and self._template(message)
        if not template:
            await self._ordinary(scope, _again(message, receive), send)
            return
        if offer:
            offer.learn(Repeatable(self._headers, partial(self._unread, message["body"])))
        row, body = template.filled(*self._now())
        try:
            await self._history.committed(row)
        except HistoryUnavailableError as error:
            await self._ordinary(scope, _failing(error), send)
            return
        kind, *more = self._headers
        headers = [kind, (b"content-length", b"%d" % len(body)), *more]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        self._note(perf_counter() - started)
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def _unread(self, question: bytes, told: CommitCallback) -> bytes:
        """See `Repeatable.answer`."""
        started = perf_counter()

        def finished(failure: str | None) -> None:
            told(failure)
            if failure is None:
                self._note(perf_counter() - started)

        try:
            row, body = self._templates.find(question, self._champions.current).filled(*self._now())
            self._history.enqueue(row, finished)
        except (BadInputError, NoModelError, HistoryUnavailableError) as error:
            raise CannotRepeatError from error
        return body

    def _template(self, message: Any) -> Template | None:
        if message["type"] != "http.request" or message["more_body"] or len(message["body"]) > _MOST_BYTES:
            return None
        try:
            return self._templates.find(message["body"], self._champions.current)
        except (BadInputError, NoModelError):
            return None


def _is_ordinary(scope: Any) -> bool:
    return (
        scope["type"] == "http"
        and scope["path"] in _PATHS
        and scope["method"] == "POST"
        and not scope["query_string"]
        and _MEANINGLESS.issuperset([name for name, _ in scope["headers"]])
    )


def _at_once(receive: Any) -> Any:
    """The message that has come already, None while it has not: to wait for it wants patience, which is not here."""
    receiving = receive()
    try:
        receiving.send(None)
    except StopIteration as received:
        return received.value
    receiving.close()
    return None


def _again(message: Any, receive: Receive) -> Receive:
    """What was received, received once more, and then what follows it."""
    first = [message] if message else []

    async def received() -> Any:
        return first.pop() if first else await receive()

    return received


def _failing(error: HistoryUnavailableError) -> Receive:
    """The ordinary route meets the error where it reads the question, and tells it in its own way."""

    async def received() -> Any:
        raise error

    return received
