"""What the daily watch found, over HTTP."""

from litestar import get

from service.api.openapi import model_examples, operations
from service.clients.watch import Watch
from service.dependencies import Injected


@get(
    "/watch",
    operation_id="show_watch",
    summary="Whether the model still fits what is sold",
    description="Result of the last daily watch: quiet, watching or alarm, since when, and what was done about it. "
    "Before the first watch the status is `unknown`.",
    tags=["Model"],
    responses={
        200: operations.success("The last watch.", Watch, model_examples.WATCH),
        503: operations.MLFLOW_UNAVAILABLE,
    },
)
async def watch(dependencies: Injected) -> Watch:
    """Show the last watch."""
    return await dependencies.lineage.get_watch()
