"""The tasks that compare a new version with the champion and decide which one serves."""

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from prefect import get_run_logger

from flows.errors import CurableError
from flows.orchestration.tasks import origin_tags, remote_task, requester
from flows.promotion.learning_request import LearningRequest
from flows.promotion.policy import Decision, Outcome, PromotionRule, apply_rule
from flows.storage.data_store import DataStore, StorageError
from flows.training.training_data import TrainingData

if TYPE_CHECKING:
    import polars as pl

    from flows.promotion.comparison import Comparison
    from flows.tracking.model_registry import ModelRegistry
    from flows.tracking.versions import ModelVersion
    from flows.training.train import TrainingResult

MAX_COMPARISONS = 5


@remote_task("close what was cut off")
def prepare_registry(registry: "ModelRegistry", code: str) -> None:
    """Bring the registry into a state to train on, before the long work.

    Restore a deleted experiment, close the decisions of killed runs, and replace a champion that cannot serve any more
    by the last former champion that can.
    """
    logger = get_run_logger()
    if registry.restore_experiment():
        logger.warning("The MLflow experiment was deleted, with the runs that hold every decision: it was restored.")
    if closed := registry.close_interrupted():
        logger.warning("%d decisions were interrupted: `make status` shows their results.", closed)
    if replaced := _replace_lost_champion(registry, code):
        logger.warning("%s", replaced)


def _replace_lost_champion(registry: "ModelRegistry", code: str) -> str:
    from flows.tracking import runs
    from flows.tracking.serving_check import find_usable_champion

    usable = find_usable_champion(registry)
    if not usable.reason:
        return ""
    if usable.version is None:
        return f"{_sentence(usable.reason)}. No earlier champion can be served, so the next version will be promoted."
    champion = registry.champion()
    decision = Decision(
        outcome="rolled back",
        version=usable.version.version,
        champion_before=champion.version if champion else None,
        rule="a champion that is lost is replaced by the last one that can serve",
        reason=usable.reason,
        decided_by=requester(),
    )
    run_id = runs.start_run(registry.uri, f"restore version {usable.version.version}", origin_tags(), code)
    registry.apply_decision(decision, run_id)
    runs.finish_run(registry.uri, run_id)
    return f"{_sentence(usable.reason)}: version {usable.version.version} serves again."


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]


def compare_and_promote(
    registry: "ModelRegistry",
    store: DataStore,
    version: "ModelVersion",
    result: "TrainingResult",
    data: TrainingData,
    asked: tuple[PromotionRule, LearningRequest],
) -> "tuple[Decision, Comparison | None]":
    """Compare with the champion and apply the decision; repeat if the champion changed in between.

    Raises CurableError if the new version cannot be served; the decision not to promote it is recorded first.
    """
    fault = servability_fault(registry, version)
    for _ in range(MAX_COMPARISONS):
        champion = read_champion(registry)
        comparison = compare_with(registry, store, champion, result, data) if champion and not fault else None
        decision = build_decision(version, champion, result, comparison, *asked, data)
        if fault:
            decision = decision.model_copy(update={"outcome": "kept", "reason": f"it cannot be served: {fault}"})
        if apply_decision(registry, decision, version.run_id):
            break
    else:
        raise CurableError("The champion changed five times in a row: run `make retrain` when nobody else trains.")
    if fault:
        raise CurableError(f"Version {version.version} cannot be served and was not promoted: {fault}.")
    return decision, comparison


@remote_task("check that the version can be served")
def servability_fault(registry: "ModelRegistry", version: "ModelVersion") -> str:
    """Return why the API would refuse the version, empty if it would serve it."""
    from flows.tracking.serving_check import why_not_servable

    return why_not_servable(registry, version)


@remote_task("read the champion")
def read_champion(registry: "ModelRegistry") -> "ModelVersion | None":
    """Return the current champion."""
    return registry.champion()


@remote_task("score champion and challenger")
def compare_with(
    registry: "ModelRegistry", store: DataStore, champion: "ModelVersion", result: "TrainingResult", data: TrainingData
) -> "Comparison | None":
    """Score both on the same rows of the current test set; return None if the champion cannot be loaded."""
    from flows.promotion.comparison import compare
    from flows.tracking.errors import RegistryError

    with tempfile.TemporaryDirectory() as folder:
        try:
            model = registry.load_model(champion, Path(folder))
        except RegistryError as error:
            get_run_logger().warning("%s", error)
            return None
    learned = registry.metadata(champion).get("learned")
    since = date.fromisoformat(learned["since"]) if learned else None
    return compare(result.search.model, model, data.test, training_rows(store, champion), since)


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
    learning: LearningRequest,
    data: TrainingData,
) -> Decision:
    """Apply the rule and return the decision as a record."""
    shown = (comparison.decisive or comparison) if comparison else None
    ours = shown.challenger if shown else result.test
    theirs = shown.champion.rmse if shown else None
    confidence = shown.confidence if shown else None
    outcome, reason = apply_rule(rule, ours.rmse, theirs, confidence)
    if comparison and comparison.since:
        outcome, reason = _judge_after_change(comparison, outcome, reason)
    if champion and comparison is None:
        reason = f"version {champion.version}, the champion, cannot be loaded any more"
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
        cause=learning.cause,
        decision_id=learning.decision_id,
        evidence=learning.evidence,
        data_until=data.manifest.days[1] if data.manifest.days else None,
    )


def _judge_after_change(comparison: "Comparison", outcome: Outcome, reason: str) -> tuple[Outcome, str]:
    """Say which days decide if the champion learned a change: only test days since then, once there are enough."""
    from flows.promotion.comparison import MIN_RECENT_ROWS

    learned = f"version in use learned the level since {comparison.since}"
    if comparison.recent is None:
        return "kept", f"the {learned}, and fewer than {MIN_RECENT_ROWS} test days are known since then"
    whole = f"RMSE {comparison.challenger.rmse:.2f} against {comparison.champion.rmse:.2f}"
    window = f"on the test days since {comparison.since}, which decide, as the {learned}"
    return outcome, f"{reason} {window}; on all test days: {whole}"


@remote_task("record and carry out the decision")
def apply_decision(registry: "ModelRegistry", decision: Decision, run_id: str) -> bool:
    """Apply the decision; return False and change nothing if the champion has changed."""
    return registry.apply_decision(decision, run_id)
