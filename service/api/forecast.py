"""What the champion says of days to come and of every kind of day, over HTTP: parse, delegate, return."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from litestar import get
from litestar.params import QueryParameter
from pydantic import ValidationError

from service.api.openapi import examples, operations
from service.dependencies import Injected
from service.errors import BadInputError, FieldError
from service.prediction.forecast import AllCombinations, Forecast
from service.prediction.forecast import all_combinations as said_of_inputs
from service.prediction.forecast import forecast_days as said_of_days
from service.prediction.requests import DATE_PATTERN, DateRequest


@get(
    "/model/days",
    operation_id="show_days",
    summary="What the model says of some days in a row",
    description="Each day from `start` on: its three codes, the public holiday's name, and what the champion expects. "
    "This reads the model; it is no prediction that somebody was given, so nothing is stored.",
    tags=["Model"],
    responses={
        200: operations.success("The days, in order.", Forecast, examples.FORECAST),
        400: operations.bad_input("days", "Expected `int` <= 120"),
        503: operations.NO_MODEL,
    },
)
async def days(
    dependencies: Injected,
    start: Annotated[
        str | None,
        QueryParameter(
            schema_extra={"format": "date", "pattern": DATE_PATTERN},
            description="first date, 1970 to 2199, such as 2026-12-21; today (UTC) if left out",
        ),
    ] = None,
    days: Annotated[int, QueryParameter(ge=1, le=120, description="how many days")] = 7,
    language: Annotated[
        Literal["en", "es"] | None,
        QueryParameter(description="of the holidays' names; their country's own where it has no names in this one"),
    ] = None,
) -> Forecast:
    """Read days out of the champion."""
    return said_of_days(dependencies.models.current, _date(start), days, language)


@get(
    "/model/inputs",
    operation_id="show_inputs",
    summary="What the model says of every kind of day",
    description="All 56 combinations of weekday, season and holiday. This reads the model; nothing is stored.",
    tags=["Model"],
    responses={
        200: operations.success("Every kind of day.", AllCombinations, examples.ALL_COMBINATIONS),
        409: operations.DATES_ONLY,
        503: operations.NO_MODEL,
    },
)
async def inputs(dependencies: Injected) -> AllCombinations:
    """Read every kind of day out of the champion."""
    return said_of_inputs(dependencies.models.current)


def _date(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return DateRequest.model_validate_strings({"Date": text}).Date
    except ValidationError as error:
        raise BadInputError([FieldError("start", error.errors()[0]["msg"])]) from None
