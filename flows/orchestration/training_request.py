"""Starts the training deployment for a cause: once, whatever is killed. Knows Prefect, not why."""

from collections.abc import Mapping
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterIdempotencyKey
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound

from flows.errors import CurableError
from flows.orchestration.provisioning import RETRAIN_DEPLOYMENT

MAX_ATTEMPTS = 3
WITHOUT_DECISION = {StateType.CRASHED, StateType.CANCELLED, StateType.FAILED}


def request_training(decision_id: str, parameters: Mapping[str, Any]) -> str:
    """Start the training and return the name of its run.

    The decision's id is the idempotency key: asking again returns the run that was started first. If that run failed or
    was killed, the next call starts another one, `MAX_ATTEMPTS` in total.
    """
    with get_client(sync_client=True) as client:
        try:
            deployment = client.read_deployment_by_name(RETRAIN_DEPLOYMENT)
        except ObjectNotFound as error:
            raise CurableError(f"Prefect has no deployment {RETRAIN_DEPLOYMENT}: start the worker.") from error
        keys = [decision_id, *(f"{decision_id}-{attempt}" for attempt in range(2, MAX_ATTEMPTS + 1))]
        wanted = FlowRunFilter(idempotency_key=FlowRunFilterIdempotencyKey(any_=keys))
        killed = {
            r.idempotency_key for r in client.read_flow_runs(flow_run_filter=wanted) if r.state_type in WITHOUT_DECISION
        }
        key = next((key for key in keys if key not in killed), keys[-1])
        run = client.create_flow_run_from_deployment(
            deployment.id, parameters=dict(parameters), idempotency_key=key, tags=["by:the watch"]
        )
        return run.name
