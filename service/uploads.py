"""Reads the body of a request that carries many questions; knows its size, nothing of what it says."""

from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, TypeAlias, cast

from litestar import Request
from litestar.exceptions import HTTPException

from service.batch_json import MAX_BYTES

_IN_MEMORY = 2**20

AnyRequest: TypeAlias = Request[Any, Any, Any]


def is_csv(request: AnyRequest) -> bool:
    """Whether it says so."""
    return request.content_type[0] == "text/csv"


async def limited(request: AnyRequest) -> bytes:
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


async def spooled(request: AnyRequest) -> BinaryIO:
    """A file with the body, on disk where it is long. It is the caller's to close."""
    file = cast(BinaryIO, SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - open until it is answered
    try:
        async for chunk in request.stream():
            file.write(chunk)
    except BaseException:
        file.close()
        raise
    return file
