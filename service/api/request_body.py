"""Reads the body of a request that carries many questions; knows its size, nothing of what it says."""

from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, TypeAlias, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler

from service.batches.json_parser import MAX_BYTES

_IN_MEMORY = 2**20

AnyRequest: TypeAlias = Request[Any, Any, Any]


def reject_encoded_body(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard: refuse a body that is packed, which nothing here unpacks.

    Raises:
        HTTPException: 415.
    """
    coding = connection.headers.get("content-encoding", "identity")
    if coding.strip().lower() not in {"", "identity"}:
        raise HTTPException(
            status_code=415,
            detail=f"Content-Encoding: the body is packed as {coding[:50]}: send it as it is",
            headers={"Accept-Encoding": "identity"},
        )


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
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise HTTPException(
                status_code=413, detail=f"A JSON batch has at most {MAX_BYTES} bytes: send more as text/csv"
            )
    return bytes(body)


async def spool_to_file(request: AnyRequest) -> BinaryIO:
    """A file with the body, on disk where it is long. It is the caller's to close."""
    file = cast(BinaryIO, SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - open until it is answered
    try:
        async for chunk in request.stream():
            file.write(chunk)
    except BaseException:
        file.close()
        raise
    return file
