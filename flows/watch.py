"""The flow `watch_sales_model`: does the champion still fit what is sold? Only effects and their order."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl
from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.states import Completed

from domain.calendar import CalendarFit
from flows.errors import CurableError
from flows.level_training import LoadedChampion, load_champion, load_days, reference_of
from flows.monitoring.messages import alert, report
from flows.monitoring.watch_record import WatchRecord, notes_of, record_of
from flows.orchestration.alerts import parse_targets, send_alert
from flows.orchestration.tasks import fail_with_message, local_task, remote_task
from flows.orchestration.training_request import request_training
from flows.promotion.learning_policy import (
    ALARM_RULE,
    REFINEMENT_RULE,
    Evidence,
    LearningDecision,
    LearningRule,
    decide,
)
from flows.promotion.learning_state import LearningState, learning_state
from flows.settings import Settings
from flows.storage.data_store import DataStore, Manifest, StorageError

if TYPE_CHECKING:
    from flows.monitoring.data_checks import Problem
    from flows.monitoring.examine import Examination
    from flows.promotion.policy import Decision
    from flows.tracking.model_registry import ModelRegistry
    from flows.training.watched_days import WatchedDays

ALARM_EVENT = "steam-sales.watch.alarm"
MAX_DECISIONS = 500


class Findings(NamedTuple):
    """The champion on the newest days: how it did, what is wrong with the data, and what was learned before."""

    found: "Examination"
    watched: "WatchedDays"
    problems: "list[Problem]"
    state: LearningState


@flow(name="watch_sales_model", persist_result=False)
@fail_with_message(CurableError)
def watch_sales_model(
    today: date | None = None,
    rule: LearningRule = LearningRule(),  # noqa: B008 - frozen, and Prefect shows its fields as the form
) -> State[str]:
    """Hold what was sold since the champion's training against its predictions; raise an alarm, train by cause.

    Args:
        today: the day to look from; days after it are ignored. The current day in UTC if empty.
        rule: when evidence leads to a training.
    """
    settings, today = Settings(), today or datetime.now(UTC).date()
    targets = parse_targets(settings.alert_urls.get_secret_value() if settings.alert_urls else "")
    registry = connect(settings.mlflow_url)
    store = DataStore(settings.data_store_url, settings.s3_options)
    champion = load_champion(registry)
    if champion is None:
        return Completed(message="No model serves yet: there is nothing to watch.")
    manifest, before = current_data(store), read_record(registry)
    days = load_days(store, manifest).filter(pl.col("Date") <= today)
    if days.is_empty():
        raise CurableError(f"Data version {manifest.version} has no day up to {today}: give a later day.")
    known_until = last_known_day(store, champion)
    findings = inspect(champion, days, reference_of(store, champion), (past_decisions(registry), known_until), today)
    decision = decide(evidence_of(findings, champion, manifest, today), rule)
    record = build_record(findings, champion, before)
    record = record.model_copy(update=carry_out(decision, record))
    write_record(registry, record)
    create_markdown_artifact(report(record), "watch-report", "Whether the model still fits what is sold")
    if record.has_news:
        title, body = alert(record, settings.alert_language)
        get_run_logger().warning("%s\n%s", title, body)
        emit_event(ALARM_EVENT, resource={"prefect.resource.id": f"steam-sales.model.{record.champion}"},
                   payload=record.model_dump(mode="json"))  # fmt: skip
        send_alert(targets, title, body, get_run_logger())
    if record.reported != record.reportable:
        write_record(registry, record.model_copy(update={"reported": record.reportable}))
    return Completed(message=summary(record))


def connect(uri: str) -> "ModelRegistry":
    """Connect to the registry. Imported here, since importing MLflow takes seconds."""
    from flows.tracking.model_registry import ModelRegistry

    return ModelRegistry(uri)


@remote_task("look at the current version")
def current_data(store: DataStore) -> Manifest:
    """Return the manifest of the data in use."""
    return store.current()


@remote_task("read the last watch")
def read_record(registry: "ModelRegistry") -> WatchRecord | None:
    """Return what the last watch found."""
    from flows.tracking.watch_log import WatchLog

    return WatchLog(registry.uri).read()


@remote_task("write down what was found")
def write_record(registry: "ModelRegistry", record: WatchRecord) -> None:
    """Replace the record of the last watch."""
    from flows.tracking.watch_log import WatchLog

    WatchLog(registry.uri).write(record)


@remote_task("read past decisions")
def past_decisions(registry: "ModelRegistry") -> "Sequence[Decision]":
    """Return the newest decisions, newest first."""
    return registry.decisions(MAX_DECISIONS)


@remote_task("find the last day that the champion knew")
def last_known_day(store: DataStore, champion: LoadedChampion) -> date | None:
    """Return the last day of what the champion was trained on; None if its data is gone."""
    if learned := champion.metadata.get("learned"):
        return date.fromisoformat(learned["until"])
    try:
        names = ("train.csv", "test.csv")
        return max(store.frame(champion.version.data_version, name)["Date"].max() for name in names)  # type: ignore[type-var, return-value]
    except StorageError:
        return None


@local_task("examine the newest days")
def inspect(
    champion: LoadedChampion,
    days: pl.DataFrame,
    reference: list[float],
    past: "tuple[Sequence[Decision], date | None]",
    today: date,
) -> Findings:
    """Predict the days that the champion did not know, examine the errors, and check the data."""
    from flows.monitoring import data_checks
    from flows.monitoring.examine import examine
    from flows.training.daily_rows import count_code_mismatches
    from flows.training.watched_days import predict_days

    state = learning_state(champion.version.version, champion.metadata, *past)
    first = state.watched_after + timedelta(1) if state.watched_after else today
    watched = predict_days(champion.model, days.filter(pl.col("Date") >= first), champion.metadata)
    found = examine(np.array(reference, dtype=np.float64), watched.days, watched.residuals)
    problems = data_checks.find_problems(days["Date"].to_list(), days["Sales"].to_numpy().astype(np.float64), today)
    new_rows = days.filter(pl.col("Date") >= first)
    calendar = champion.metadata.get("calendar")
    mismatched = count_code_mismatches(new_rows, CalendarFit.model_validate(calendar) if calendar else None)
    notes = [
        data_checks.find_code_mismatch(mismatched, len(new_rows)),
        data_checks.find_low_coverage(watched.inside_interval, champion.metadata["interval"]["level"]),
    ]
    return Findings(found, watched, [*problems, *(note for note in notes if note)], state)


def evidence_of(findings: Findings, champion: LoadedChampion, manifest: Manifest, today: date) -> Evidence:
    """Put together what the policy decides on. New data starts a training by an event of its own."""
    found, watched, problems, state = findings
    since = found.since or (state.learned.since if state.learned else None)
    last_day = watched.days[-1] if watched.days else state.watched_after
    return Evidence(
        today=today,
        champion_version=champion.version.version,
        trained_on=state.last_training or datetime.fromisoformat(champion.metadata["trained_at"]).date(),
        data_version=manifest.version,
        change=found.change,
        change_since=found.since,
        raised_on=found.raised_on,
        days_since_change=(last_day - since).days + 1 if since and last_day else 0,
        champion_learned=state.learned,
        last_alarm_training=state.last_alarm_training,
        data_problems=tuple(problem.message for problem in problems if problem.blocks),
    )


def build_record(findings: Findings, champion: LoadedChampion, before: WatchRecord | None) -> WatchRecord:
    """Put what was found into the record that the API and the next watch read."""
    found, watched, problems, state = findings
    after = watched.since(found.since).predicted if found.since else np.empty(0)
    share = found.shift / float(np.mean(after)) if found.shift is not None and len(after) else None
    return record_of(
        found,
        champion.version.version,
        datetime.now(UTC),
        watched_from=state.watched_after + timedelta(1) if state.watched_after else None,
        last_day=watched.days[-1] if watched.days else None,
        shift_share=share,
        problems=notes_of(problems),
        reported=before.reported if before else (),
    )


def carry_out(decision: LearningDecision, record: WatchRecord) -> dict[str, str]:
    """Start the training that the policy decided on; return `decision` and `decision_id` of the record."""
    if not decision.train:
        why = "; ".join([decision.reason, *decision.blocks])
        return {"decision": f"no training: {why}", "decision_id": ""}
    rule = REFINEMENT_RULE if decision.cause == "refinement" else ALARM_RULE
    learning = {
        "since": decision.since and decision.since.isoformat(),
        "cause": decision.cause,
        "decision_id": decision.decision_id,
        "evidence": f"{decision.reason}. Level at {record.level_share:.2f} of its limit, noise at "
        f"{record.noise_share:.2f}, martingale {record.martingale:.3g}, up to {record.last_day}",
    }
    name = start_training(decision.decision_id, {"rule": rule.model_dump(), "learning": learning})
    return {
        "decision": f"a training was started (run {name}), as {decision.reason}",
        "decision_id": decision.decision_id,
    }


@remote_task("start a training")
def start_training(decision_id: str, parameters: dict[str, object]) -> str:
    """Start the training once for this cause; return the name of its run."""
    return request_training(decision_id, parameters)


def summary(record: WatchRecord) -> str:
    """Return the watch in a line."""
    problems = f" Data: {'; '.join(p.message for p in record.problems)}." if record.problems else ""
    since = f" since {record.since}" if record.since else ""
    return f"Version {record.champion}: {record.status}{since}.{problems} Decision: {record.decision}."
