"""Liveness, readiness and metrics over HTTP."""

from typing import Any, Literal

from litestar import Response, get
from pydantic import AwareDatetime, BaseModel, Field

from service.api.openapi import examples, operations
from service.dependencies import Injected
from service.telemetry.metrics import METRICS_CONTENT_TYPE


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


def _health_name(_: object, __: object, path: list[Any]) -> str:
    return "check_liveness" if path[-1] == "live" else "check_health"


@get(
    ["/health", "/health/live"],
    operation_id=_health_name,
    summary="Whether the process answers",
    description="Says nothing of the model or the history: see /health/ready.",
    tags=["Health"],
    responses={200: operations.success("It does.", Health, examples.HEALTH)},
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
        200: operations.success("It can.", Readiness, examples.READINESS),
        503: operations.NOT_SERVING,
    },
)
async def ready(dependencies: Injected) -> Readiness:
    """Look at the model and the history."""
    champions = dependencies.models
    version = champions.current.version
    await dependencies.history.check()
    return Readiness(
        model_version=version,
        model_source=champions.source,
        model_checked_at=champions.checked_at,
        model_trouble=champions.trouble,
    )


@get(
    "/metrics",
    operation_id="show_metrics",
    summary="Metrics for Prometheus",
    description="Requests by grouped path, predictions by version, commit sizes, queue depth, model age.",
    media_type="text/plain",
    tags=["Health"],
    responses={200: operations.success("Prometheus' text format.", str, examples.METRICS, "text/plain")},
)
async def metrics(dependencies: Injected) -> Response[bytes]:
    """Count."""
    return Response(dependencies.metrics.text(), headers={"Content-Type": METRICS_CONTENT_TYPE})
