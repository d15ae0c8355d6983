"""Many questions over HTTP, as a JSON list or a CSV file: parse, delegate, return."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, TypeAlias, cast

from litestar import Request, Response, Router, post
from litestar.exceptions import HTTPException
from litestar.response import Stream

from service import documented
from service.batch import Asked, Batch, as_csv, as_json, predict_all
from service.batch_csv import check_csv, read_csv
from service.batch_json import MAX_BYTES, read_json
from service.champion import Predictor
from service.export import HEADER, MEDIA_TYPES
from service.parts import Given, Parts

_IN_MEMORY = 2**20

_Request: TypeAlias = Request[Any, Any, Any]


@post(
    "/predict/batch",
    status_code=200,
    operation_class=documented.BatchOperation,
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
async def predict_batch(request: _Request, parts: Given) -> Response[Any]:
    """Ask for many predictions."""
    parts.history.refuse_if_closed()
    predictor = parts.champions.current
    if request.content_type[0] == "text/csv":
        return await _csv(request, parts, predictor)
    asked = await asyncio.to_thread(read_json, await _limited(request))
    batch = await _predicted(asked, parts, predictor)
    await parts.history.add_batch(batch)
    return Response(await asyncio.to_thread(as_json, batch), media_type="application/json")


def router(upload_limit: int) -> Router:
    """The route, with the largest body it takes, in bytes."""
    return Router("/", route_handlers=[predict_batch], request_max_body_size=upload_limit)


async def _limited(request: _Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise HTTPException(
                status_code=413, detail=f"A JSON batch has at most {MAX_BYTES} bytes: send more as text/csv"
            )
    return bytes(body)


async def _csv(request: _Request, parts: Parts, predictor: Predictor) -> Stream:
    file = await _spooled(request)
    try:
        await asyncio.to_thread(check_csv, file, predictor)
        # What the history cannot take is a 503 as long as nothing was sent.
        answered = _answered(file, parts, predictor)
        first = await anext(answered, "")
    except BaseException:
        file.close()
        raise
    return Stream(_with_header(first, answered), headers={"Content-Type": MEDIA_TYPES["csv"]})


async def _spooled(request: _Request) -> BinaryIO:
    file = cast(BinaryIO, SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - open until it is answered
    try:
        async for chunk in request.stream():
            file.write(chunk)
    except BaseException:
        file.close()
        raise
    return file


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
    return await asyncio.to_thread(predict_all, asked, predictor, parts.codes_of, datetime.now(UTC))
