"""The model's history and its evaluation over HTTP, and runs of the pipeline: parse, delegate, return."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from service.api.openapi import examples, model_examples, operations
from service.clients.evaluation import Evaluation
from service.clients.model_versions import VersionPage
from service.dependencies import Injected
from service.prediction.champion import ModelCard


@get(
    "/model",
    operation_id="show_model",
    summary="The model that serves",
    description="The champion: version, when and on what it was trained, its scores, intervals and inputs seen.",
    tags=["Model"],
    responses={200: operations.success("The champion.", ModelCard, examples.MODEL), 503: operations.NO_MODEL},
)
async def model(dependencies: Injected) -> Response[bytes]:
    """Show the champion."""
    return Response(dependencies.models.current.card_json, media_type="application/json")


@get(
    "/model/versions",
    operation_id="list_model_versions",
    summary="Versions of the model, newest first",
    description="Each with its scores and what was decided on it and why, as MLflow keeps them.",
    tags=["Model"],
    responses={
        200: operations.success("A page; `next_cursor` is null on the last.", VersionPage, model_examples.VERSIONS),
        400: operations.bad_input("limit", "Expected `int` <= 100"),
        503: operations.MLFLOW_UNAVAILABLE,
    },
)
async def versions(
    dependencies: Injected,
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="versions on a page")] = 20,
    cursor: Annotated[
        str | None, QueryParameter(max_length=200, pattern="^[!-~]+$", description="`next_cursor` of the page before")
    ] = None,
) -> VersionPage:
    """List versions."""
    return await dependencies.lineage.list_versions(limit, cursor)


@get(
    "/model/evaluation",
    operation_id="show_evaluation",
    summary="The champion on its test set",
    description="Predicted against actual, residuals by weekday, how often the interval held, and the scores beside "
    "those of naive means: what training wrote down of the model that serves.",
    tags=["Model"],
    responses={
        200: operations.success("What it did.", Evaluation, model_examples.EVALUATION),
        404: operations.NO_EVALUATION,
        503: operations.NO_MODEL_OR_MLFLOW_UNAVAILABLE,
    },
)
async def evaluation(dependencies: Injected) -> Evaluation:
    """Show what the champion did on its test set."""
    return await dependencies.lineage.get_evaluation(dependencies.models.current.version)
