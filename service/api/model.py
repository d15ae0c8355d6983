"""The model's history and its evaluation over HTTP, and runs of the pipeline: parse, delegate, return."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import ResponseHeader
from litestar.handlers import BaseRouteHandler
from litestar.params import Body, FromPath, HeaderParameter, QueryParameter

from service.api.openapi import examples, model_examples, operations
from service.api.parameters import IDEMPOTENCY_KEY
from service.clients.evaluation import Evaluation
from service.clients.model_versions import VersionPage
from service.clients.prefect import RETRAIN_DEPLOYMENT, ROLLBACK_DEPLOYMENT
from service.clients.runs import RetrainRequest, RollbackRequest, Run
from service.dependencies import Given
from service.errors import FromElsewhereError
from service.prediction.champion import ModelCard

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        pattern=IDEMPOTENCY_KEY.pattern,
        description="names the request: sent again, it is answered by the run that it started",
    ),
]
_LOCATION = ResponseHeader(name="Location", description="of the run", documentation_only=True)


@get(
    "/model",
    operation_id="show_model",
    summary="The model that serves",
    description="The champion: version, when and on what it was trained, its scores, intervals and inputs seen.",
    tags=["Model"],
    responses={200: operations.shown("The champion.", ModelCard, examples.MODEL), 503: operations.NO_MODEL},
)
async def model(parts: Given) -> ModelCard:
    """Show the champion."""
    return parts.champions.current.card


@get(
    "/model/versions",
    operation_id="list_model_versions",
    summary="Versions of the model, newest first",
    description="Each with its scores and what was decided on it and why, as MLflow keeps them.",
    tags=["Model"],
    responses={
        200: operations.shown("A page; `next_cursor` is null on the last.", VersionPage, model_examples.VERSIONS),
        400: operations.bad_input("limit", "Expected `int` <= 100"),
        503: operations.MLFLOW_AWAY,
    },
)
async def versions(
    parts: Given,
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="versions on a page")] = 20,
    cursor: Annotated[
        str | None, QueryParameter(max_length=200, pattern="^[!-~]+$", description="`next_cursor` of the page before")
    ] = None,
) -> VersionPage:
    """List versions."""
    return await parts.lineage.list_versions(limit, cursor)


@get(
    "/model/evaluation",
    operation_id="show_evaluation",
    summary="The champion on its test set",
    description="Predicted against actual, residuals by weekday, how often the interval held, and the scores beside "
    "those of naive means: what training wrote down of the model that serves.",
    tags=["Model"],
    responses={
        200: operations.shown("What it did.", Evaluation, model_examples.EVALUATION),
        404: operations.NO_EVALUATION,
        503: operations.NO_MODEL_OR_MLFLOW,
    },
)
async def evaluation(parts: Given) -> Evaluation:
    """Show what the champion did on its test set."""
    return await parts.lineage.get_evaluation(parts.champions.current.version)


async def not_from_elsewhere(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse what a page of another site asks in the browser of somebody who may not know of it.

    Whoever sends a key is asked no more: no other site's page can send it unless it is allowed to.
    """
    from_page = connection.headers.get("sec-fetch-site", "none")
    if from_page not in {"none", "same-origin"} and not connection.scope.get("user"):
        raise FromElsewhereError


@post(
    "/model/retrain",
    status_code=202,
    guards=[not_from_elsewhere],
    operation_class=operations.with_body(RetrainRequest, {"asked_by": "Ana"}),
    operation_id="retrain_model",
    summary="Train a model now",
    description="Starts the training that else runs at night; the better of the new model and the champion serves "
    "in the end. Answers at once: follow the run at its Location.",
    tags=["Model"],
    response_headers=[_LOCATION],
    responses={
        202: operations.shown("The run.", Run, model_examples.ASKED),
        400: operations.bad_input("asked_by", "String should have at most 100 characters"),
        403: operations.FROM_ELSEWHERE,
        413: operations.TOO_LARGE,
        415: operations.PACKED,
        503: operations.PIPELINE_AWAY,
    },
)
async def retrain(
    request: Request[Any, Any, Any],
    parts: Given,
    data: Annotated[RetrainRequest | None, Body(description="may say who wants it; may be left out")] = None,
    key: IdempotencyKey = None,
) -> Response[Run]:
    """Start a training."""
    who = _who(request, data or RetrainRequest())
    return _accepted(await parts.pipeline.start_run(RETRAIN_DEPLOYMENT, {}, who, key))


@post(
    "/model/rollback",
    status_code=202,
    guards=[not_from_elsewhere],
    operation_class=operations.with_body(RollbackRequest, model_examples.ROLLBACK),
    operation_id="roll_back_model",
    summary="Put an earlier version back",
    description="Starts the run that checks the version and lets it serve, with a record of its own. "
    "Answers at once: follow the run at its Location; a version that is not there ends it as FAILED.",
    tags=["Model"],
    response_headers=[_LOCATION],
    responses={
        202: operations.shown("The run.", Run, model_examples.ASKED),
        400: operations.bad_input("version", "String should match pattern '^[1-9][0-9]{0,9}$'"),
        403: operations.FROM_ELSEWHERE,
        413: operations.TOO_LARGE,
        415: operations.PACKED,
        503: operations.PIPELINE_AWAY,
    },
)
async def rollback(
    request: Request[Any, Any, Any],
    parts: Given,
    data: Annotated[RollbackRequest, Body(description="which version, and why")],
    key: IdempotencyKey = None,
) -> Response[Run]:
    """Start going back."""
    wanted = {"version": data.version, "reason": data.reason}
    return _accepted(await parts.pipeline.start_run(ROLLBACK_DEPLOYMENT, wanted, _who(request, data), key))


@get(
    "/runs/{run_id:uuid}",
    operation_id="show_run",
    summary="A run of the pipeline",
    description="How far it is, step by step, and what became of it in a sentence.",
    tags=["Model"],
    responses={
        200: operations.shown("The run.", Run, model_examples.RUN),
        400: operations.bad_input("run_id", "Invalid UUID"),
        404: operations.NO_RUN,
        503: operations.PIPELINE_AWAY,
    },
)
async def run(parts: Given, run_id: FromPath[UUID]) -> Run:
    """Show a run."""
    return await parts.pipeline.get_run(run_id)


def _who(request: Request[Any, Any, Any], asked: RetrainRequest) -> str:
    key = request.scope.get("user")
    named = f"key {key}" if key else "the API"
    return f"{asked.asked_by} ({named})" if asked.asked_by else named


def _accepted(started: Run) -> Response[Run]:
    return Response(started, status_code=202, headers={"Location": f"/runs/{started.id}"})
