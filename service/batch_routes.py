"""Many questions over HTTP, as a JSON list or a CSV file: parse, delegate, return."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, BinaryIO

from litestar import Response, Router, post
from litestar.params import HeaderParameter
from litestar.response import Stream

from service import documented, examples
from service.ahead import ahead
from service.batch import Asked, Batch, Predicting, answered_by, as_csv, as_json
from service.batch_check import BatchCheck, checked
from service.batch_csv import check_csv, judged_csv, read_csv
from service.batch_json import judged_json, read_json
from service.database import Rows
from service.documented_batches import BatchOperation, CheckOperation
from service.errors import KeyReusedError
from service.export import HEADER, MEDIA_TYPES
from service.ids import ids_in_a_row, new_ids
from service.parts import Given, Parts
from service.queries import Key
from service.uploads import AnyRequest, is_csv, limited, spooled


@post(
    "/predict/batch",
    status_code=200,
    operation_class=BatchOperation,
    operation_id="predict_batch",
    summary="Predict many kinds of day at once",
    description="A JSON list of up to 10,000 questions, or a CSV file (Content-Type: text/csv) of any number. "
    "Answered in the order sent and in the form sent, and stored like single predictions. "
    "One bad row refuses the whole batch; of a refused batch nothing is stored.",
    tags=["Predictions"],
    responses={
        400: documented.bad_input("Season", "Input should be less than or equal to 4", row=7),
        413: documented.TOO_LARGE,
        415: documented.PACKED,
        422: documented.KEY_REUSED,
        503: documented.NOT_SERVING,
    },
)
async def predict_batch(
    request: AnyRequest,
    parts: Given,
    key: Annotated[
        str | None,
        HeaderParameter(
            name="Idempotency-Key",
            pattern="^[!-~]{1,255}$",
            description="names the batch: sent again, it is answered by the stored predictions",
        ),
    ] = None,
) -> Response[Any]:
    """Ask for many predictions."""
    parts.history.refuse_if_closed()
    predicting = Predicting(parts.champions.current, parts.codes_of)
    asking = _Asking(parts, predicting, request.scope.get("user") or "", key and key.strip('"'))
    if is_csv(request):
        return await _csv(request, asking)
    asked, batch = await anext(asking.predicted(map(read_json, [await limited(request)])))
    # Written out while it is stored, it leaves once it is.
    stored, text = await asyncio.gather(asking.store(asked, batch), asyncio.to_thread(as_json, batch))
    if stored is not batch:
        text = await asyncio.to_thread(as_json, stored)
    return Response(text, media_type="application/json")


@post(
    "/predict/batch/check",
    status_code=200,
    operation_class=CheckOperation,
    operation_id="check_batch",
    summary="Look at many questions without asking them",
    description="Takes what POST /predict/batch takes, and says of every row what is wrong with it or how the first "
    "ones are understood. Predicts and stores nothing.",
    tags=["Predictions"],
    responses={
        200: documented.shown("What the batch would meet.", BatchCheck, examples.BATCH_CHECK),
        400: documented.bad_input(
            "header", "the column 'Ventas' is not known: name DayOfWeek, Season and Holiday, or Date"
        ),
        413: documented.TOO_LARGE,
        415: documented.PACKED,
        503: documented.NO_MODEL,
    },
)
async def check_batch(request: AnyRequest, parts: Given) -> BatchCheck:
    """Look at many questions."""
    predictor = parts.champions.current
    if not is_csv(request):
        rows = await asyncio.to_thread(judged_json, await limited(request))
        return await asyncio.to_thread(checked, [rows], predictor, parts.codes_of)
    with await spooled(request) as file:
        return await asyncio.to_thread(checked, judged_csv(file), predictor, parts.codes_of)


def router(upload_limit: int) -> Router:
    """The routes, with the largest body they take, in bytes."""
    return Router("/", route_handlers=[predict_batch, check_batch], request_max_body_size=upload_limit)


@dataclass(frozen=True)
class _Asking:
    """A batch on its way, by one model, of which the parts come one after the other."""

    parts: Parts
    predicting: Predicting
    caller: str
    key: str | None

    async def predicted(self, parts: Iterator[Asked]) -> AsyncIterator[tuple[Asked, Batch]]:
        """What is asked and what is predicted, a part at a time; each is read only then."""
        while made := await asyncio.to_thread(self._next, parts, self.parts.clock.moment()):
            yield made

    async def store(self, asked: Asked, batch: Batch, part: int = 0) -> Batch | Rows:
        """The predictions, once they are committed; what answered the key already, if something did.

        Raises:
            KeyReusedError: that was another batch.
        """
        if self.key is None:
            await self.parts.history.add_batch(batch)
            return batch
        stored = await self.parts.history.add_batch_once(batch, self._key(part))
        if stored is not None and not answered_by(stored, asked):
            raise KeyReusedError
        return batch if stored is None else stored

    async def compare(self, parts: AsyncIterator[Asked]) -> None:
        """Return where nothing came with the key yet, or the first of these parts, or all of them.

        Raises:
            KeyReusedError: that was another file.
        """
        part = 0
        async for asked in parts:
            known = await self.parts.history.known_batch(self._key(part), len(asked.which))
            if known is None:
                return
            if not answered_by(known, asked):
                raise KeyReusedError
            part += 1
        if await self.parts.history.known_batch(self._key(part), 0):
            raise KeyReusedError  # that one went on

    def _key(self, part: int) -> Key:
        # No key has a blank in it: those of batches and of single questions never meet.
        return Key(self.caller, f"batch {part} {self.key}")

    def _next(self, parts: Iterator[Asked], now: datetime) -> tuple[Asked, Batch] | None:
        asked = next(parts, None)
        ids = new_ids if self.key is None else ids_in_a_row
        return (asked, self.predicting.batch(asked, now, ids)) if asked else None


async def _csv(request: AnyRequest, asking: _Asking) -> Stream:
    file = await spooled(request)
    try:
        await asyncio.to_thread(check_csv, file, asking.predicting.predictor)
        if asking.key is not None:
            await asking.compare(_parts(file))
        # What the history cannot take is a 503 as long as nothing was sent.
        answered = _answered(file, asking)
        first = await anext(answered, "")
    except BaseException:
        file.close()
        raise
    return Stream(_with_header(first, answered), headers={"Content-Type": MEDIA_TYPES["csv"]})


async def _with_header(first: str, rest: AsyncIterator[str]) -> AsyncIterator[str]:
    yield HEADER + first
    async for text in rest:
        yield text


async def _answered(file: BinaryIO, asking: _Asking) -> AsyncIterator[str]:
    """A part at a time, each once it is committed. A failure cuts the connection: the client sees a file cut short."""
    with file:
        async for stored in ahead(_stored(file, asking)):
            yield await asyncio.to_thread(as_csv, stored)


async def _stored(file: BinaryIO, asking: _Asking) -> AsyncIterator[Batch | Rows]:
    part = 0
    async for asked, batch in ahead(asking.predicted(read_csv(file))):
        yield await asking.store(asked, batch, part)
        part += 1


async def _parts(file: BinaryIO) -> AsyncIterator[Asked]:
    every = read_csv(file)
    while asked := await asyncio.to_thread(next, every, None):
        yield asked
