"""What the OpenAPI document says about batches, which come in one of two formats."""

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
from service.api.openapi.operations import ROW_SCHEMA
from service.batches.json_reader import MAX_ROWS

_DAY = r"(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])"
_CSV = rf"^(DayOfWeek,Season,Holiday\r\n([1-7],[1-4],[01]\r\n)*|Date\r\n({_DAY}\r\n)*)$"
_LIKE_CSV = r"^(DayOfWeek,Season,Holiday|Date)(\r\n[\x20\x21\x23-\x7e\r\n]*)?$"
_PREDICTION = "#/components/schemas/Prediction"
_TEXT = Schema(type=OpenAPIType.STRING)
_SENT = Schema(type=OpenAPIType.OBJECT, description="the fields of your own in this row; absent if there were none")
_ITEM = Schema(all_of=[Reference(ref=_PREDICTION), Schema(properties={"sent": _SENT})])
_FORMS = (
    "A JSON list, or CSV in UTF-8 whose header names DayOfWeek, Season and Holiday, or Date. "
    "Further fields or columns are your own and come back beside the predictions."
)


def _body(requests: Schema, file: Schema) -> RequestBody:
    return RequestBody(
        required=True,
        description=_FORMS,
        content={
            "application/json": OpenAPIMediaType(
                schema=requests, examples={"list": Example(value=[examples.CODES, examples.DATE])}
            ),
            "text/csv": OpenAPIMediaType(schema=file, examples={"file": Example(value=examples.BATCH_CSV)}),
        },
    )


@dataclass
class BatchOperation(Operation):
    """An operation that reads a batch itself, and returns the format that was sent."""

    def __post_init__(self) -> None:
        """Document both formats of the body and the response."""
        requests = Schema(type=OpenAPIType.ARRAY, items=ROW_SCHEMA, max_items=MAX_ROWS)
        self.request_body = _body(requests, Schema(type=OpenAPIType.STRING, pattern=_CSV))
        page = Schema(
            type=OpenAPIType.OBJECT,
            required=["items"],
            properties={"items": Schema(type=OpenAPIType.ARRAY, items=_ITEM)},
        )
        response = OpenAPIResponse(
            description="The predictions in the order sent, as stored in the registry.",
            content={
                "application/json": OpenAPIMediaType(
                    schema=page, examples={"list": Example(value={"items": [examples.PREDICTION]})}
                ),
                "text/csv": OpenAPIMediaType(schema=_TEXT, examples={"file": Example(value=examples.CSV)}),
            },
        )
        self.responses = {**(self.responses or {}), "200": response}


@dataclass
class CheckOperation(Operation):
    """An operation that reads the same body and accepts bad rows."""

    def __post_init__(self) -> None:
        """Document both formats of the body."""
        anything = Schema(type=OpenAPIType.ARRAY, items=Schema(), max_items=MAX_ROWS)
        self.request_body = _body(anything, Schema(type=OpenAPIType.STRING, pattern=_LIKE_CSV))
