"""Reads a question from the bytes of a request; knows the forms it may take, nothing of HTTP."""

from datetime import date as date_
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, TypeAdapter, ValidationError, field_validator

from service.days import FIRST_DATE, LAST_DATE
from service.errors import BadInputError, FieldError
from service.models import DayCodes

# JSON Schema has no least and greatest date: what the limits below mean is said to it as a pattern.
DATES = r"^(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"


class ByCodes(DayCodes):
    """A question by the three codes."""

    model_config = {"strict": True, "extra": "forbid"}  # noqa: RUF012 - as SQLModel types it

    @field_validator("*", mode="before")
    @classmethod
    def _whole(cls, code: Any) -> Any:
        # JSON has one kind of number: 3.0 is the integer 3 in it.
        return int(code) if isinstance(code, float) and code.is_integer() else code


class ByDate(BaseModel):
    """A question by a date, from which the three codes are derived."""

    model_config = ConfigDict(strict=True, extra="forbid")

    Date: date_ = Field(
        ge=FIRST_DATE,
        le=LAST_DATE,
        description="ISO 8601 date from 1970 to 2199, for example 2026-12-24",
        json_schema_extra={"pattern": DATES},
    )


def _form(body: Any) -> Literal["date", "codes"]:
    return "date" if isinstance(body, dict) and "Date" in body else "codes"


Question = Annotated[
    Annotated[ByCodes, Tag("codes")] | Annotated[ByDate, Tag("date")],
    Discriminator(_form),
]

QUESTION: TypeAdapter[ByCodes | ByDate] = TypeAdapter(Question)
_FORMS = ("codes", "date")
_MAX_ERRORS = 20
_MAX_NAME = 100
_CODES = {"missing": "missing", "too_long": "too-long"}
_EXAMPLE = '{"DayOfWeek": 3, "Season": 1, "Holiday": 0} or {"Date": "2026-12-24"}'


def read_question(body: bytes) -> ByCodes | ByDate:
    """The question in a JSON body, in exactly one of its two forms.

    Raises:
        BadInputError: names every field that is wrong, at most the first twenty.
    """
    if not body.strip():
        raise BadInputError([FieldError("body", f"is empty: send {_EXAMPLE}", code="form")])
    try:
        return QUESTION.validate_json(body)
    except ValidationError as error:
        raise BadInputError(faults_of(error)) from None


def faults_of(error: ValidationError) -> list[FieldError]:
    """What Pydantic found wrong with a question, or with a list of them: at most the first twenty."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return [_fault(dict(fault)) for fault in faults[:_MAX_ERRORS]]


def _fault(fault: dict[str, Any]) -> FieldError:
    steps = [step for step in fault["loc"] if step not in _FORMS]
    row = steps.pop(0) + 1 if steps and isinstance(steps[0], int) else None
    name = ".".join(map(str, steps))[:_MAX_NAME] or "body"
    if fault["type"] == "extra_forbidden":
        return FieldError(name, _unwanted(name), row, "unwanted")
    if name == "body" and fault["type"] != "too_long":
        return FieldError(name, f"{fault['msg']}: send {_EXAMPLE}", row, "form")
    return FieldError(name, fault["msg"], row, _CODES.get(fault["type"], "value"))


def _unwanted(name: str) -> str:
    if name in DayCodes.model_fields:
        return "stands beside Date: send either Date or the three codes, not both"
    return f"is not known: send {_EXAMPLE}"
