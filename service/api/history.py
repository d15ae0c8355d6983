"""The stored predictions over HTTP: pages, single ones, sums over time, and all of them as a file."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from service.api.openapi import examples, operations
from service.dependencies import Injected
from service.errors import BadInputError, FieldError
from service.prediction.export import MEDIA_TYPES, csv_chunks, ndjson_chunks
from service.prediction.predict import to_response, to_traced_response
from service.prediction.schemas import Prediction, PredictionPage, Summary, TracedPrediction
from service.storage.filters import Filters

_ZONE = "UTC if it has no zone; send the + of a zone as %2B"
_TIMESTAMP: dict[str, Any] = {"schema_extra": {"format": "date-time"}}
_MAX_ECHO_LENGTH = 100
_FORMATS = {"csv": csv_chunks, "ndjson": ndjson_chunks}


async def parse_filters(
    request: Request[Any, Any, Any],
    since: Annotated[
        str | None,
        QueryParameter(description=f"made at or after this time, such as 2026-11-01T00:00:00Z; {_ZONE}", **_TIMESTAMP),
    ] = None,
    until: Annotated[
        str | None,
        QueryParameter(description=f"made before this time, such as 2026-12-01T00:00:00Z; {_ZONE}", **_TIMESTAMP),
    ] = None,
    day_of_week: Annotated[int | None, QueryParameter(name="DayOfWeek", ge=1, le=7, description="1 = Monday")] = None,
    season: Annotated[int | None, QueryParameter(name="Season", ge=1, le=4, description="1 = summer")] = None,
    # gt: the OpenAPI document would leave out a lower limit of 0
    holiday: Annotated[int | None, QueryParameter(name="Holiday", gt=-1, le=1, description="0 or 1")] = None,
    model_version: Annotated[str | None, QueryParameter(max_length=32, description="version that predicted")] = None,
) -> Filters:
    """Parse the filters in the query."""
    _reject_unknown_names(request)
    # Litestar reads the word null as a parameter left out.
    if nulls := [name for name, value in request.query_params.multi_items() if value.lower() == "null"]:
        raise BadInputError([FieldError(nulls[0], "is null: leave the parameter out")])
    return Filters(
        _parse_time("since", since), _parse_time("until", until), day_of_week, season, holiday, model_version
    )


def _reject_unknown_names(request: Request[Any, Any, Any]) -> None:
    # A misspelled filter would let every row through.
    paths: Any = request.app.openapi_schema.paths
    operation = paths[request.scope["path_template"]].get
    known = [parameter.name for parameter in operation.parameters if parameter.param_in == "query"]
    if unknown := [name for name in request.query_params if name not in known]:
        raise BadInputError([FieldError(unknown[0][:_MAX_ECHO_LENGTH], f"is not known: send {', '.join(known)}")])


def _parse_time(name: str, text: str | None) -> datetime | None:
    # Litestar would also read a bare number, as seconds since 1970.
    try:
        return None if text is None else datetime.fromisoformat(text.upper())
    except ValueError:
        raise BadInputError([FieldError(name, "is no time in ISO 8601, such as 2026-11-01T00:00:00Z")]) from None


@get(
    "/registry/",
    operation_id="list_predictions",
    summary="Stored predictions, newest first",
    description="A page of the registry. For the next page, send `next_cursor` as `cursor`: "
    "predictions stored meanwhile neither repeat nor hide a row.",
    tags=["Registry"],
    responses={
        200: operations.success("A page; `next_cursor` is null on the last.", PredictionPage, examples.PAGE),
        400: operations.bad_input("limit", "Expected `int` <= 500"),
        503: operations.HISTORY_UNAVAILABLE,
    },
)
async def registry(
    dependencies: Injected,
    filters: NamedDependency[Filters],
    limit: Annotated[int, QueryParameter(ge=1, le=500, description="rows on a page")] = 50,
    cursor: Annotated[UUID | None, QueryParameter(description="`next_cursor` of the page before")] = None,
) -> PredictionPage:
    """List predictions."""
    rows, next_cursor = await dependencies.history.page(filters, cursor, limit)
    return PredictionPage(
        items=[to_response(row) for row in rows], next_cursor=None if next_cursor is None else str(next_cursor)
    )


@get(
    "/registry/{prediction_id:uuid}",
    operation_id="show_prediction",
    summary="One stored prediction",
    description="The prediction of an id, as POST /predict/ answered it, and the trace that its request belonged to.",
    tags=["Registry"],
    responses={
        200: operations.success("The prediction.", TracedPrediction, examples.PREDICTION),
        400: operations.bad_input("prediction_id", "Invalid UUID"),
        404: operations.NOT_FOUND,
        503: operations.HISTORY_UNAVAILABLE,
    },
)
async def one_prediction(dependencies: Injected, prediction_id: FromPath[UUID]) -> Prediction:
    """Show a prediction."""
    return to_traced_response(await dependencies.history.get(prediction_id))


@get(
    "/registry/summary",
    operation_id="summarize_predictions",
    summary="Stored predictions over time",
    description="How many predictions were made and how large they were, by day, or by hour if the span is at most a "
    "week. Without `since` and `until`: the 30 days that end today. At most 400 days.",
    tags=["Registry"],
    responses={
        200: operations.success("Days or hours, oldest first, and counts by version.", Summary, examples.SUMMARY),
        400: operations.bad_input("since", "lies more than 400 days before the end: choose a shorter span"),
        503: operations.HISTORY_UNAVAILABLE,
    },
)
async def summary(dependencies: Injected, filters: NamedDependency[Filters]) -> Summary:
    """Summarize predictions."""
    return await dependencies.history.summary(filters)


@get(
    "/registry/export",
    operation_id="export_predictions",
    summary="All stored predictions as a file",
    description="Newest first, streamed. NDJSON lines are the responses of POST /predict/; "
    "CSV has columns for the limits of the interval.",
    operation_class=operations.ExportOperation,
    tags=["Registry"],
    responses={400: operations.bad_input("format", "Invalid enum value 'xls'"), 503: operations.HISTORY_UNAVAILABLE},
)
async def export(
    dependencies: Injected,
    filters: NamedDependency[Filters],
    form: Annotated[Literal["csv", "ndjson"], QueryParameter(name="format", description="of the file")] = "csv",
) -> Stream:
    """Export predictions."""
    pages = dependencies.history.iterate_pages(filters)
    first = await anext(pages)  # if the history cannot be read: 503, not a truncated file
    return Stream(
        _FORMATS[form](first, pages),
        headers={
            "Content-Type": MEDIA_TYPES[form],  # Litestar prefers the handler's media type to the stream's
            "Content-Disposition": f'attachment; filename="predictions.{form}"',
        },
    )
