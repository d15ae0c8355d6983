"""The registry of predictions over HTTP: pages, one, sums over time, and all of it as a file."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from service.api.openapi import examples, operations
from service.dependencies import Given
from service.errors import BadInputError, FieldError
from service.prediction.export import MEDIA_TYPES, as_csv, as_ndjson
from service.prediction.predict import answer, answer_with_trace
from service.prediction.schemas import Prediction, PredictionPage, Summary, TracedPrediction
from service.storage.queries import Filters

_ZONE = "UTC where it says no zone, and the + of a zone is sent as %2B"
_MOMENT: dict[str, Any] = {"schema_extra": {"format": "date-time"}}
_MOST_SHOWN = 100
_FORMATS = {"csv": as_csv, "ndjson": as_ndjson}


async def filters(
    request: Request[Any, Any, Any],
    since: Annotated[
        str | None,
        QueryParameter(
            description=f"made at this moment or after it, such as 2026-11-01T00:00:00Z; {_ZONE}", **_MOMENT
        ),
    ] = None,
    until: Annotated[
        str | None,
        QueryParameter(description=f"made before this moment, such as 2026-12-01T00:00:00Z; {_ZONE}", **_MOMENT),
    ] = None,
    day_of_week: Annotated[int | None, QueryParameter(name="DayOfWeek", ge=1, le=7, description="1 = Monday")] = None,
    season: Annotated[int | None, QueryParameter(name="Season", ge=1, le=4, description="1 = summer")] = None,
    # gt: the OpenAPI document would leave out a lower limit of 0
    holiday: Annotated[int | None, QueryParameter(name="Holiday", gt=-1, le=1, description="0 or 1")] = None,
    model_version: Annotated[str | None, QueryParameter(max_length=32, description="version that predicted")] = None,
) -> Filters:
    """Which predictions are asked for."""
    _refuse_unknown(request)
    # Litestar would take the word null for a parameter left out.
    if nulls := [name for name, value in request.query_params.multi_items() if value.lower() == "null"]:
        raise BadInputError([FieldError(nulls[0], "is null: leave it out where it does not matter")])
    return Filters(_moment("since", since), _moment("until", until), day_of_week, season, holiday, model_version)


def _refuse_unknown(request: Request[Any, Any, Any]) -> None:
    # A filter with a slip of the pen in its name would let every row through.
    paths: Any = request.app.openapi_schema.paths
    operation = paths[request.scope["path_template"]].get
    known = [parameter.name for parameter in operation.parameters if parameter.param_in == "query"]
    if unknown := [name for name in request.query_params if name not in known]:
        raise BadInputError([FieldError(unknown[0][:_MOST_SHOWN], f"is not known: send {', '.join(known)}")])


def _moment(name: str, text: str | None) -> datetime | None:
    # Litestar would take a bare number as well, for seconds since 1970.
    try:
        return None if text is None else datetime.fromisoformat(text.upper())
    except ValueError:
        raise BadInputError([FieldError(name, "is no moment in ISO 8601, such as 2026-11-01T00:00:00Z")]) from None


@get(
    "/registry/",
    operation_id="list_predictions",
    summary="Stored predictions, newest first",
    description="A page of the registry. Ask again with `next_cursor` as `cursor` for the next: "
    "what is stored meanwhile neither repeats nor hides a row.",
    tags=["Registry"],
    responses={
        200: operations.shown("A page; `next_cursor` is null on the last.", PredictionPage, examples.PAGE),
        400: operations.bad_input("limit", "Expected `int` <= 500"),
        503: operations.HISTORY_AWAY,
    },
)
async def registry(
    parts: Given,
    chosen: NamedDependency[Filters],
    limit: Annotated[int, QueryParameter(ge=1, le=500, description="rows on a page")] = 50,
    cursor: Annotated[UUID | None, QueryParameter(description="`next_cursor` of the page before")] = None,
) -> PredictionPage:
    """List predictions."""
    rows, next_cursor = await parts.history.page(chosen, cursor, limit)
    return PredictionPage(
        items=[answer(row) for row in rows], next_cursor=None if next_cursor is None else str(next_cursor)
    )


@get(
    "/registry/{prediction_id:uuid}",
    operation_id="show_prediction",
    summary="One stored prediction",
    description="The prediction of an id, as POST /predict/ answered it, and the trace that its request belonged to.",
    tags=["Registry"],
    responses={
        200: operations.shown("The prediction.", TracedPrediction, examples.PREDICTION),
        400: operations.bad_input("prediction_id", "Invalid UUID"),
        404: operations.NOT_FOUND,
        503: operations.HISTORY_AWAY,
    },
)
async def one_prediction(parts: Given, prediction_id: FromPath[UUID]) -> Prediction:
    """Show a prediction."""
    return answer_with_trace(await parts.history.get(prediction_id))


@get(
    "/registry/summary",
    operation_id="summarize_predictions",
    summary="Stored predictions over time",
    description="How many were made, and how large they were, day by day, or hour by hour where the span is a week "
    "at most: the last 30 days, today among them, if `since` and `until` say nothing. At most 400 days.",
    tags=["Registry"],
    responses={
        200: operations.shown("Days or hours, oldest first, and the versions at work.", Summary, examples.SUMMARY),
        400: operations.bad_input("since", "lies more than 400 days before the end: ask for less"),
        503: operations.HISTORY_AWAY,
    },
)
async def summary(parts: Given, chosen: NamedDependency[Filters]) -> Summary:
    """Summarize predictions."""
    return await parts.history.summary(chosen)


@get(
    "/registry/export",
    operation_id="export_predictions",
    summary="All stored predictions as a file",
    description="Newest first, streamed. NDJSON lines are what POST /predict/ answered; "
    "CSV has the interval in columns of its own.",
    operation_class=operations.ExportOperation,
    tags=["Registry"],
    responses={400: operations.bad_input("format", "Invalid enum value 'xls'"), 503: operations.HISTORY_AWAY},
)
async def export(
    parts: Given,
    chosen: NamedDependency[Filters],
    form: Annotated[Literal["csv", "ndjson"], QueryParameter(name="format", description="of the file")] = "csv",
) -> Stream:
    """Send the registry."""
    pages = parts.history.iterate_pages(chosen)
    first = await anext(pages)  # a history that cannot be read is a 503, not a file cut short
    return Stream(
        _FORMATS[form](first, pages),
        headers={
            "Content-Type": MEDIA_TYPES[form],  # Litestar lets the handler's media type win over a stream's own
            "Content-Disposition": f'attachment; filename="predictions.{form}"',
        },
    )
