"""Prepares a Prefect server for the worker: work pools, automation, first runs. Every step is idempotent."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import yaml
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectAlreadyExists

from flows.storage.data_store import DataStore

DEPLOYMENTS_FILE = Path("deployments.yaml")
ETL_DEPLOYMENT = "etl_proceso_steam_sales/steam-sales"
RETRAIN_DEPLOYMENT = "retrain_and_promote_sales_model/steam-sales"
FAILED_STATES = [StateType.FAILED, StateType.CRASHED, StateType.CANCELLED]
AUTOMATION_NAME = "crashed when its heartbeat stops"
HEARTBEAT_EVENT = "prefect.flow-run.heartbeat"


def work_pools(file: Path = DEPLOYMENTS_FILE) -> set[str]:
    """Return the names of the work pools that the deployments use."""
    declared = yaml.safe_load(file.read_text(encoding="utf-8"))["deployments"]
    return {deployment["work_pool"]["name"] for deployment in declared}


async def create_work_pools(client: PrefectClient, template: Path | None, environment: Mapping[str, str]) -> None:
    """Create the work pools, which deployments need to exist.

    With a job template their type is `kubernetes`: runs get `environment` for variables that the template does not set,
    and the template of an existing pool is updated.
    """
    job = job_template(template, environment) if template else {}
    kind = "kubernetes" if template else "process"
    for name in work_pools():
        try:
            await client.create_work_pool(WorkPoolCreate(name=name, type=kind, base_job_template=job))
        except ObjectAlreadyExists:
            if template:
                await client.update_work_pool(name, WorkPoolUpdate(base_job_template=job))


def job_template(template: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the template with defaults added to the environment of a run."""
    job: dict[str, Any] = yaml.safe_load(template.read_text(encoding="utf-8"))
    env = job["variables"]["properties"]["env"]
    env["default"] = dict(environment) | env["default"]
    return job


async def ensure_heartbeat_automation(client: PrefectClient, silence: timedelta) -> None:
    """Make the server set a run to Crashed after its process has sent no heartbeat for `silence`."""
    automation = heartbeat_automation(silence)
    for known in await client.read_automations_by_name(AUTOMATION_NAME):
        if cast("EventTrigger", known.trigger).within == silence:
            return
        await client.delete_automation(known.id)
    await client.create_automation(automation)


def heartbeat_automation(silence: timedelta) -> AutomationCore:
    """Return the automation: after a run's heartbeat, another one or the run's end must follow within `silence`."""
    ends = {f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled", "Crashed")}
    trigger = EventTrigger(
        match=ResourceSpecification(root={"prefect.resource.id": "prefect.flow-run.*"}),
        after={HEARTBEAT_EVENT},
        expect={HEARTBEAT_EVENT} | ends,
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=silence,
    )
    message = "Its process stopped answering: look at the worker, then run it again."
    action = ChangeFlowRunState(state=StateType.CRASHED, message=message)
    return AutomationCore(name=AUTOMATION_NAME, trigger=trigger, actions=[action])


async def request_first_runs(client: PrefectClient, store: DataStore, split: str) -> None:
    """Request the first ETL while there is no data, and the first training if its trigger was lost."""
    deployment, parameters = (
        (RETRAIN_DEPLOYMENT, {}) if store.pointer() else (ETL_DEPLOYMENT, {"options": {"split": split}})
    )
    runs = await deployment_runs(client, deployment)
    failed = [run for run in runs if run.state_type in FAILED_STATES]
    if len(failed) < len(runs):
        return
    found = await client.read_deployment_by_name(deployment)
    # one key per attempt: however many workers start at once, Prefect creates one run
    key = f"first-{len(failed)}"
    await client.create_flow_run_from_deployment(
        found.id, parameters=parameters, idempotency_key=key, tags=["by:the first start"]
    )


async def deployment_runs(client: PrefectClient, deployment: str) -> list[FlowRun]:
    """Return the runs of a deployment, without future scheduled ones."""
    found = await client.read_deployment_by_name(deployment)
    runs = await client.read_flow_runs(deployment_filter=_with_id(found.id))
    return [run for run in runs if not (run.auto_scheduled and run.state_type == StateType.SCHEDULED)]


async def active_runs(client: PrefectClient) -> list[FlowRun]:
    """Return the runs that a process should be working on."""
    states = FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING, StateType.CANCELLING])
    return await client.read_flow_runs(flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=states)))


def _with_id(deployment: UUID) -> DeploymentFilter:
    return DeploymentFilter(id=DeploymentFilterId(any_=[deployment]))
