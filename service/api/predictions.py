"""POST /predict/: one ASGI application answers it, and the OpenAPI document describes it here."""

import asyncio
from time import perf_counter
from typing import Annotated, Any

from litestar import post
from litestar.di import NamedDependency
from litestar.params import HeaderParameter, SkipValidation
from litestar.types import ASGIApp, Receive, Send

from service.api.openapi import examples, operations
from service.api.parameters import IDEMPOTENCY_KEY, reject_encoding
from service.dependencies import Dependencies
from service.errors import BadInputError, BodyTooLargeError, FieldError, KeyReusedError, NoModelError, TooSlowError
from service.middleware.idle_timeout import log_timeout
from service.middleware.security_headers import HEADERS
from service.prediction.predict import matches_request, to_response
from service.prediction.prepared_response import PreparedResponse, PreparedResponses
from service.prediction.record import IdempotencyKey
from service.prediction.requests import parse_request
from service.prediction.schemas import Prediction
from service.problems import problem_response
from service.telemetry.request_metrics import COUNTS_ITSELF, RouteCounter
from service.telemetry.responses import RESPOND
from service.telemetry.trace_context import current_trace_id

PATHS = frozenset({"/predict", "/predict/"})
_JSON = (b"content-type", b"application/json")
_HEADER_LINES = b"".join(b"%s: %s\r\n" % pair for pair in (_JSON, *HEADERS))


class PredictEndpoint:
    """Answers every request for one prediction, with or without the framework in front of it."""

    def __init__(self, dependencies: Dependencies, max_body_bytes: int, idle_seconds: float) -> None:
        self._manager = dependencies.models
        self._history = dependencies.history
        self._clock = dependencies.clock
        self._prepared = PreparedResponses()
        self._max_body_bytes = max_body_bytes
        self._idle_seconds = idle_seconds
        self._counter = RouteCounter("POST", "/predict")
        dependencies.metrics.before_reading(self._counter.flush)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """See ASGI."""
        started = perf_counter()
        try:
            body = await self._predict(scope, receive)
        except Exception as error:  # noqa: BLE001 - every error becomes a problem document
            status, headers, body = problem_response(error)
            headers += HEADERS
        else:
            status, headers = 200, [_JSON, (b"content-length", b"%d" % len(body)), *HEADERS]
            respond = (scope.get("extensions") or {}).get(RESPOND)
            if respond and respond(scope, _HEADER_LINES, body):
                self._counter.record(status, perf_counter() - started)
                return
        await send({"type": "http.response.start", "status": status, "headers": headers})
        self._counter.record(status, perf_counter() - started)
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _predict(self, scope: Any, receive: Receive) -> bytes:
        headers = dict(scope["headers"][::-1])  # of a header that was sent twice the first counts
        reject_encoding(headers.get(b"content-encoding"))
        key = _idempotency_key(headers.get(b"idempotency-key"), scope.get("user") or "")
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > self._max_body_bytes:
            raise BodyTooLargeError(self._max_body_bytes)
        message = _receive_now(receive)
        whole = message and message["type"] == "http.request" and not message.get("more_body")
        body = message["body"] if whole else await self._read_body(scope, message, receive)
        if len(body) > self._max_body_bytes:
            raise BodyTooLargeError(self._max_body_bytes)
        prepared = self._prepare(body)
        record, response = prepared.render(*self._clock.now(), current_trace_id.get(), key)
        stored = await self._history.store(record)
        if stored is None:
            return response
        if not matches_request(stored, prepared.request):
            raise KeyReusedError
        return to_response(stored).model_dump_json().encode()

    def _prepare(self, body: bytes) -> PreparedResponse:
        try:
            predictor = self._manager.current
        except NoModelError:
            parse_request(body)  # a bad request is told so first
            raise
        return self._prepared.find(body, predictor)

    async def _read_body(self, scope: Any, message: Any, receive: Receive) -> bytes:
        body = b""
        message = message or await self._wait(scope, receive)
        while message["type"] == "http.request":
            body += bytes(message.get("body", b""))
            if len(body) > self._max_body_bytes:
                raise BodyTooLargeError(self._max_body_bytes)
            if not message.get("more_body"):
                return body
            message = await self._wait(scope, receive)
        raise BadInputError([FieldError("body", "the client disconnected before its end")])

    async def _wait(self, scope: Any, receive: Receive) -> Any:
        try:
            async with asyncio.timeout(self._idle_seconds):
                return await receive()
        except TimeoutError:
            log_timeout(scope, self._idle_seconds)
            raise TooSlowError(of_client=True) from None


class PredictFirst:
    """Hands `POST /predict/` to its endpoint, and every other request to the framework."""

    def __init__(self, endpoint: ASGIApp, framework: ASGIApp, *, cross_origin: bool) -> None:
        """With `cross_origin`, requests from pages take the framework's way, which adds the headers of CORS."""
        self._endpoint, self._framework, self._cross_origin = endpoint, framework, cross_origin

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """See ASGI."""
        asks = scope["type"] == "http" and scope["path"] in PATHS and scope["method"] == "POST"
        if asks and not (self._cross_origin and any(name == b"origin" for name, _ in scope["headers"])):
            await self._endpoint(scope, receive, send)
        else:
            await self._framework(scope, receive, send)


def _receive_now(receive: Any) -> Any:
    """Return the message that has arrived already, or None: only then a timeout has to be set, which costs more."""
    receiving = receive()
    try:
        receiving.send(None)
    except StopIteration as received:
        return received.value
    receiving.close()
    return None


def _idempotency_key(header: bytes | None, caller: str) -> IdempotencyKey | None:
    if header is None:
        return None
    text = header.decode("latin-1")
    if not IDEMPOTENCY_KEY.fullmatch(text):
        message = f"Expected `str` matching regex '{IDEMPOTENCY_KEY.pattern}'"
        raise BadInputError([FieldError("Idempotency-Key", message)])
    return IdempotencyKey(caller, text.strip('"'))


@post(
    "/predict/",
    status_code=200,
    opt={COUNTS_ITSELF: True},
    operation_class=operations.PredictOperation,
    operation_id="predict",
    summary="Predict the sales of a kind of day",
    description="Expected sales in units, stored in the registry before the answer leaves. "
    "The body is read as JSON whatever its Content-Type.",
    tags=["Predictions"],
    responses={
        200: operations.success("The prediction, as it stands in the registry.", Prediction, examples.PREDICTION),
        400: operations.bad_input("DayOfWeek", "Input should be less than or equal to 7"),
        413: operations.TOO_LARGE,
        415: operations.ENCODED_BODY,
        422: operations.KEY_REUSED,
        503: operations.NOT_SERVING,
    },
)
async def predict(
    endpoint: NamedDependency[SkipValidation[PredictEndpoint]],
    key: Annotated[
        str | None,
        HeaderParameter(
            name="Idempotency-Key",
            pattern=IDEMPOTENCY_KEY.pattern,
            description="names the request: sent again, it is answered by the stored prediction",
        ),
    ] = None,
) -> ASGIApp:
    """Hand over to the endpoint, which reads the header itself. Requests from other origins come this way, for CORS."""
    del key
    return endpoint
