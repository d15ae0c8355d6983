"""What the OpenAPI document says beyond the handlers' types: questions, and every error with its example."""

import json
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
    row: int = Field(default=0, description="which row of a batch, from 1; absent where there is but one question")
    code: str = Field(
        default="", description="the reason in a word, however `message` is worded; absent where there is none"
    )


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="names the kind of problem; `about:blank` where the status says it all")
    title: str = Field(description="the kind of problem, in words")
    status: int = Field(description="the HTTP status again")
    detail: str = Field(description="this very problem, and what to do about it")
    errors: list[FieldProblem] = Field(default=[], description="the fields at fault, for bad input only")


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
    return _problem_response(
        "The request is not valid; `errors` names each field at fault. Nothing was stored.",
        BadInputError([FieldError(field, message, row)]),
    )


ENCODED_BODY = _problem_response("The body is packed, or of a kind that is not read here.", _ENCODED_BODY_EXAMPLE)
TOO_LARGE = _problem_response("The body is larger than the service accepts.", _TOO_LARGE_EXAMPLE)
NOT_FOUND = _problem_response("The registry holds no prediction of this id.", PredictionNotFoundError("No such id."))
HISTORY_UNAVAILABLE = _problem_response("The history cannot be read now.", HistoryUnavailableError("disk full"))
KEY_REUSED = _problem_response("The idempotency key came with another question before.", KeyReusedError())
DATES_ONLY = _problem_response("The champion was trained on dates: ask for dates.", DatesOnlyError("4"))
NO_MODEL = _problem_response("There is no model yet; `detail` says the cure.", NoModelError())
MLFLOW_UNAVAILABLE = _problem_response("MLflow does not answer now.", RegistryUnavailableError("refused"))
NO_MODEL_OR_MLFLOW_UNAVAILABLE = _problem_response(
    "There is no model yet, or MLflow does not answer.", NoModelError(), RegistryUnavailableError("refused")
)
NO_EVALUATION = _problem_response("Of the champion no evaluation was kept.", EvaluationNotFoundError("4"))
NO_RUN = _problem_response("Prefect knows no run of this id.", RunNotFoundError())
NO_TABLE = _problem_response("No uploaded table has this id.", TableNotFoundError())
NO_CHECK = _problem_response("The run has not said how a table is understood.", CheckNotFoundError())
CROSS_SITE = _problem_response("A page of another site asked, without a key.", CrossSiteError())
PIPELINE_UNAVAILABLE = _problem_response(
    "Prefect does not answer, or has nothing to run; `detail` says the cure.",
    PipelineUnavailableError(
        "Prefect does not answer as it should: see whether its server runs (`make up`), then ask again."
    ),
)
NOT_SERVING = _problem_response(
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


REQUEST_SCHEMA = Schema(one_of=[_PydanticSchema(CodesRequest), _PydanticSchema(DateRequest)])


@dataclass
class PredictOperation(Operation):
    """An operation that reads its question itself (see `service.prediction.requests`)."""

    def __post_init__(self) -> None:
        """Document the body, in both of its forms."""
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
    """An operation whose body Litestar reads as `model`, described by that model, with an example."""

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
