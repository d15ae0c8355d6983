"""Trains by cause: the champion at the level since a change, judged on the days since. Only effects and their order."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
from prefect.artifacts import create_markdown_artifact

from flows.errors import CurableError
from flows.orchestration.promotion_tasks import servability_fault
from flows.orchestration.tasks import local_task, origin_tags, remote_task, requester
from flows.promotion.learning_request import LearningRequest
from flows.promotion.policy import Decision, LearnedLevel, PromotionRule
from flows.storage.data_store import DataStore, Manifest, StorageError
from flows.training.daily_rows import coded_days
from flows.training.training_data import TrainingData

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from flows.promotion.fresh_days import LevelJudgement
    from flows.tracking.model_registry import ModelRegistry
    from flows.tracking.versions import ModelVersion
    from flows.training.level import RescaledModel


class LoadedChampion(NamedTuple):
    """The version that serves, its model, its metadata, and what is usual for it."""

    version: "ModelVersion"
    model: "Pipeline"
    metadata: dict[str, Any]


def learn_level(
    registry: "ModelRegistry",
    store: DataStore,
    data: TrainingData,
    learning: LearningRequest,
    rule: PromotionRule,
    code: str,
) -> Decision:
    """Rescale the champion to the level since `learning.since`, register it, and promote it if it is better there.

    Raises:
        CurableError: no champion, too few days since the change, or the champion changed meanwhile.
    """
    champion = load_champion(registry)
    if champion is None:
        raise CurableError("No model serves, so there is none whose level could be learned: run `make retrain`.")
    days = load_days(store, data.manifest).filter(pl.col("Date") >= learning.since)
    reference = reference_of(store, champion)
    judged, candidate, learned = judge_candidate(champion, days, reference, data, rule)
    version = register_candidate(registry, data, champion, (candidate, learned), code)
    decision = _decision(version, champion.version, judged, candidate, learned, learning, rule)
    if fault := servability_fault(registry, version):
        decision = decision.model_copy(update={"outcome": "kept", "reason": f"it cannot be served: {fault}"})
    if not apply_level_decision(registry, decision, version.run_id):
        raise CurableError("The champion changed during the training: the next watch looks again.")
    create_markdown_artifact(_report(decision), "retrain-report", "Scores and the decision")
    return decision


@remote_task("load the champion")
def load_champion(registry: "ModelRegistry") -> LoadedChampion | None:
    """Load the version that serves; None before the first promotion."""
    version = registry.champion()
    if version is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        model = registry.load_model(version, Path(folder))
    return LoadedChampion(version, model, registry.metadata(version))


@remote_task("load the days of a data version")
def load_days(store: DataStore, manifest: Manifest) -> pl.DataFrame:
    """Load one row a day, with codes; outliers, which train does not have, among them."""
    split = pl.concat(
        [store.frame(manifest.version, name) for name in ("train.csv", "test.csv")], how="diagonal_relaxed"
    )
    if "days.csv" in manifest.files:
        days = store.frame(manifest.version, "days.csv")
    else:  # a version of an earlier release
        days = split.group_by("Date").agg(pl.col("Sales").sum())
    return coded_days(days, split, manifest.calendar)


@remote_task("load what is usual for the champion")
def reference_of(store: DataStore, champion: LoadedChampion) -> list[float]:
    """Return the champion's residuals, in units, on days that it was not trained on; none if its data is gone."""
    from flows.training.watched_days import honest_residuals

    if learned := champion.metadata.get("learned"):
        return list(learned["reference"])
    try:
        test = store.frame(champion.version.data_version, "test.csv")
    except StorageError:
        return []
    return list(honest_residuals(champion.model, test))


@local_task("learn the level and judge it")
def judge_candidate(
    champion: LoadedChampion, days: pl.DataFrame, reference: list[float], data: TrainingData, rule: PromotionRule
) -> "tuple[LevelJudgement, RescaledModel, LearnedLevel]":
    """Rescale the champion by all `days`, and judge that cross-fitted on the same days."""
    from flows.promotion.fresh_days import judge_level
    from flows.training.level import reference_residuals, rescale_champion
    from flows.training.watched_days import predict_days

    watched = predict_days(champion.model, days, champion.metadata)
    try:
        judged = judge_level(watched.actual, watched.predicted, rule)
    except ValueError as error:
        raise CurableError(f"The level cannot be learned: {error}.") from error
    learned = LearnedLevel(since=watched.days[0], days=len(days), until=watched.days[-1], factor=judged.factor)
    candidate = rescale_champion(champion.model, champion.metadata, judged.factor, data.test, data.manifest.version)
    candidate.metadata["learned"] = learned.model_dump(mode="json") | {
        "reference": reference_residuals(reference, judged.factor, judged.residuals)
    }
    return judged, candidate, learned


@remote_task("log and register")
def register_candidate(
    registry: "ModelRegistry",
    data: TrainingData,
    champion: LoadedChampion,
    trained: "tuple[RescaledModel, LearnedLevel]",
    code: str,
) -> "ModelVersion":
    """Log the rescaled champion in MLflow and register it as a new version."""
    from flows.tracking import runs

    candidate, learned = trained
    tags = {"data_version": data.manifest.version, "rescaled_from": champion.version.version}
    run_id = runs.start_run(registry.uri, f"level since {learned.since}", tags | origin_tags(), code)
    model_uri = runs.log_rescaled(registry.uri, run_id, data, candidate, learned)
    with tempfile.TemporaryDirectory() as folder:
        digest = registry.stored_digest(model_uri, Path(folder))
    return registry.register(model_uri, run_id, tags | {"model_sha256": digest, "fingerprint": ""})


def _decision(
    version: "ModelVersion",
    champion: "ModelVersion",
    judged: "LevelJudgement",
    candidate: "RescaledModel",
    learned: LearnedLevel,
    learning: LearningRequest,
    rule: PromotionRule,
) -> Decision:
    window = f"on the {learned.days} days from {learned.since} to {learned.until}, which decide, as the level changed"
    beside = f"on the stable test set, mostly days before the change, its RMSE is {candidate.test.rmse:.2f}"
    return Decision(
        outcome=judged.outcome,
        version=version.version,
        champion_before=champion.version,
        challenger_rmse=judged.challenger_rmse,
        champion_rmse=judged.champion_rmse,
        confidence=judged.confidence,
        rows=learned.days,
        rule=str(rule),
        reason=f"{judged.reason} {window}; {beside}",
        decided_by=requester(),
        cause=learning.cause,
        decision_id=learning.decision_id,
        evidence=learning.evidence,
        data_until=learned.until,
        learned=learned,
    )


@remote_task("record and carry out the decision")
def apply_level_decision(registry: "ModelRegistry", decision: Decision, run_id: str) -> bool:
    """Apply the decision and end its run; return False and change nothing if the champion has changed."""
    from flows.tracking import runs

    applied = registry.apply_decision(decision, run_id)
    runs.finish_run(registry.uri, run_id)
    return applied


def _report(decision: Decision) -> str:
    learned = f"Level times {decision.learned.factor:.3f}." if decision.learned else ""
    return (
        f"# Version {decision.version}: {decision.outcome}\n\n{decision.reason}.\n\n{learned}\n\n"
        f"Cause: {decision.cause}. {decision.evidence}\n\nRule: {decision.rule}. By {decision.decided_by}.\n"
    )
