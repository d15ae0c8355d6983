"""The flow `retrain_and_promote_sales_model`: search, train, compare, promote. Only effects and their order."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
import polars as pl
from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.errors import CurableError
from flows.level_training import learn_level
from flows.orchestration.progress import ProgressArtifact
from flows.orchestration.promotion_tasks import compare_and_promote, prepare_registry
from flows.orchestration.reports import retrain_report
from flows.orchestration.tasks import fail_with_message, local_task, origin_tags, remote_task
from flows.promotion.learning_request import LearningRequest
from flows.promotion.policy import PromotionRule
from flows.search import DEFAULT_GRID, SearchError
from flows.settings import Settings
from flows.storage.data_store import DataStore
from flows.training.candidates import Candidates
from flows.training.training_data import Grid, TrainingConfig, TrainingData, training_fingerprint

if TYPE_CHECKING:
    from flows.promotion.policy import Decision
    from flows.tracking.model_registry import ModelRegistry
    from flows.tracking.versions import ModelVersion
    from flows.training.train import TrainingResult

GRID = cast("Grid", {name: list(values) for name, values in DEFAULT_GRID.items()})
FOREST_ONLY: Candidates = ["forest"]
MAX_EARLIER_DECISIONS = 500


@flow(name="retrain_and_promote_sales_model", persist_result=False)
@fail_with_message(CurableError, SearchError)
def retrain_and_promote_sales_model(
    grid: Grid = GRID,
    candidates: Candidates = FOREST_ONLY,
    date_features: bool | Literal["auto"] = False,
    rule: PromotionRule = PromotionRule(),  # noqa: B008 - frozen, and Prefect shows its fields as the form
    seed: int = 42,
    skip_unchanged: bool = False,
    learning: LearningRequest = LearningRequest(),  # noqa: B008 - frozen, as the rule
) -> State[str]:
    """Search on the current data, log and register the best model, and promote it if it beats the champion.

    Args:
        grid: values to try for each parameter of RandomForestRegressor.
        candidates: kinds of model that compete by cross-validated score: forest, linear, boosting.
        date_features: use trend and day of year too; such a model needs a Date in every request. auto: if they help.
        rule: what the challenger must achieve; by default, the lower RMSE wins.
        seed: random seed of forest and boosting.
        skip_unchanged: train nothing if data, parameters and code are those of the newest version.
        learning: what started the training, and the change that it has to learn; the watch fills it in.
    """
    settings = Settings()
    store = DataStore(settings.data_store_url, settings.s3_options)
    data = load_data(store)
    refuse_broken(data)
    registry = connect(settings.mlflow_url)
    config = TrainingConfig(grid, seed, candidates, date_features)
    code = code_version(settings.code_version)
    prepare_registry(registry, code)
    if learning.decision_id and (done := find_carried_out(registry, learning.decision_id)):
        return Completed(message=f"This cause was trained for before: version {done.version} {done.outcome}.")
    if learning.since:
        decided = learn_level(registry, store, data, learning, rule, code)
        return Completed(message=f"Version {decided.version} {decided.outcome}: {decided.reason}.")
    fingerprint = training_fingerprint(data.manifest, config, code)
    if skip_unchanged and (same := find_unchanged(registry, fingerprint)):
        return Completed(message=f"Data, parameters and code are those of version {same.version}: nothing to train.")
    result = search_and_score(data, config, settings.dask_scheduler)
    run_id = start_run(registry, data, fingerprint, code)
    version = log_and_register(registry, run_id, data, result, fingerprint)
    decision, comparison = compare_and_promote(registry, store, version, result, data, (rule, learning))
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


def refuse_broken(data: TrainingData) -> None:
    """Raise CurableError if the newest days cannot be true, as if all of them sold nothing."""
    from flows.monitoring.data_checks import find_constant_days

    days = pl.concat([data.train, data.test], how="diagonal_relaxed").group_by("Date").agg(pl.col("Sales").sum())
    if problem := find_constant_days(days.sort("Date")["Sales"].to_numpy().astype(np.float64)):
        raise CurableError(
            f"Nothing was trained: in data version {data.manifest.version}, {problem.message}. Correct the source and "
            "run `make etl`, or go back with `make rollback-data`."
        )


@remote_task("look for the same cause")
def find_carried_out(registry: "ModelRegistry", decision_id: str) -> "Decision | None":
    """Return the decision of an earlier run that was started by the same cause."""
    same = (found for found in registry.decisions(MAX_EARLIER_DECISIONS) if found.decision_id == decision_id)
    return next((found for found in same if found.progress == "carried out"), None)


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
