"""What the OpenAPI document says beyond the handlers' types: questions, and every error with its example."""

import json
from dataclasses import dataclass
from typing import Any

from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import (
    Example,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Reference,
    RequestBody,
    Schema,
)
from pydantic import BaseModel, Field

from service import examples
from service.batch_json import MAX_ROWS
from service.errors import (
    BadInputError,
    FieldError,
    HistoryUnavailableError,
    KeyReusedError,
    NoModelError,
    NoSuchPredictionError,
)
from service.problems import content_of, problem_of
from service.questions import ByCodes, ByDate

_DAY = r"(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"
_CSV = rf"^(DayOfWeek,Season,Holiday\r\n([1-7],[1-4],[01]\r\n)*|Date\r\n({_DAY}\r\n)*)$"
_PREDICTION = "#/components/schemas/Prediction"
_TOO_LARGE = HTTPException(status_code=413, detail="Request Entity Too Large")


class FieldFault(BaseModel):
    """One thing that is wrong with a request."""

    field: str = Field(description="its name, or `body` for the whole")
    message: str = Field(description="what is wrong with it")
    row: int = Field(default=0, description="which row of a batch, from 1; absent where there is but one question")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="names the kind of problem; `about:blank` where the status says it all")
    title: str = Field(description="the kind of problem, in words")
    status: int = Field(description="the HTTP status again")
    detail: str = Field(description="this very problem, and what to do about it")
    errors: list[FieldFault] = Field(default=[], description="the fields at fault, for bad input only")


def _document(description: str, *errors: Exception) -> ResponseSpec:
    problems = [problem_of(error) for error in errors]
    return ResponseSpec(
        data_container=Problem,
        generate_examples=False,
        description=description,
        media_type="application/problem+json",
        examples=[
            Example(
                id=str(problem.type_).rsplit("/", 1)[-1],
                summary=problem.title,
                value=content_of(problem),
            )
            for problem in problems
        ],
    )


def shown(description: str, kind: type[Any], example: Any, media_type: str = "application/json") -> ResponseSpec:
    """An answer that goes well, with an example."""
    return ResponseSpec(
        data_container=kind,
        generate_examples=False,
        description=description,
        media_type=media_type,
        examples=[Example(id="answer", value=example)],
    )


def bad_input(field: str, message: str, row: int | None = None) -> ResponseSpec:
    """A 400, with an example of a field at fault."""
    return _document(
        "The request is not valid; `errors` names each field at fault. Nothing was stored.",
        BadInputError([FieldError(field, message, row)]),
    )


TOO_LARGE = _document("The body is larger than the service accepts.", _TOO_LARGE)
NOT_FOUND = _document("The registry holds no prediction of this id.", NoSuchPredictionError("No such id."))
HISTORY_AWAY = _document("The history cannot be read now.", HistoryUnavailableError("disk full"))
KEY_REUSED = _document("The idempotency key came with another question before.", KeyReusedError())
NO_MODEL = _document("There is no model yet; `detail` says the cure.", NoModelError())
NOT_SERVING = _document(
    "There is no model yet, or the history cannot be written: nothing was stored, `detail` says the cure.",
    NoModelError(),
    HistoryUnavailableError("disk full"),
)


class _PydanticSchema(Schema):
    """A schema as Pydantic writes it, so that the model that checks a request also documents it."""

    def __init__(self, model: type[BaseModel]) -> None:
        super().__init__()
        self._model = model

    def to_schema(self) -> dict[str, Any]:
        """See `Schema`."""
        return self._model.model_json_schema()


_QUESTION = Schema(one_of=[_PydanticSchema(ByCodes), _PydanticSchema(ByDate)])


@dataclass
class QuestionOperation(Operation):
    """An operation that reads its question itself (see `service.questions`)."""

    def __post_init__(self) -> None:
        """Document the body, in both of its forms."""
        self.request_body = RequestBody(
            required=True,
            description="Either the three codes or a date, from which the API derives them.",
            content={
                "application/json": OpenAPIMediaType(
                    schema=_QUESTION,
                    examples={
                        "codes": Example(summary="A Wednesday in summer", value=examples.CODES),
                        "date": Example(summary="Christmas Eve", value=examples.DATE),
                    },
                )
            },
        )


@dataclass
class ExportOperation(Operation):
    """An operation that answers a file in one of two forms."""

    def __post_init__(self) -> None:
        """Document both."""
        text = Schema(type=OpenAPIType.STRING)
        file = OpenAPIResponse(
            description="The file, in the form asked for.",
            content={
                "text/csv": OpenAPIMediaType(schema=text, examples={"csv": Example(value=examples.CSV)}),
                "application/x-ndjson": OpenAPIMediaType(
                    schema=text, examples={"ndjson": Example(value=json.dumps(examples.PREDICTION) + "\n")}
                ),
            },
        )
        self.responses = {**(self.responses or {}), "200": file}


@dataclass
class BatchOperation(Operation):
    """An operation that reads many questions itself, and answers in the form they came in."""

    def __post_init__(self) -> None:
        """Document both forms, of the body and of the answer."""
        text = Schema(type=OpenAPIType.STRING)
        file = Schema(type=OpenAPIType.STRING, pattern=_CSV)
        questions = Schema(type=OpenAPIType.ARRAY, items=_QUESTION, max_items=MAX_ROWS)
        self.request_body = RequestBody(
            required=True,
            description="A JSON list, or CSV in UTF-8 whose header names DayOfWeek, Season and Holiday, or Date.",
            content={
                "application/json": OpenAPIMediaType(
                    schema=questions, examples={"list": Example(value=[examples.CODES, examples.DATE])}
                ),
                "text/csv": OpenAPIMediaType(schema=file, examples={"file": Example(value=examples.QUESTIONS_CSV)}),
            },
        )
        page = Schema(
            type=OpenAPIType.OBJECT,
            required=["items"],
            properties={"items": Schema(type=OpenAPIType.ARRAY, items=Reference(ref=_PREDICTION))},
        )
        answered = OpenAPIResponse(
            description="The predictions, in the order sent, as they stand in the registry.",
            content={
                "application/json": OpenAPIMediaType(
                    schema=page, examples={"list": Example(value={"items": [examples.PREDICTION]})}
                ),
                "text/csv": OpenAPIMediaType(schema=text, examples={"file": Example(value=examples.CSV)}),
            },
        )
        self.responses = {**(self.responses or {}), "200": answered}
