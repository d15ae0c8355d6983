"""What requests that start a run of the pipeline have in common: who asks, from where, and how they are answered."""

from typing import Annotated, Any

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import ResponseHeader
from litestar.handlers import BaseRouteHandler
from litestar.params import HeaderParameter

from service.api.parameters import IDEMPOTENCY_KEY
from service.clients.runs import RetrainRequest, Run
from service.errors import CrossSiteError

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        pattern=IDEMPOTENCY_KEY.pattern,
        description="identifies the request: sent again, it returns the run that it started",
    ),
]
LOCATION = ResponseHeader(name="Location", description="of the run", documentation_only=True)


async def require_same_site(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard: refuse requests from pages of other sites (CSRF), unless they carry an API key.

    A page of another site can send a key only if CORS allows it.
    """
    site = connection.headers.get("sec-fetch-site", "none")
    if site not in {"none", "same-origin"} and not connection.scope.get("user"):
        raise CrossSiteError


def requested_by(request: Request[Any, Any, Any], body: RetrainRequest) -> str:
    """Name who asks: as the body says, and by the key."""
    key = request.scope.get("user")
    client = f"key {key}" if key else "the API"
    return f"{body.asked_by} ({client})" if body.asked_by else client


def accepted(started: Run) -> Response[Run]:
    """Answer 202 with the run and its address."""
    return Response(started, status_code=202, headers={"Location": f"/runs/{started.id}"})
