"""What the OpenAPI document says beyond the handlers' types: request bodies, and every error with an example."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import (
    Example,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
)
from pydantic import BaseModel, Field

from service.api.openapi import examples
from service.errors import (
    BadInputError,
    BodyTooLargeError,
    CheckNotFoundError,
    CrossSiteError,
    DatesOnlyError,
    EncodedBodyError,
    EvaluationNotFoundError,
    FieldError,
    HistoryUnavailableError,
    KeyReusedError,
    NoModelError,
    PipelineUnavailableError,
    PredictionNotFoundError,
    RegistryUnavailableError,
    RunNotFoundError,
    TableNotFoundError,
)
from service.prediction.requests import CodesRequest, DateRequest
from service.problems import problem_content, problem_of

_ENCODED_BODY_EXAMPLE = EncodedBodyError("gzip")
_TOO_LARGE_EXAMPLE = BodyTooLargeError(65_536)


class FieldProblem(BaseModel):
    """One thing that is wrong with a request."""

    field: str = Field(description="its name, or `body` for the whole")
    message: str = Field(description="what is wrong with it")
    row: int = Field(default=0, description="row of a batch, from 1; absent for a single request")
    code: str = Field(default="", description="the reason as a fixed word, for programs; absent if there is none")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="identifies the kind of problem; `about:blank` if the status says it all")
    title: str = Field(description="the kind of problem, in words")
    status: int = Field(description="the HTTP status again")
    detail: str = Field(description="what is wrong with this request, and what to do")
    errors: list[FieldProblem] = Field(default=[], description="the invalid fields, for bad input only")


def _problem_response(description: str, *errors: Exception) -> ResponseSpec:
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
                value=problem_content(problem),
            )
            for problem in problems
        ],
    )


def success(description: str, kind: type[Any], example: Any, media_type: str = "application/json") -> ResponseSpec:
    """Describe a successful response, with an example."""
    return ResponseSpec(
        data_container=kind,
        generate_examples=False,
        description=description,
        media_type=media_type,
        examples=[Example(id="answer", value=example)],
    )


def bad_input(field: str, message: str, row: int | None = None) -> ResponseSpec:
    """Describe a 400, with an example of an invalid field."""
    return _problem_response(
        "The request is not valid; `errors` names each invalid field. Nothing was stored.",
        BadInputError([FieldError(field, message, row)]),
    )


ENCODED_BODY = _problem_response("The body is compressed, or of a type that is not accepted.", _ENCODED_BODY_EXAMPLE)
TOO_LARGE = _problem_response("The body is larger than the service accepts.", _TOO_LARGE_EXAMPLE)
NOT_FOUND = _problem_response("The registry holds no prediction of this id.", PredictionNotFoundError("No such id."))
HISTORY_UNAVAILABLE = _problem_response("The history cannot be read now.", HistoryUnavailableError("disk full"))
KEY_REUSED = _problem_response("The idempotency key was sent with another request before.", KeyReusedError())
DATES_ONLY = _problem_response("The champion was trained on dates: send dates.", DatesOnlyError("4"))
NO_MODEL = _problem_response("There is no model yet; `detail` says what to do.", NoModelError())
MLFLOW_UNAVAILABLE = _problem_response("MLflow does not answer now.", RegistryUnavailableError("refused"))
NO_MODEL_OR_MLFLOW_UNAVAILABLE = _problem_response(
    "There is no model yet, or MLflow does not answer.", NoModelError(), RegistryUnavailableError("refused")
)
NO_EVALUATION = _problem_response("No evaluation of the champion is stored.", EvaluationNotFoundError("4"))
NO_RUN = _problem_response("Prefect has no run with this id.", RunNotFoundError())
NO_TABLE = _problem_response("No uploaded table has this id.", TableNotFoundError())
NO_CHECK = _problem_response("The run has not said how a table is understood.", CheckNotFoundError())
CROSS_SITE = _problem_response("A page of another site sent the request, without a key.", CrossSiteError())
PIPELINE_UNAVAILABLE = _problem_response(
    "Prefect does not answer, or has no such deployment; `detail` says what to do.",
    PipelineUnavailableError(
        "Prefect does not answer as it should: see whether its server runs (`make up`), then ask again."
    ),
)
NOT_SERVING = _problem_response(
    "There is no model yet, or the history cannot be written: nothing was stored; `detail` says what to do.",
    NoModelError(),
    HistoryUnavailableError("disk full"),
)


class _PydanticSchema(Schema):
    """The schema of a Pydantic model, so that the model that checks a request also documents it."""

    def __init__(self, model: type[BaseModel], forbidden: Iterable[str] | None = None) -> None:
        """If `forbidden` names fields, all others are allowed that the model does not name."""
        super().__init__()
        self._model, self._forbidden = model, forbidden

    def to_schema(self) -> dict[str, Any]:
        """See `Schema`."""
        schema = self._model.model_json_schema()
        if self._forbidden:
            schema.pop("additionalProperties", None)
            schema["properties"] |= {name: {"not": {}} for name in self._forbidden}
        return schema


REQUEST_SCHEMA = Schema(one_of=[_PydanticSchema(CodesRequest), _PydanticSchema(DateRequest)])
ROW_SCHEMA = Schema(
    one_of=[
        _PydanticSchema(CodesRequest, DateRequest.model_fields),
        _PydanticSchema(DateRequest, CodesRequest.model_fields),
    ]
)
"""A row of a batch, which may have fields of the caller's own."""


@dataclass
class PredictOperation(Operation):
    """An operation that reads its body itself (see `service.prediction.requests`)."""

    def __post_init__(self) -> None:
        """Document both forms of the body."""
        self.request_body = RequestBody(
            required=True,
            description="Either the three codes or a date, from which the API derives them.",
            content={
                "application/json": OpenAPIMediaType(
                    schema=REQUEST_SCHEMA,
                    examples={
                        "codes": Example(summary="A Wednesday in summer", value=examples.CODES),
                        "date": Example(summary="Christmas Eve", value=examples.DATE),
                    },
                )
            },
        )


def with_body(model: type[BaseModel], example: Any) -> type[Operation]:
    """Make an operation class whose body is described by `model`, with an example."""

    @dataclass
    class BodyOperation(Operation):
        def __post_init__(self) -> None:
            if isinstance(self.request_body, RequestBody):
                for content in self.request_body.content.values():
                    content.schema = _PydanticSchema(model)
                    content.examples = {"body": Example(value=example)}

    return BodyOperation


@dataclass
class ExportOperation(Operation):
    """An operation that returns a file in one of two formats."""

    def __post_init__(self) -> None:
        """Document both formats."""
        text = Schema(type=OpenAPIType.STRING)
        file = OpenAPIResponse(
            description="The file, in the requested format.",
            content={
                "text/csv": OpenAPIMediaType(schema=text, examples={"csv": Example(value=examples.CSV)}),
                "application/x-ndjson": OpenAPIMediaType(
                    schema=text, examples={"ndjson": Example(value=json.dumps(examples.PREDICTION) + "\n")}
                ),
            },
        )
        self.responses = {**(self.responses or {}), "200": file}
