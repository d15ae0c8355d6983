"""Prepares the response to a request once, and fills in what differs each time. Knows no HTTP."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from msgspec.json import encode

from service.prediction.ids import new_id_hex
from service.prediction.predict import Row, build_row, to_response
from service.prediction.predictor import Predictor
from service.prediction.record import IdempotencyKey, PendingRecord
from service.prediction.requests import CodesRequest, DateRequest, parse_request

_MAX_PREPARED = 8_192
_MAX_BODY_BYTES = 256
_SAMPLE_TIME = datetime(2000, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)


class PreparedResponse(NamedTuple):
    """The response to one request by one model, without id and time."""

    request: CodesRequest | DateRequest
    fields: Row
    json_parts: tuple[str, str, str]
    """The JSON text before the time, between time and id, and after the id."""

    def render(
        self, microseconds: int, created_at: str, trace_id: str | None, key: IdempotencyKey | None
    ) -> tuple[PendingRecord, bytes]:
        """Return the record of a prediction made at this time (see `Clock`), and its JSON."""
        name = new_id_hex(microseconds)
        before, between, after = self.json_parts
        uuid = f"{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:]}"
        record = PendingRecord(name, created_at, self.fields, trace_id, key)
        return record, f"{before}{created_at}{between}{uuid}{after}".encode()


class PreparedResponses:
    """A cache for one model at a time: by the bytes of a body, and by what the body asks."""

    def __init__(self) -> None:
        self._predictor: Predictor | None = None
        self._by_body: dict[bytes, PreparedResponse] = {}
        self._by_request: dict[Any, PreparedResponse] = {}

    def find(self, body: bytes, predictor: Predictor) -> PreparedResponse:
        """Return the response to a JSON body.

        Raises:
            BadInputError: the body is no request, or this model cannot answer it.
        """
        if predictor is not self._predictor:
            self._predictor, self._by_body, self._by_request = predictor, {}, {}
        prepared = self._by_body.get(body)
        if prepared is None:
            prepared = self._prepare(parse_request(body), predictor)
            if len(body) <= _MAX_BODY_BYTES:
                _put(self._by_body, body, prepared)
        return prepared

    def _prepare(self, request: CodesRequest | DateRequest, predictor: Predictor) -> PreparedResponse:
        meaning = tuple(request.model_dump().values())
        prepared = self._by_request.get(meaning)
        if prepared is None:
            prepared = prepare(request, predictor)
            _put(self._by_request, meaning, prepared)
        return prepared


def prepare(request: CodesRequest | DateRequest, predictor: Predictor) -> PreparedResponse:
    """Build the response of one model to one request; raises BadInputError if the model cannot answer it."""
    row = build_row(request, predictor, _SAMPLE_TIME)
    sample = to_response(row).model_dump(mode="json")
    before, _, rest = encode(sample).decode().partition(sample["created_at"])
    between, _, after = rest.partition(sample["id"])
    return PreparedResponse(request, row, (before, between, after))


def _put(cache: dict[Any, PreparedResponse], key: Any, prepared: PreparedResponse) -> None:
    if len(cache) >= _MAX_PREPARED:
        del cache[next(iter(cache))]  # the oldest
    cache[key] = prepared
