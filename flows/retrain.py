"""The flow `retrain_and_promote_sales_model`: search, train, compare, promote. Only effects and their order."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.errors import CurableError
from flows.orchestration.progress import ProgressArtifact
from flows.orchestration.reports import retrain_report
from flows.orchestration.tasks import fail_with_message, local_task, origin_tags, remote_task, requester
from flows.promotion.policy import Decision, PromotionRule, apply_rule
from flows.search import DEFAULT_GRID, SearchError
from flows.settings import Settings
from flows.storage.data_store import DataStore, StorageError
from flows.training.candidates import Candidates
from flows.training.training_data import Grid, TrainingConfig, TrainingData, training_fingerprint

if TYPE_CHECKING:
    import polars as pl

    from flows.promotion.comparison import Comparison
    from flows.tracking.model_registry import ModelRegistry, ModelVersion
    from flows.training.train import TrainingResult

GRID = cast("Grid", {name: list(values) for name, values in DEFAULT_GRID.items()})
FOREST_ONLY: Candidates = ["forest"]
MAX_COMPARISONS = 5


@flow(name="retrain_and_promote_sales_model", persist_result=False)
@fail_with_message(CurableError, SearchError)
def retrain_and_promote_sales_model(
    grid: Grid = GRID,
    candidates: Candidates = FOREST_ONLY,
    date_features: bool | Literal["auto"] = False,
    rule: PromotionRule = PromotionRule(),  # noqa: B008 - frozen, and Prefect shows its fields as the form
    seed: int = 42,
    skip_unchanged: bool = False,
) -> State[str]:
    """Search on the current data, log and register the best model, and promote it if it beats the champion.

    Args:
        grid: values to try for each parameter of RandomForestRegressor.
        candidates: kinds of model that compete by cross-validated score: forest, linear, boosting.
        date_features: use trend and day of year too; such a model needs a Date in every request. auto: if they help.
        rule: what the challenger must achieve; by default, the lower RMSE wins.
        seed: random seed of forest and boosting.
        skip_unchanged: train nothing if data, parameters and code are those of the newest version.
    """
    settings = Settings()
    store = DataStore(settings.data_store_url, settings.s3_options)
    data = load_data(store)
    registry = connect(settings.mlflow_url)
    close_interrupted(registry)
    config = TrainingConfig(grid, seed, candidates, date_features)
    code = code_version(settings.code_version)
    fingerprint = training_fingerprint(data.manifest, config, code)
    if skip_unchanged and (same := find_unchanged(registry, fingerprint)):
        return Completed(message=f"Data, parameters and code are those of version {same.version}: nothing to train.")
    result = search_and_score(data, config, settings.dask_scheduler)
    run_id = start_run(registry, data, fingerprint, code)
    version = log_and_register(registry, run_id, data, result, fingerprint)
    decision, comparison = compare_and_promote(registry, store, version, result, data, rule)
    create_markdown_artifact(retrain_report(decision, result, comparison), "retrain-report", "Scores and the decision")
    return Completed(message=f"Version {decision.version} {decision.outcome}: {decision.reason}.")


def code_version(configured: str | None) -> str:
    """Return the version of our code."""
    from flows.tracking import runs

    return runs.code_version(configured)


def connect(uri: str) -> "ModelRegistry":
    """Connect to the registry. Imported here, since importing MLflow takes seconds."""
    from flows.tracking.model_registry import ModelRegistry

    return ModelRegistry(uri)


@remote_task("load train and test")
def load_data(store: DataStore) -> TrainingData:
    """Load the current data version."""
    manifest = store.current()
    train, test = (store.frame(manifest.version, name) for name in ("train.csv", "test.csv"))
    return TrainingData(manifest, store.url(manifest.version), train, test)


@remote_task("close what was cut off")
def close_interrupted(registry: "ModelRegistry") -> None:
    """Close the decisions of killed runs before a new decision is made."""
    if closed := registry.close_interrupted():
        get_run_logger().warning("%d decisions were interrupted: `make status` shows their results.", closed)


@remote_task("look for an equal version")
def find_unchanged(registry: "ModelRegistry", fingerprint: str) -> "ModelVersion | None":
    """Return the newest version if it has this fingerprint and a decision.

    A version without a decision comes from a killed run and is trained again. Without a champion, as after the alias
    was deleted by hand, training is always needed.
    """
    newest = registry.latest()
    unchanged = newest and newest.has_decision and newest.fingerprint == fingerprint and registry.champion()
    return newest if unchanged else None


@local_task("search, train and score")
def search_and_score(data: TrainingData, config: TrainingConfig, scheduler: str | None) -> "TrainingResult":
    """Train the best model and score it beside the naive predictions."""
    from flows.orchestration.dask_executor import open_executor
    from flows.training.train import train

    with open_executor(scheduler) as executor:
        return train(data.train, data.test, config, ProgressArtifact("Search"), executor)


@remote_task("begin the MLflow run")
def start_run(registry: "ModelRegistry", data: TrainingData, fingerprint: str, code: str) -> str:
    """Start an MLflow run for the training."""
    from flows.tracking import runs

    tags = {"data_version": data.manifest.version, "fingerprint": fingerprint} | origin_tags()
    return runs.start_run(registry.uri, f"retrain {data.manifest.version}", tags, code)


@remote_task("log and register")
def log_and_register(
    registry: "ModelRegistry", run_id: str, data: TrainingData, result: "TrainingResult", fingerprint: str
) -> "ModelVersion":
    """Log the training in MLflow and register its model as a new version."""
    from flows.tracking import runs

    with tempfile.TemporaryDirectory() as folder:
        model_uri = runs.log_training(registry.uri, run_id, data, result)
        tags = {
            "model_sha256": registry.stored_digest(model_uri, Path(folder)),
            "data_version": data.manifest.version,
            "fingerprint": fingerprint,
        }
        return registry.register(model_uri, run_id, tags)


def compare_and_promote(
    registry: "ModelRegistry",
    store: DataStore,
    version: "ModelVersion",
    result: "TrainingResult",
    data: TrainingData,
    rule: PromotionRule,
) -> "tuple[Decision, Comparison | None]":
    """Compare with the champion and apply the decision; repeat if the champion changed in between."""
    for _ in range(MAX_COMPARISONS):
        champion = read_champion(registry)
        comparison = compare_with(registry, store, champion, result, data) if champion else None
        decision = build_decision(version, champion, result, comparison, rule)
        if apply_decision(registry, decision, version.run_id):
            return decision, comparison
    raise CurableError("The champion changed five times during the comparison: run `make retrain` when it is quiet.")


@remote_task("read the champion")
def read_champion(registry: "ModelRegistry") -> "ModelVersion | None":
    """Return the current champion."""
    return registry.champion()


@remote_task("score champion and challenger")
def compare_with(
    registry: "ModelRegistry", store: DataStore, champion: "ModelVersion", result: "TrainingResult", data: TrainingData
) -> "Comparison":
    """Score both on the same rows of the current test set."""
    from flows.promotion.comparison import compare

    with tempfile.TemporaryDirectory() as folder:
        model = registry.load_model(champion, Path(folder))
    return compare(result.search.model, model, data.test, training_rows(store, champion))


def training_rows(store: DataStore, champion: "ModelVersion") -> "pl.DataFrame | None":
    """Return the rows that a version was trained on, None if its data version is gone."""
    try:
        return store.frame(champion.data_version, "train.csv")
    except StorageError:
        return None


def build_decision(
    version: "ModelVersion",
    champion: "ModelVersion | None",
    result: "TrainingResult",
    comparison: "Comparison | None",
    rule: PromotionRule,
) -> Decision:
    """Apply the rule and return the decision as a record."""
    ours = comparison.challenger if comparison else result.test
    theirs = comparison.champion.rmse if comparison else None
    confidence = comparison.confidence if comparison else None
    outcome, reason = apply_rule(rule, ours.rmse, theirs, confidence)
    return Decision(
        outcome=outcome,
        version=version.version,
        champion_before=champion.version if champion else None,
        challenger_rmse=ours.rmse,
        champion_rmse=theirs,
        confidence=confidence,
        rows=ours.rows,
        rule=str(rule),
        reason=reason,
        decided_by=requester(),
    )


@remote_task("record and carry out the decision")
def apply_decision(registry: "ModelRegistry", decision: Decision, run_id: str) -> bool:
    """Apply the decision; return False and change nothing if the champion has changed."""
    return registry.apply_decision(decision, run_id)
