"""Reads a question from the bytes of a request; knows the forms it may take, nothing of HTTP."""

import json
import re
from codecs import BOM_UTF8
from datetime import date as date_
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, TypeAdapter, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from domain.calendar import FIRST_DATE, LAST_DATE
from service.errors import BadInputError, FieldError
from service.prediction.schemas import DayCodes

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# JSON Schema has no least and greatest date: what the limits below mean is said to it as a pattern.
DATE_PATTERN = r"^(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"


class CodesRequest(DayCodes):
    """A question by the three codes."""

    model_config = ConfigDict(strict=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _whole(cls, code: Any) -> Any:
        # JSON has one kind of number: 3.0 is the integer 3 in it.
        return int(code) if isinstance(code, float) and code.is_integer() else code


class DateRequest(BaseModel):
    """A question by a date, from which the three codes are derived."""

    model_config = ConfigDict(strict=True, extra="forbid")

    Date: date_ = Field(
        ge=FIRST_DATE,
        le=LAST_DATE,
        description="ISO 8601 date from 1970 to 2199, for example 2026-12-24",
        json_schema_extra={"pattern": DATE_PATTERN},
    )

    @field_validator("Date", mode="before")
    @classmethod
    def _written_out(cls, day: Any) -> Any:
        # Pydantic would take a string of digits as well, for seconds since 1970.
        return _parse_date(day) if isinstance(day, str) else day


def _parse_date(text: str) -> date_:
    why = "it is not written so"
    if _ISO_DATE.fullmatch(text):
        try:
            return date_.fromisoformat(text)
        except ValueError as error:
            why = str(error)
    raise PydanticCustomError("date_form", "Input should be a valid date in the format YYYY-MM-DD: {why}", {"why": why})


def _request_kind(body: Any) -> Literal["date", "codes"]:
    return "date" if isinstance(body, dict) and "Date" in body else "codes"


PredictionRequest = Annotated[
    Annotated[CodesRequest, Tag("codes")] | Annotated[DateRequest, Tag("date")],
    Discriminator(_request_kind),
]

REQUEST_ADAPTER: TypeAdapter[CodesRequest | DateRequest] = TypeAdapter(PredictionRequest)
_REQUEST_KINDS = ("codes", "date")
MAX_ERRORS = 20
_MAX_NAME_LENGTH = 100
_EXAMPLE = '{"DayOfWeek": 3, "Season": 1, "Holiday": 0} or {"Date": "2026-12-24"}'


def parse_request(body: bytes) -> CodesRequest | DateRequest:
    """The question in a JSON body, in exactly one of its two forms.

    Raises:
        BadInputError: names every field that is wrong, at most the first twenty.
    """
    body = body.removeprefix(BOM_UTF8)
    if not body.strip():
        raise BadInputError([FieldError("body", f"is empty: send {_EXAMPLE}", code="form")])
    try:
        question = REQUEST_ADAPTER.validate_json(body)
    except ValidationError as error:
        raise BadInputError(field_errors(error)) from None
    if faults := repeated_names(json.loads(body, object_pairs_hook=list)):
        raise BadInputError(faults)
    return question


def repeated_names(pairs: list[tuple[str, Any]], row: int | None = None) -> list[FieldError]:
    """The fields of a JSON object that stand in it more than once: JSON leaves open which of them counts."""
    names = [name for name, _ in pairs]
    twice = (name for name in dict.fromkeys(names) if names.count(name) > 1)
    return [FieldError(name, "stands there more than once: send it once", row, "unwanted") for name in twice]


def field_errors(error: ValidationError, example: str = _EXAMPLE) -> list[FieldError]:
    """What Pydantic found wrong with a question, or with a list of them: at most the first twenty.

    `example` is told to whoever sent something of another form.
    """
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return [_field_error(dict(fault), example) for fault in faults[:MAX_ERRORS]]


def _field_error(fault: dict[str, Any], example: str) -> FieldError:
    steps = list(fault["loc"])
    row = steps.pop(0) + 1 if steps and isinstance(steps[0], int) else None
    if steps and steps[0] in _REQUEST_KINDS:  # which of them was tried
        steps.pop(0)
    if not steps:
        return FieldError("body", f"{fault['msg']}: send {example if row is None else _EXAMPLE}", row, "form")
    name = ".".join(map(str, steps))[:_MAX_NAME_LENGTH]
    if fault["type"] == "extra_forbidden":
        return FieldError(name, _unknown_name_message(name), row, "unwanted")
    return FieldError(name, fault["msg"], row, "missing" if fault["type"] == "missing" else "value")


def _unknown_name_message(name: str) -> str:
    if name in DayCodes.model_fields:
        return "stands beside Date: send either Date or the three codes, not both"
    return f"is not known: send {_EXAMPLE}"
