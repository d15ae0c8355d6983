"""What the OpenAPI document says of a table that is sent or fetched as a file."""

from dataclasses import dataclass

from litestar.openapi.spec import (
    Example,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
)

_FILE = "application/octet-stream"


def _content() -> dict[str, OpenAPIMediaType]:
    example = Example(value="Date,Sales\n2026-06-25,310\n2026-06-26,295\n")
    return {_FILE: OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, min_length=1), examples={"file": example})}


@dataclass
class TableOperation(Operation):
    """An operation that takes a file as its body."""

    def __post_init__(self) -> None:
        """Document the body."""
        self.request_body = RequestBody(required=True, description="The file itself, no form.", content=_content())


@dataclass
class FileOperation(Operation):
    """An operation that answers with a file."""

    def __post_init__(self) -> None:
        """Document the answer."""
        answered = OpenAPIResponse(description="The file as it was sent.", content=_content())
        self.responses = {**(self.responses or {}), "200": answered}
