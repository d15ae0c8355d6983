"""Many questions over HTTP, as a JSON list or a CSV file: parse, delegate, return."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, BinaryIO

from litestar import Response, Router, post
from litestar.params import HeaderParameter
from litestar.response import Stream

from service.api.openapi import examples, operations
from service.api.openapi.batch_operations import BatchOperation, CheckOperation
from service.api.parameters import IDEMPOTENCY_KEY
from service.api.request_body import AnyRequest, is_csv, read_limited, spool_to_file
from service.batches.csv_parser import check_csv, judged_csv, read_csv
from service.batches.json_parser import judged_json, read_json
from service.batches.predict import Predicting, as_csv, as_json
from service.batches.prefetch import ahead
from service.batches.runner import Asking
from service.batches.validation import BatchCheck, checked
from service.dependencies import Injected
from service.prediction.export import HEADER, MEDIA_TYPES
from service.telemetry.trace_context import current_trace_id


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
            description="names the batch: sent again, it is answered by the stored predictions",
        ),
    ] = None,
) -> Response[Any]:
    """Ask for many predictions."""
    dependencies.history.ensure_open()
    predicting = Predicting(dependencies.models.current, current_trace_id.get())
    asking = Asking(dependencies, predicting, request.scope.get("user") or "", key and key.strip('"'))
    if is_csv(request):
        return await _csv(request, asking)
    asked, batch = await anext(asking.predicted(map(read_json, [await read_limited(request)])))
    return Response(await asking.answer(asked, batch, as_json), media_type="application/json")


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
        200: operations.success("What the batch would meet.", BatchCheck, examples.BATCH_CHECK),
        400: operations.bad_input(
            "header", "the column 'Ventas' is not known: name DayOfWeek, Season and Holiday, or Date"
        ),
        413: operations.TOO_LARGE,
        415: operations.ENCODED_BODY,
        503: operations.NO_MODEL,
    },
)
async def check_batch(request: AnyRequest, dependencies: Injected) -> BatchCheck:
    """Look at many questions."""
    predictor = dependencies.models.current
    if not is_csv(request):
        rows = await asyncio.to_thread(judged_json, await read_limited(request))
        return await asyncio.to_thread(checked, [rows], predictor)
    with await spool_to_file(request) as file:
        return await asyncio.to_thread(checked, judged_csv(file), predictor)


def router(upload_limit: int) -> Router:
    """The routes, with the largest body they take, in bytes."""
    return Router("/", route_handlers=[predict_batch, check_batch], request_max_body_size=upload_limit)


async def _csv(request: AnyRequest, asking: Asking) -> Stream:
    file = await spool_to_file(request)
    try:
        await asyncio.to_thread(check_csv, file, asking.predicting.predictor)
        if asking.key is not None:
            await asking.compare(read_csv(file))
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


async def _answered(file: BinaryIO, asking: Asking) -> AsyncIterator[str]:
    """A part at a time, each once it is committed. A failure cuts the connection: the client sees a file cut short."""
    with file:
        async for text in ahead(_texts(file, asking)):
            yield text


async def _texts(file: BinaryIO, asking: Asking) -> AsyncIterator[str]:
    part = 0
    async for asked, batch in ahead(asking.predicted(read_csv(file))):
        yield await asking.answer(asked, batch, as_csv, part)
        part += 1
