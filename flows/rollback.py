"""The flows that roll back the model or the data to an earlier version. Only effects and their order."""

from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import Field

from domain.limits import MAX_REASON_CHARS, MAX_VERSION_CHARS
from flows.errors import CurableError
from flows.orchestration.data_artifacts import write_versions
from flows.orchestration.tasks import fail_with_message, origin_tags, remote_task, requester
from flows.promotion.policy import Decision
from flows.settings import Settings
from flows.storage.data_store import DataStore, Pointer

Version = Annotated[str, Field(min_length=1, max_length=MAX_VERSION_CHARS)]
Reason = Annotated[str, Field(min_length=1, max_length=MAX_REASON_CHARS)]


@flow(name="rollback_sales_model", persist_result=False)
@fail_with_message(CurableError)
def rollback_sales_model(version: Version, reason: Reason = "asked for") -> State[str]:
    """Make an earlier version of the model the champion again, and record who wanted it and why.

    Args:
        version: the number of a registered version; `make status` lists them.
        reason: why, for the record.
    """
    decision = roll_back_model(Settings(), version, reason)
    return Completed(message=_summary(decision))


def _summary(decision: Decision) -> str:
    if decision.version == decision.champion_before:
        return f"Version {decision.version} served already, and serves on."
    return f"Version {decision.version} serves, instead of {decision.champion_before or 'none'}."


@remote_task("check the version and put it back")
def roll_back_model(settings: Settings, version: str, reason: str) -> Decision:
    """Check that the API would serve the version, then make it the champion."""
    from flows.tracking import runs
    from flows.tracking.model_registry import ModelRegistry
    from flows.tracking.serving_check import why_not_servable

    registry = ModelRegistry(settings.mlflow_url)
    registry.restore_experiment()
    registry.close_interrupted()
    target, champion = registry.get(version), registry.champion()
    if fault := why_not_servable(registry, target):
        raise CurableError(f"Version {version} cannot be served: {fault}. Choose another version.")
    decision = Decision(
        outcome="rolled back",
        version=target.version,
        champion_before=champion.version if champion else None,
        rule="a person decides",
        reason=reason,
        decided_by=requester(),
    )
    run_id = runs.start_run(
        registry.uri, f"rollback to version {version}", origin_tags(), runs.code_version(settings.code_version)
    )
    if not registry.apply_decision(decision, run_id):
        raise CurableError("The champion changed at this moment: look at `make status`, then try again.")
    runs.finish_run(registry.uri, run_id)
    return decision


@flow(name="rollback_sales_data", persist_result=False)
@fail_with_message(CurableError)
def rollback_sales_data(version: Version) -> State[str]:
    """Make an earlier version of the data the current one; the next training uses it.

    Args:
        version: a version of the data; `make status` lists them.
    """
    settings = Settings()
    store = DataStore(settings.data_store_url, settings.s3_options)
    if (before := current_data(store)) == version:
        return Completed(message=f"Version {version} of the data is current already.")
    pointer = switch_data(store, version)
    write_versions(store)
    return Completed(message=f"Version {pointer.version} of the data is current, instead of {before}.")


@remote_task("read the current version")
def current_data(store: DataStore) -> str | None:
    """Return the current version of the data, None before the first ETL."""
    pointer = store.pointer()
    return pointer.version if pointer else None


@remote_task("switch the current version")
def switch_data(store: DataStore, version: str) -> Pointer:
    """Replace the pointer in one step: readers see the old version or the new one."""
    return store.switch(version, requester())
