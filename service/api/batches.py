"""Batches over HTTP, as a JSON list or a CSV file: parse, delegate, return."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any, BinaryIO

from litestar import Response, Router, post
from litestar.params import HeaderParameter
from litestar.response import Stream

from service.api.openapi import examples, operations
from service.api.openapi.batch_operations import BatchOperation, CheckOperation
from service.api.parameters import IDEMPOTENCY_KEY
from service.api.request_body import AnyRequest, is_csv, read_limited, spool_to_file
from service.batches.csv_reader import own_columns, read_csv
from service.batches.json_reader import read_json
from service.batches.predict import BatchPredictor
from service.batches.prefetch import prefetch
from service.batches.render import csv_header, to_csv, to_json
from service.batches.rows import ensure_valid
from service.batches.runner import BatchRunner
from service.batches.validation import BatchCheck, check_batch
from service.dependencies import Injected
from service.prediction.export import MEDIA_TYPES
from service.prediction.predictor import Predictor
from service.telemetry.trace_context import current_trace_id


@post(
    "/predict/batch",
    status_code=200,
    operation_class=BatchOperation,
    operation_id="predict_batch",
    summary="Predict many kinds of day at once",
    description="A JSON list of up to 10,000 requests, or a CSV file (Content-Type: text/csv) of any length. "
    "The response has the same order and format; the predictions are stored like single ones. "
    "Columns of your own, such as a key, come back beside each prediction: in CSV after ours, in JSON as `sent`. "
    "One bad row refuses the whole batch, and nothing of it is stored.",
    tags=["Predictions"],
    responses={
        400: operations.bad_input("Season", "Input should be less than or equal to 4", row=7),
        413: operations.TOO_LARGE,
        415: operations.ENCODED_BODY,
        422: operations.KEY_REUSED,
        503: operations.NOT_SERVING,
    },
)
async def predict_batch(
    request: AnyRequest,
    dependencies: Injected,
    key: Annotated[
        str | None,
        HeaderParameter(
            name="Idempotency-Key",
            pattern=IDEMPOTENCY_KEY.pattern,
            description="identifies the batch: sent again, it returns the stored predictions",
        ),
    ] = None,
) -> Response[Any]:
    """Predict a batch."""
    dependencies.history.ensure_open()
    predictor = BatchPredictor(dependencies.models.current, current_trace_id.get())
    caller = request.scope.get("user") or ""
    runner = BatchRunner(dependencies.history, dependencies.clock, predictor, caller, key and key.strip('"'))
    if is_csv(request):
        return await _predict_csv(request, runner)
    rows, batch = await anext(runner.predict(map(read_json, [await read_limited(request)])))
    body = await runner.respond(rows, batch, partial(to_json, own=rows.own))
    return Response(body, media_type="application/json")


@post(
    "/predict/batch/check",
    status_code=200,
    operation_class=CheckOperation,
    operation_id="check_batch",
    summary="Check a batch without predicting it",
    description="Accepts what POST /predict/batch accepts, lists what is wrong with each row and shows how the "
    "first rows are understood. Predicts and stores nothing.",
    tags=["Predictions"],
    responses={
        200: operations.success("The result.", BatchCheck, examples.BATCH_CHECK),
        400: operations.bad_input(
            "header", "lacks Holiday (the column 'Feriados' is not known): name DayOfWeek, Season and Holiday, or Date"
        ),
        413: operations.TOO_LARGE,
        415: operations.ENCODED_BODY,
        503: operations.NO_MODEL,
    },
)
async def check(request: AnyRequest, dependencies: Injected) -> BatchCheck:
    """Check a batch."""
    predictor = dependencies.models.current
    if not is_csv(request):
        return await asyncio.to_thread(check_batch, map(read_json, [await read_limited(request)]), predictor)
    with await spool_to_file(request) as file:
        return await asyncio.to_thread(check_batch, read_csv(file), predictor)


def router(upload_limit: int) -> Router:
    """Make the routes; `upload_limit` is the size of the largest body, in bytes."""
    return Router("/", route_handlers=[predict_batch, check], request_max_body_size=upload_limit)


async def _predict_csv(request: AnyRequest, runner: BatchRunner) -> Stream:
    file = await spool_to_file(request)
    try:
        header = await asyncio.to_thread(_check_csv, file, runner.predictor.predictor)
        if runner.key is not None:
            await runner.ensure_same_batch(read_csv(file))
        # While nothing was sent, a failure of the history still becomes a 503.
        chunks = _respond_csv(file, runner)
        first = await anext(chunks, "")
    except BaseException:
        file.close()
        raise
    return Stream(_stream(header + first, chunks), headers={"Content-Type": MEDIA_TYPES["csv"]})


def _check_csv(file: BinaryIO, predictor: Predictor) -> str:
    """Check all rows and return the header of the response; raises BadInputError."""
    header = csv_header(own_columns(file))
    rows_before = 0
    for rows in read_csv(file):
        ensure_valid(rows, predictor, rows_before)
        rows_before += len(rows)
    return header


async def _stream(first: str, rest: AsyncIterator[str]) -> AsyncIterator[str]:
    yield first
    async for text in rest:
        yield text


async def _respond_csv(file: BinaryIO, runner: BatchRunner) -> AsyncIterator[str]:
    """Yield each chunk once it is committed. A failure cuts the connection: the client sees a truncated file."""
    with file:
        async for text in prefetch(_render_chunks(file, runner)):
            yield text


async def _render_chunks(file: BinaryIO, runner: BatchRunner) -> AsyncIterator[str]:
    chunk = 0
    async for rows, batch in prefetch(runner.predict(read_csv(file))):
        yield await runner.respond(rows, batch, partial(to_csv, own=rows.own), chunk)
        chunk += 1
