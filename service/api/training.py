"""Starts trainings and rollbacks over HTTP, and shows their runs: parse, delegate, return."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import ResponseHeader
from litestar.handlers import BaseRouteHandler
from litestar.params import Body, FromPath, HeaderParameter

from service.api.openapi import model_examples, operations
from service.api.parameters import IDEMPOTENCY_KEY
from service.clients.prefect import RETRAIN_DEPLOYMENT, ROLLBACK_DEPLOYMENT
from service.clients.runs import RetrainRequest, RollbackRequest, Run
from service.dependencies import Injected
from service.errors import CrossSiteError

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        pattern=IDEMPOTENCY_KEY.pattern,
        description="identifies the request: sent again, it returns the run that it started",
    ),
]
_LOCATION = ResponseHeader(name="Location", description="of the run", documentation_only=True)


async def require_same_site(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard: refuse requests from pages of other sites (CSRF), unless they carry an API key.

    A page of another site can send a key only if CORS allows it.
    """
    site = connection.headers.get("sec-fetch-site", "none")
    if site not in {"none", "same-origin"} and not connection.scope.get("user"):
        raise CrossSiteError


@post(
    "/model/retrain",
    status_code=202,
    guards=[require_same_site],
    operation_class=operations.with_body(RetrainRequest, {"asked_by": "Ana"}),
    operation_id="retrain_model",
    summary="Train a model now",
    description="Starts the training that otherwise runs at night; then the better of the new model and the champion "
    "serves. Returns at once: follow the run at its Location.",
    tags=["Model"],
    response_headers=[_LOCATION],
    responses={
        202: operations.success("The run.", Run, model_examples.SCHEDULED_RUN),
        400: operations.bad_input("asked_by", "String should have at most 100 characters"),
        403: operations.CROSS_SITE,
        413: operations.TOO_LARGE,
        415: operations.ENCODED_BODY,
        503: operations.PIPELINE_UNAVAILABLE,
    },
)
async def retrain(
    request: Request[Any, Any, Any],
    dependencies: Injected,
    data: Annotated[RetrainRequest | None, Body(description="may name who requests it; may be left out")] = None,
    key: IdempotencyKey = None,
) -> Response[Run]:
    """Start a training."""
    who = _requested_by(request, data or RetrainRequest())
    return _accepted(await dependencies.prefect.start_run(RETRAIN_DEPLOYMENT, {}, who, key))


@post(
    "/model/rollback",
    status_code=202,
    guards=[require_same_site],
    operation_class=operations.with_body(RollbackRequest, model_examples.ROLLBACK),
    operation_id="roll_back_model",
    summary="Put an earlier version back",
    description="Starts the run that checks the version, promotes it and records the decision. "
    "Returns at once: follow the run at its Location; it ends as FAILED if the version does not exist.",
    tags=["Model"],
    response_headers=[_LOCATION],
    responses={
        202: operations.success("The run.", Run, model_examples.SCHEDULED_RUN),
        400: operations.bad_input("version", "String should match pattern '^[1-9][0-9]{0,9}$'"),
        403: operations.CROSS_SITE,
        413: operations.TOO_LARGE,
        415: operations.ENCODED_BODY,
        503: operations.PIPELINE_UNAVAILABLE,
    },
)
async def rollback(
    request: Request[Any, Any, Any],
    dependencies: Injected,
    data: Annotated[RollbackRequest, Body(description="which version, and why")],
    key: IdempotencyKey = None,
) -> Response[Run]:
    """Start a rollback."""
    parameters = {"version": data.version, "reason": data.reason}
    return _accepted(
        await dependencies.prefect.start_run(ROLLBACK_DEPLOYMENT, parameters, _requested_by(request, data), key)
    )


@get(
    "/runs/{run_id:uuid}",
    operation_id="show_run",
    summary="A run of the pipeline",
    description="Its steps so far, and its outcome in a sentence.",
    tags=["Model"],
    responses={
        200: operations.success("The run.", Run, model_examples.RUN),
        400: operations.bad_input("run_id", "Invalid UUID"),
        404: operations.NO_RUN,
        503: operations.PIPELINE_UNAVAILABLE,
    },
)
async def run(dependencies: Injected, run_id: FromPath[UUID]) -> Run:
    """Show a run."""
    return await dependencies.prefect.get_run(run_id)


def _requested_by(request: Request[Any, Any, Any], body: RetrainRequest) -> str:
    key = request.scope.get("user")
    client = f"key {key}" if key else "the API"
    return f"{body.asked_by} ({client})" if body.asked_by else client


def _accepted(started: Run) -> Response[Run]:
    return Response(started, status_code=202, headers={"Location": f"/runs/{started.id}"})
