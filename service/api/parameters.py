"""What several routes take alike: the idempotency key, and bodies as they are."""

import re

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from service.errors import EncodedBodyError

IDEMPOTENCY_KEY = re.compile("^[!-~]{1,255}$")
"""What an `Idempotency-Key` may be; the OpenAPI document shows the pattern."""


def reject_encoding(header: bytes | None) -> None:
    """Raise EncodedBodyError if a `Content-Encoding` says that the body is compressed."""
    coding = (header or b"").decode("latin-1")
    if coding.strip().lower() not in {"", "identity"}:
        raise EncodedBodyError(coding)


async def reject_encoded_body(connection: ASGIConnection, _: BaseRouteHandler) -> None:  # type: ignore[type-arg]  # any
    """A guard for all routes. It is async: Litestar would run another in a thread."""
    reject_encoding(connection.headers.get("content-encoding", "").encode("latin-1"))
