"""Predicting, the model, health and metrics over HTTP: parse, delegate, return."""

from typing import Annotated, Any, Literal

from litestar import Request, Response, get, post
from litestar.params import HeaderParameter
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import AwareDatetime, BaseModel, Field

from service.api.openapi import examples, operations
from service.dependencies import Given
from service.errors import KeyReusedError
from service.prediction.champion import ModelCard
from service.prediction.predict import answer, answers
from service.prediction.predict import predict as predicted
from service.prediction.requests import read_question
from service.prediction.schemas import Prediction
from service.storage.queries import IdempotencyKey


class Health(BaseModel):
    """The process answers."""

    status: int = Field(200, description="the HTTP status again")
    message: str = Field("OK", description="always OK: an error is a problem document")


class Readiness(Health):
    """The service can predict and remember."""

    model_version: str = Field(description="version that serves")
    model_source: Literal["mlflow", "cache"] = Field(
        description="`cache`: loaded from disk, MLflow has not confirmed it since the service started"
    )
    model_checked_at: AwareDatetime | None = Field(description="when MLflow last answered, UTC")
    model_trouble: str | None = Field(description="why a newer champion could not be taken over, if one could not")


@post(
    "/predict/",
    status_code=200,
    operation_class=operations.QuestionOperation,
    operation_id="predict",
    summary="Predict the sales of a kind of day",
    description="Expected sales in units, stored in the registry before the answer leaves. "
    "The body is read as JSON whatever its Content-Type.",
    tags=["Predictions"],
    responses={
        200: operations.shown("The prediction, as it stands in the registry.", Prediction, examples.PREDICTION),
        400: operations.bad_input("DayOfWeek", "Input should be less than or equal to 7"),
        413: operations.TOO_LARGE,
        415: operations.PACKED,
        422: operations.KEY_REUSED,
        503: operations.NOT_SERVING,
    },
)
async def predict(
    request: Request[Any, Any, Any],
    parts: Given,
    key: Annotated[
        str | None,
        HeaderParameter(
            name="Idempotency-Key",
            pattern="^[!-~]{1,255}$",
            description="names the request: sent again, it is answered by the stored prediction",
        ),
    ] = None,
) -> Prediction:
    """Ask for a prediction."""
    question = read_question(await request.body())
    row = predicted(question, parts.champions.current, parts.clock.moment())
    if key is None:
        await parts.history.add(row)
        return answer(row)
    stored = await parts.history.add_once(row, IdempotencyKey(request.scope.get("user") or "", key.strip('"')))
    if not answers(stored, question):
        raise KeyReusedError
    return answer(stored)


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


def _health_name(_: object, __: object, path: list[Any]) -> str:
    return "check_liveness" if path[-1] == "live" else "check_health"


@get(
    ["/health", "/health/live"],
    operation_id=_health_name,
    summary="Whether the process answers",
    description="Says nothing of the model or the history: see /health/ready.",
    tags=["Health"],
    responses={200: operations.shown("It does.", Health, examples.HEALTH)},
)
async def health() -> Health:
    """Answer."""
    return Health()


@get(
    "/health/ready",
    operation_id="check_readiness",
    summary="Whether it can predict and remember",
    description="200 where POST /predict/ can be answered, and from what the model was loaded.",
    tags=["Health"],
    responses={
        200: operations.shown("It can.", Readiness, examples.READINESS),
        503: operations.NOT_SERVING,
    },
)
async def ready(parts: Given) -> Readiness:
    """Look at the model and the history."""
    champions = parts.champions
    version = champions.current.version
    await parts.history.check()
    return Readiness(
        model_version=version,
        model_source=champions.source,
        model_checked_at=champions.seen_at,
        model_trouble=champions.trouble,
    )


@get(
    "/metrics",
    operation_id="show_metrics",
    summary="Metrics for Prometheus",
    description="Requests by grouped path, predictions by version, commit sizes, queue depth, model age.",
    media_type="text/plain",
    tags=["Health"],
    responses={200: operations.shown("Prometheus' text format.", str, examples.METRICS, "text/plain")},
)
async def metrics(parts: Given) -> Response[bytes]:
    """Count."""
    return Response(parts.metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})
