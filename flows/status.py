"""What is in use now, and how it came about. Knows where to ask, and how to put it in a table."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from flows.errors import CurableError
from flows.settings import Settings
from flows.storage import DataStore

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

    from flows.registry import Registry

RUNS = 5


def show(settings: Settings, client: "SyncPrefectClient", console: Console) -> None:
    """Print the data in use, the champion, the last decisions and the last runs."""
    from mlflow.exceptions import MlflowException

    from flows.registry import Registry

    store, runs = DataStore(settings.data_store_url, settings.s3_options), _runs(client)
    try:
        registry = Registry(settings.mlflow_url)
        model, decisions = _model(registry), _decisions(registry)
    except MlflowException as error:
        raise CurableError(f"MLflow at {settings.mlflow_url} does not answer: is `make up` running?") from error
    console.print(_data(store), model, decisions, runs, sep="\n")


def _data(store: DataStore) -> str:
    pointer = store.pointer()
    if pointer is None:
        return "Data: none yet. Run `make etl`."
    rows = store.manifest(pointer.version).rows
    others = ", ".join(v for v in store.versions() if v != pointer.version) or "none"
    return (
        f"Data: version {pointer.version}, {rows['train']} train and {rows['test']} test rows, "
        f"since {pointer.switched_at:%Y-%m-%d %H:%M} UTC by {pointer.switched_by}. Earlier versions: {others}."
    )


def _model(registry: "Registry") -> str:
    champion = registry.champion()
    if champion is None:
        return "Model: none yet. Run `make retrain`."
    rmse = registry.metrics(champion).get("test_rmse", float("nan"))
    return f"Model: version {champion.version} serves, test RMSE {rmse:.2f}, trained on data {champion.data_version}."


def _decisions(registry: "Registry") -> Table:
    table = Table("When (UTC)", "Version", "Outcome", "Reason", "Rule", "By", title="Decisions, newest first")
    for d in registry.decisions():
        table.add_row(f"{d.decided_at:%Y-%m-%d %H:%M}", d.version, d.outcome, d.reason, d.rule, d.decided_by)
    return table


def _runs(client: "SyncPrefectClient") -> Table:
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterStartTime
    from prefect.client.schemas.sorting import FlowRunSort

    table = Table("Run", "State", "Message", title="Last runs")
    begun = FlowRunFilter(start_time=FlowRunFilterStartTime(is_null_=False))
    for run in client.read_flow_runs(flow_run_filter=begun, sort=FlowRunSort.START_TIME_DESC, limit=RUNS):
        table.add_row(run.name, run.state_name or "", (run.state.message if run.state else None) or "")
    return table
