"""The flow `retrain_and_promote_sales_model`: search, train, compare, promote. Thin: effects and their order only."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.errors import CurableError
from flows.orchestration.progress import Progress
from flows.orchestration.reports import retrain_report
from flows.orchestration.tasks import asked_by, local_step, origin, plainly, remote_step
from flows.promotion.policy import Decision, Rule, judge
from flows.search import DEFAULT_GRID, SearchError
from flows.settings import Settings
from flows.storage.data_store import DataStore, StorageError
from flows.training.candidates import Candidates
from flows.training.training_data import Grid, Recipe, TrainingData, fingerprint

if TYPE_CHECKING:
    import polars as pl

    from flows.promotion.comparison import Comparison
    from flows.tracking.model_registry import Registry, Stored
    from flows.training.train import Trained

GRID = cast("Grid", {name: list(values) for name, values in DEFAULT_GRID.items()})
FOREST_ONLY: Candidates = ["forest"]
ROUNDS = 5


@flow(name="retrain_and_promote_sales_model", persist_result=False)
@plainly(CurableError, SearchError)
def retrain_and_promote_sales_model(
    grid: Grid = GRID,
    candidates: Candidates = FOREST_ONLY,
    date_features: bool = False,
    rule: Rule = Rule(),  # noqa: B008 - frozen, and Prefect shows its fields as the form
    seed: int = 42,
    skip_unchanged: bool = False,
) -> State[str]:
    """Search on the current data, log and register the winner, and promote it if it beats the champion.

    Args:
        grid: values to try for each parameter of RandomForestRegressor.
        candidates: kinds of model that compete, by cross-validated score: forest, linear, boosting.
        date_features: learn from trend and day of year too; such a model is asked by Date only.
        rule: what the challenger has to show; by default, the lower RMSE wins.
        seed: of forest and boosting.
        skip_unchanged: train nothing when data, parameters and code are those of the newest version.
    """
    settings = Settings()
    store = DataStore(settings.data_store_url, settings.s3_options)
    data = load_data(store)
    registry = connect(settings.mlflow_url)
    settle(registry)
    recipe = Recipe(grid, seed, candidates, date_features)
    code = code_version(settings.code_version)
    mark = fingerprint(data.manifest, recipe, code)
    if skip_unchanged and (same := newest_with(registry, mark)):
        return Completed(message=f"Data, parameters and code are those of version {same.version}: nothing to train.")
    trained = search_and_score(data, recipe, settings.dask_scheduler)
    run_id = begin_run(registry, data, mark, code)
    stored = log_and_register(registry, run_id, data, trained, mark)
    decision, comparison = decide(registry, store, stored, trained, data, rule)
    create_markdown_artifact(retrain_report(decision, trained, comparison), "retrain-report", "Scores and the decision")
    return Completed(message=f"Version {decision.version} {decision.outcome}: {decision.reason}.")


def code_version(asked: str | None) -> str:
    """The version of our code."""
    from flows.tracking import runs

    return runs.code_version(asked)


def connect(uri: str) -> "Registry":
    """The registry; imported here, since MLflow takes seconds that a skipped step need not pay."""
    from flows.tracking.model_registry import Registry

    return Registry(uri)


@remote_step("load train and test")
def load_data(store: DataStore) -> TrainingData:
    """The current version of the data."""
    manifest = store.current()
    train, test = (store.frame(manifest.version, name) for name in ("train.csv", "test.csv"))
    return TrainingData(manifest, store.url(manifest.version), train, test)


@remote_step("close what was cut off")
def settle(registry: "Registry") -> None:
    """Say of decisions of killed runs what became of them, before new ones are made."""
    if cut_off := registry.settle():
        get_run_logger().warning("%d decisions were cut off: `make status` says what became of them.", cut_off)


@remote_step("look for an equal version")
def newest_with(registry: "Registry", mark: str) -> "Stored | None":
    """The newest version, if it was trained on the same and decided on: one of a killed run has to be made again.

    None where no version serves, as after the alias was taken away by hand.
    """
    newest = registry.newest()
    same = newest and newest.decided and newest.fingerprint == mark and registry.champion()
    return newest if same else None


@local_step("search, train and score")
def search_and_score(data: TrainingData, recipe: Recipe, scheduler: str | None) -> "Trained":
    """The winner of the search, with its scores beside the naive references."""
    from flows.orchestration.dask_executor import spreading
    from flows.training.train import train

    with spreading(scheduler) as spread:
        return train(data.train, data.test, recipe, Progress("Search"), spread)


@remote_step("begin the MLflow run")
def begin_run(registry: "Registry", data: TrainingData, mark: str, code: str) -> str:
    """An MLflow run for what follows."""
    from flows.tracking import runs

    tags = {"data_version": data.manifest.version, "fingerprint": mark} | origin()
    return runs.start(registry.uri, f"retrain {data.manifest.version}", tags, code)


@remote_step("log and register")
def log_and_register(registry: "Registry", run_id: str, data: TrainingData, trained: "Trained", mark: str) -> "Stored":
    """Everything about the training in MLflow, and the model as a new version."""
    from flows.tracking import runs

    with tempfile.TemporaryDirectory() as folder:
        model_uri = runs.log(registry.uri, run_id, data, trained)
        tags = {
            "model_sha256": registry.digest_of(model_uri, Path(folder)),
            "data_version": data.manifest.version,
            "fingerprint": mark,
        }
        return registry.register(model_uri, run_id, tags)


def decide(
    registry: "Registry", store: DataStore, stored: "Stored", trained: "Trained", data: TrainingData, rule: Rule
) -> "tuple[Decision, Comparison | None]":
    """Compare, record and carry out; again if the champion changed in between."""
    for _ in range(ROUNDS):
        champion = read_champion(registry)
        comparison = compare_with(registry, store, champion, trained, data) if champion else None
        decision = word(stored, champion, trained, comparison, rule)
        if carry_out(registry, decision, stored.run_id):
            return decision, comparison
    raise CurableError("The champion changed five times during the comparison: run `make retrain` when it is quiet.")


@remote_step("read the champion")
def read_champion(registry: "Registry") -> "Stored | None":
    """Who serves now."""
    return registry.champion()


@remote_step("score champion and challenger")
def compare_with(
    registry: "Registry", store: DataStore, champion: "Stored", trained: "Trained", data: TrainingData
) -> "Comparison":
    """Both afresh on the same test rows."""
    from flows.promotion.comparison import compare

    with tempfile.TemporaryDirectory() as folder:
        model = registry.load(champion, Path(folder))
    return compare(trained.search.model, model, data.test, trained_on(store, champion))


def trained_on(store: DataStore, champion: "Stored") -> "pl.DataFrame | None":
    """The rows a version learned from, None when its data is gone."""
    try:
        return store.frame(champion.data_version, "train.csv")
    except StorageError:
        return None


def word(
    stored: "Stored", champion: "Stored | None", trained: "Trained", comparison: "Comparison | None", rule: Rule
) -> Decision:
    """The record of what the rule says."""
    ours = comparison.challenger if comparison else trained.test
    theirs = comparison.champion.rmse if comparison else None
    confidence = comparison.confidence if comparison else None
    outcome, reason = judge(rule, ours.rmse, theirs, confidence)
    return Decision(
        outcome=outcome,
        version=stored.version,
        champion_before=champion.version if champion else None,
        challenger_rmse=ours.rmse,
        champion_rmse=theirs,
        confidence=confidence,
        rows=ours.rows,
        rule=str(rule),
        reason=reason,
        decided_by=asked_by(),
    )


@remote_step("record and carry out the decision")
def carry_out(registry: "Registry", decision: Decision, run_id: str) -> bool:
    """False, and nothing done, when somebody else is champion by now."""
    return registry.decide(decision, run_id)
