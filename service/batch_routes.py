"""Many questions over HTTP, as a JSON list or a CSV file: parse, delegate, return."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any, BinaryIO

from litestar import Response, Router, post
from litestar.response import Stream

from service import documented, examples
from service.batch import Asked, Batch, as_csv, as_json, predict_all
from service.batch_check import BatchCheck, checked
from service.batch_csv import check_csv, judged_csv, read_csv
from service.batch_json import judged_json, read_json
from service.champion import Predictor
from service.documented_batches import BatchOperation, CheckOperation
from service.export import HEADER, MEDIA_TYPES
from service.parts import Given, Parts
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
        503: documented.NOT_SERVING,
    },
)
async def predict_batch(request: AnyRequest, parts: Given) -> Response[Any]:
    """Ask for many predictions."""
    parts.history.refuse_if_closed()
    predictor = parts.champions.current
    if is_csv(request):
        return await _csv(request, parts, predictor)
    asked = await asyncio.to_thread(read_json, await limited(request))
    batch = await _predicted(asked, parts, predictor)
    await parts.history.add_batch(batch)
    return Response(await asyncio.to_thread(as_json, batch), media_type="application/json")


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


async def _csv(request: AnyRequest, parts: Parts, predictor: Predictor) -> Stream:
    file = await spooled(request)
    try:
        await asyncio.to_thread(check_csv, file, predictor)
        # What the history cannot take is a 503 as long as nothing was sent.
        answered = _answered(file, parts, predictor)
        first = await anext(answered, "")
    except BaseException:
        file.close()
        raise
    return Stream(_with_header(first, answered), headers={"Content-Type": MEDIA_TYPES["csv"]})


async def _with_header(first: str, rest: AsyncIterator[str]) -> AsyncIterator[str]:
    yield HEADER + first
    async for text in rest:
        yield text


async def _answered(file: BinaryIO, parts: Parts, predictor: Predictor) -> AsyncIterator[str]:
    """A part at a time, each once it is committed. A failure cuts the connection: the client sees a file cut short."""
    with file:
        every: Iterator[Asked] = read_csv(file)
        while asked := await asyncio.to_thread(partial(next, every, None)):
            batch = await _predicted(asked, parts, predictor)
            await parts.history.add_batch(batch)
            yield await asyncio.to_thread(as_csv, batch)


async def _predicted(asked: Asked, parts: Parts, predictor: Predictor) -> Batch:
    return await asyncio.to_thread(predict_all, asked, predictor, parts.codes_of, parts.clock.moment())
