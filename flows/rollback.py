"""The flows that go back: to an earlier version of the model, or of the data. Thin: effects and their order only."""

import tempfile
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.errors import CurableError
from flows.orchestration.tasks import asked_by, origin, plainly, remote_step
from flows.promotion.policy import Decision
from flows.settings import Settings
from flows.storage.data_store import DataStore, Pointer


@flow(name="rollback_sales_model", persist_result=False)
@plainly(CurableError)
def rollback_sales_model(version: str, reason: str = "asked for") -> State[str]:
    """Put an earlier version of the model back at the alias that serves, with a record of its own.

    Args:
        version: the number of a registered version; `make status` lists them.
        reason: why, for the record.
    """
    decision = put_back(Settings(), version, reason)
    return Completed(message=_in_words(decision))


def _in_words(decision: Decision) -> str:
    if decision.version == decision.champion_before:
        return f"Version {decision.version} served already, and serves on."
    return f"Version {decision.version} serves, instead of {decision.champion_before or 'none'}."


@remote_step("check the version and put it back")
def put_back(settings: Settings, version: str, reason: str) -> Decision:
    """Only a version that still loads may serve."""
    from flows.tracking import runs
    from flows.tracking.model_registry import Registry

    registry = Registry(settings.mlflow_url)
    registry.settle()
    stored, champion = registry.version(version), registry.champion()
    with tempfile.TemporaryDirectory() as folder:
        registry.load(stored, Path(folder))
    decision = Decision(
        outcome="rolled back",
        version=stored.version,
        champion_before=champion.version if champion else None,
        rule="a person decides",
        reason=reason,
        decided_by=asked_by(),
    )
    run_id = runs.start(
        registry.uri, f"rollback to version {version}", origin(), runs.code_version(settings.code_version)
    )
    if not registry.decide(decision, run_id):
        raise CurableError("The champion changed at this moment: look at `make status`, then try again.")
    runs.finish(registry.uri, run_id)
    return decision


@flow(name="rollback_sales_data", persist_result=False)
@plainly(CurableError)
def rollback_sales_data(version: str) -> State[str]:
    """Make an earlier version of the data the current one; the next training uses it.

    Args:
        version: a version of the data; `make status` lists them.
    """
    settings = Settings()
    pointer = switch(DataStore(settings.data_store_url, settings.s3_options), version)
    return Completed(message=f"Version {pointer.version} of the data is current, instead of {pointer.previous}.")


@remote_step("switch the current version")
def switch(store: DataStore, version: str) -> Pointer:
    """One object is replaced: readers see the old version or the new one."""
    return store.switch(version, asked_by())
