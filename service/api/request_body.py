"""Reads the body of a request that carries many questions; knows its size, nothing of what it says."""

from codecs import BOM_UTF8
from collections.abc import AsyncGenerator
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, TypeAlias, cast

from litestar import Request
from litestar.exceptions import HTTPException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from service.batches.json_reader import MAX_BYTES
from service.errors import BadInputError, BodyTooLargeError, FieldError

_MAX_MEMORY_BYTES = 2**20

AnyRequest: TypeAlias = Request[Any, Any, Any]


class ApiRequest(Request[Any, Any, Any]):
    """A request that names the limit of its body, and whose JSON may begin with a byte order mark."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Yield the body in parts; raises BodyTooLargeError."""
        try:
            async for part in super().stream():
                yield part
        except RequestEntityTooLarge:
            raise BodyTooLargeError(self.route_handler.resolve_request_max_body_size() or 0) from None

    async def body(self) -> bytes:
        """Return the whole body."""
        return (await super().body()).removeprefix(BOM_UTF8)


def is_csv(request: AnyRequest) -> bool:
    """Whether it says so.

    Raises:
        HTTPException: 415, it is a form with a file in it.
    """
    kind = request.content_type[0]
    if kind == "multipart/form-data":
        raise HTTPException(
            status_code=415,
            detail="Content-Type: send no form but the file itself, as text/csv: "
            "curl --data-binary @file.csv -H 'Content-Type: text/csv'",
        )
    return bool(kind == "text/csv")


async def read_limited(request: AnyRequest) -> bytes:
    """A JSON body.

    Raises:
        HTTPException: 413, it is longer than a list of the most rows can be.
        BadInputError: it was not called JSON, and is none: a CSV file may have been sent without its type.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise HTTPException(
                status_code=413, detail=f"A JSON batch has at most {MAX_BYTES} bytes: send more as text/csv"
            )
    whole = bytes(body).removeprefix(BOM_UTF8)
    if request.content_type[0] != "application/json" and whole.strip() and whole.lstrip()[:1] not in b"[{":
        message = "is no JSON: send a list of requests, or a CSV file with the header Content-Type: text/csv"
        raise BadInputError([FieldError("body", message, code="form")])
    return whole


async def spool_to_file(request: AnyRequest) -> BinaryIO:
    """A file with the body, on disk where it is long. It is the caller's to close."""
    file = cast(BinaryIO, SpooledTemporaryFile(_MAX_MEMORY_BYTES))  # noqa: SIM115 - open until it is answered
    try:
        async for chunk in request.stream():
            file.write(chunk)
    except BaseException:
        file.close()
        raise
    return file
