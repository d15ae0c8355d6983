"""Prints what is in use and how it came about (`make status`)."""

from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flows.monitoring.watch_record import WatchRecord
from flows.promotion.policy import Decision
from flows.settings import Settings
from flows.storage.data_store import DataStore, Manifest

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

    from flows.tracking.model_registry import ModelRegistry

MAX_RUNS = 5
MAX_DECISIONS = 10


def print_status(settings: Settings, client: "SyncPrefectClient", console: Console) -> None:
    """Print the current data, the champion, the last decisions and the last runs."""
    from flows.tracking.errors import reachable
    from flows.tracking.model_registry import ModelRegistry
    from flows.tracking.watch_log import WatchLog

    store, runs = DataStore(settings.data_store_url, settings.s3_options), _run_table(client)
    with reachable(settings.mlflow_url):
        registry = ModelRegistry(settings.mlflow_url)
        model, decisions = _describe_model(registry), _decision_list(registry)
        watch = describe_watch(WatchLog(settings.mlflow_url).read())
    # rich wraps at the terminal's width, or at 80 columns
    console.print(Text(_describe_data(store)), Text(model), Text(watch), decisions, runs, sep="\n", soft_wrap=False)


def _describe_data(store: DataStore) -> str:
    pointer = store.pointer()
    if pointer is None:
        return "Data: none yet. Run `make etl`."
    manifest = store.manifest(pointer.version)
    rows = manifest.rows
    others = ", ".join(v for v in store.versions() if v != pointer.version) or "none"
    return (
        f"Data: version {pointer.version}, {rows['train']} train and {rows['test']} test rows, "
        f"since {pointer.switched_at:%Y-%m-%d %H:%M} UTC by {pointer.switched_by}. Earlier versions: {others}.\n"
        f"{source_line(manifest)}"
    )


def source_line(manifest: Manifest) -> str:
    """Return where the data comes from, when it was read last, and up to which day."""
    read_at = manifest.read_at or manifest.created_at
    last = f" Its last day is {manifest.days[1]}." if manifest.days else ""
    return f"Source: {manifest.source}, read last at {read_at:%Y-%m-%d %H:%M} UTC; the night reads it again.{last}"


def _describe_model(registry: "ModelRegistry") -> str:
    champion = registry.champion()
    if champion is None:
        return _describe_absence(registry)
    rmse = registry.metrics(champion).get("test_rmse")
    score = f"test RMSE {rmse:.2f}" if rmse is not None else "test RMSE unknown, since its MLflow run was deleted"
    return f"Model: version {champion.version} serves, {score}, trained on data {champion.data_version}."


def _describe_absence(registry: "ModelRegistry") -> str:
    former = registry.recent_champions(1)
    if not former:
        return "Model: none yet. Run `make retrain`."
    lost = "is no longer the champion in MLflow" if registry.find(former[0]) else "was deleted in MLflow"
    return (
        f"Model: no version serves. Version {former[0]}, the last champion, {lost}. "
        "Run `make rollback VERSION=…` or `make retrain`."
    )


def describe_watch(record: WatchRecord | None) -> str:
    """Return what the last watch found, in a line."""
    if record is None:
        return "Watch: none yet; it runs every day."
    since = f" since {record.since}" if record.since else ""
    problems = f" Data: {'; '.join(problem.message for problem in record.problems)}." if record.problems else ""
    return (
        f"Watch: {record.status}{since}, version {record.champion} on {record.days} days, "
        f"{record.checked_at:%Y-%m-%d %H:%M} UTC. Level at {record.level_share:.0%} of its alarm limit, "
        f"noise at {record.noise_share:.0%}.{problems} Decision: {record.decision}."
    )


def describe_decision(decision: Decision) -> tuple[str, list[str]]:
    """Return a headline and the lines below it: scores, reason, rule, requester."""
    by, at = decision.decided_by, f"{decision.decided_at:%Y-%m-%d %H:%M} UTC"
    progress = "" if decision.progress == "carried out" else f" ({_unfinished_note(decision)})"
    scores = [f"Scores: {text}" for text in filter(None, [_describe_scores(decision)])]
    return (
        f"{at}  Version {decision.version} {decision.outcome}{progress}",
        [*scores, f"Reason: {decision.reason}", f"Rule:   {decision.rule}", f"By:     {by}"],
    )


def _unfinished_note(decision: Decision) -> str:
    return "under way" if decision.progress == "begun" else "interrupted: not carried out"


def _describe_scores(decision: Decision) -> str:
    if decision.challenger_rmse is None:
        return ""
    ours, rows = f"RMSE {decision.challenger_rmse:.2f}", f" on {decision.rows} test rows"
    if decision.champion_rmse is None:
        return ours + rows
    confidence = f", confidence {decision.confidence:.0%}" if decision.confidence is not None else ""
    return f"{ours}, version {decision.champion_before} {decision.champion_rmse:.2f}{rows}{confidence}"


def _decision_list(registry: "ModelRegistry") -> Group:
    blocks: list[RenderableType] = [Text("Decisions, newest first", "bold")]
    for headline, lines in map(describe_decision, registry.decisions(MAX_DECISIONS)):
        blocks += [Text(headline), *(Padding(Text(line), (0, 0, 0, 2)) for line in lines)]
    return Group(*(blocks if len(blocks) > 1 else [Text("Decisions: none yet.")]))


def _run_table(client: "SyncPrefectClient") -> Table:
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterStartTime
    from prefect.client.schemas.sorting import FlowRunSort

    table = Table("Run", "State", "Message", title="Last runs")
    started = FlowRunFilter(start_time=FlowRunFilterStartTime(is_null_=False))
    for run in client.read_flow_runs(flow_run_filter=started, sort=FlowRunSort.START_TIME_DESC, limit=MAX_RUNS):
        table.add_row(run.name, run.state_name or "", (run.state.message if run.state else None) or "")
    return table
