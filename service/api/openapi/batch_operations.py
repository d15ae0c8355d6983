"""What the OpenAPI document says of many questions at once, which come in one of two forms."""

from dataclasses import dataclass

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

from service.api.openapi import examples
from service.api.openapi.operations import REQUEST_SCHEMA
from service.batches.json_parser import MAX_ROWS

_DAY = r"(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"
_CSV = rf"^(DayOfWeek,Season,Holiday\r\n([1-7],[1-4],[01]\r\n)*|Date\r\n({_DAY}\r\n)*)$"
_LIKE_CSV = r"^(DayOfWeek,Season,Holiday|Date)(\r\n[\x20\x21\x23-\x7e\r\n]*)?$"
_PREDICTION = "#/components/schemas/Prediction"
_TEXT = Schema(type=OpenAPIType.STRING)
_FORMS = "A JSON list, or CSV in UTF-8 whose header names DayOfWeek, Season and Holiday, or Date."


def _body(questions: Schema, file: Schema) -> RequestBody:
    return RequestBody(
        required=True,
        description=_FORMS,
        content={
            "application/json": OpenAPIMediaType(
                schema=questions, examples={"list": Example(value=[examples.CODES, examples.DATE])}
            ),
            "text/csv": OpenAPIMediaType(schema=file, examples={"file": Example(value=examples.BATCH_CSV)}),
        },
    )


@dataclass
class BatchOperation(Operation):
    """An operation that reads many questions itself, and answers in the form they came in."""

    def __post_init__(self) -> None:
        """Document both forms, of the body and of the answer."""
        questions = Schema(type=OpenAPIType.ARRAY, items=REQUEST_SCHEMA, max_items=MAX_ROWS)
        self.request_body = _body(questions, Schema(type=OpenAPIType.STRING, pattern=_CSV))
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
                "text/csv": OpenAPIMediaType(schema=_TEXT, examples={"file": Example(value=examples.CSV)}),
            },
        )
        self.responses = {**(self.responses or {}), "200": answered}


@dataclass
class CheckOperation(Operation):
    """An operation that reads the same, and refuses no row of it."""

    def __post_init__(self) -> None:
        """Document both forms of the body."""
        anything = Schema(type=OpenAPIType.ARRAY, items=Schema(), max_items=MAX_ROWS)
        self.request_body = _body(anything, Schema(type=OpenAPIType.STRING, pattern=_LIKE_CSV))
