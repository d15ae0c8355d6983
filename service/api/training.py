"""Starts trainings and rollbacks over HTTP, and shows their runs: parse, delegate, return."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Body, FromPath

from service.api.openapi import model_examples, operations
from service.api.run_requests import LOCATION, IdempotencyKey, accepted, requested_by, require_same_site
from service.clients.prefect import RETRAIN_DEPLOYMENT, ROLLBACK_DEPLOYMENT
from service.clients.runs import RetrainRequest, RollbackRequest, Run
from service.dependencies import Injected


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
    response_headers=[LOCATION],
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
    who = requested_by(request, data or RetrainRequest())
    return accepted(await dependencies.prefect.start_run(RETRAIN_DEPLOYMENT, {}, who, key))


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
    response_headers=[LOCATION],
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
    return accepted(
        await dependencies.prefect.start_run(ROLLBACK_DEPLOYMENT, parameters, requested_by(request, data), key)
    )


@get(
    "/model/training",
    operation_id="show_training",
    summary="The newest training",
    description="The training that was started last, whoever asked for it: the schedule, new data or a person.",
    tags=["Model"],
    responses={
        200: operations.success("The run.", Run, model_examples.RUN),
        404: operations.NO_RUN,
        503: operations.PIPELINE_UNAVAILABLE,
    },
)
async def newest_training(dependencies: Injected) -> Run:
    """Show the newest training."""
    return await dependencies.prefect.newest_run(RETRAIN_DEPLOYMENT)


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
