"""Makes a Prefect server ready for the worker: pool, deployments, automation, first runs. Safe to repeat."""

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

FILE = Path("deployments.yaml")
ETL = "etl_proceso_steam_sales/steam-sales"
RETRAIN = "retrain_and_promote_sales_model/steam-sales"
FAILED = [StateType.FAILED, StateType.CRASHED, StateType.CANCELLED]
ZOMBIES = "crashed when its heartbeat stops"
HEARTBEAT = "prefect.flow-run.heartbeat"


def pools(file: Path = FILE) -> set[str]:
    """The work pools that the deployments name."""
    declared = yaml.safe_load(file.read_text(encoding="utf-8"))["deployments"]
    return {deployment["work_pool"]["name"] for deployment in declared}


async def make_pools(client: PrefectClient, template: Path | None, told: Mapping[str, str]) -> None:
    """Create the work pools; `prefect deploy` wants them first.

    With a template they are of the type `kubernetes`, and every run is also told what it has no variable for; the
    template of a pool that is there already is brought up to date.
    """
    job = job_template(template, told) if template else {}
    kind = "kubernetes" if template else "process"
    for name in pools():
        try:
            await client.create_work_pool(WorkPoolCreate(name=name, type=kind, base_job_template=job))
        except ObjectAlreadyExists:
            if template:
                await client.update_work_pool(name, WorkPoolUpdate(base_job_template=job))


def job_template(template: Path, told: Mapping[str, str]) -> dict[str, Any]:
    """The template, with more for a run's environment."""
    job: dict[str, Any] = yaml.safe_load(template.read_text(encoding="utf-8"))
    env = job["variables"]["properties"]["env"]
    env["default"] = dict(told) | env["default"]
    return job


async def watch_heartbeats(client: PrefectClient, silence: timedelta) -> None:
    """Have the server call a run Crashed when its process has been silent for so long."""
    wanted = zombie_automation(silence)
    for known in await client.read_automations_by_name(ZOMBIES):
        if cast("EventTrigger", known.trigger).within == silence:
            return
        await client.delete_automation(known.id)
    await client.create_automation(wanted)


def zombie_automation(silence: timedelta) -> AutomationCore:
    """After one heartbeat of a run, another one or its end has to follow within the time."""
    ends = {f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled", "Crashed")}
    trigger = EventTrigger(
        match=ResourceSpecification(root={"prefect.resource.id": "prefect.flow-run.*"}),
        after={HEARTBEAT},
        expect={HEARTBEAT} | ends,
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=silence,
    )
    message = "Its process stopped answering: look at the worker, then run it again."
    action = ChangeFlowRunState(state=StateType.CRASHED, message=message)
    return AutomationCore(name=ZOMBIES, trigger=trigger, actions=[action])


async def first_runs(client: PrefectClient, store: DataStore, split: str) -> None:
    """Ask for the first ETL while there is no data, and for the first training if its trigger was lost."""
    deployment, parameters = (RETRAIN, {}) if store.pointer() else (ETL, {"options": {"split": split}})
    runs = await runs_of(client, deployment)
    failed = [run for run in runs if run.state_type in FAILED]
    if len(failed) < len(runs):
        return
    found = await client.read_deployment_by_name(deployment)
    # one key for one attempt: however many workers start at once, one run is made
    key = f"first-{len(failed)}"
    await client.create_flow_run_from_deployment(
        found.id, parameters=parameters, idempotency_key=key, tags=["by:the first start"]
    )


async def runs_of(client: PrefectClient, deployment: str) -> list[FlowRun]:
    """The runs of a deployment by its name, scheduled ones of the future left out."""
    found = await client.read_deployment_by_name(deployment)
    runs = await client.read_flow_runs(deployment_filter=_is(found.id))
    return [run for run in runs if not (run.auto_scheduled and run.state_type == StateType.SCHEDULED)]


async def unfinished(client: PrefectClient) -> list[FlowRun]:
    """Runs that some process should be busy with."""
    states = FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING, StateType.CANCELLING])
    return await client.read_flow_runs(flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=states)))


def _is(deployment: UUID) -> DeploymentFilter:
    return DeploymentFilter(id=DeploymentFilterId(any_=[deployment]))
