"""Stores promotion decisions as tags of MLflow runs and model versions. Moves no alias."""

from collections.abc import Sequence
from typing import NamedTuple

from mlflow import MlflowClient
from mlflow.entities import Run, RunTag

from flows.promotion.policy import Decision

MODEL_NAME = "steam_sales_prediction_model_prod"
EXPERIMENT_NAME = "Sales Prediction"
DECISION_TAG = "steam_sales.decision"
PROGRESS_TAG = "steam_sales.decision_progress"
SUMMARY_TAG = "decision"
HAS_DECISION = f"tags.`{DECISION_TAG}` IS NOT NULL"
IS_OPEN = f"tags.`{PROGRESS_TAG}` = 'begun'"
# written by versions of this program that had no PROGRESS_TAG
HAS_NO_PROGRESS = f"{HAS_DECISION} AND tags.`{PROGRESS_TAG}` IS NULL"
IS_RUNNING = "attributes.status = 'RUNNING'"
MAX_OPEN_RUNS = 1000


class DecisionRecord(NamedTuple):
    """A decision, and the MLflow run that carries it."""

    run_id: str
    decision: Decision


class DecisionLog:
    """A write-ahead log: a run states the decision before it is applied, and the result afterwards."""

    def __init__(self, client: MlflowClient) -> None:
        self._client = client

    def begin(self, record: DecisionRecord) -> None:
        """Record a decision that is about to be applied."""
        self._write(record)

    def close(self, record: DecisionRecord) -> None:
        """Record the result, on the model versions first: a closed record is then always complete. Idempotent."""
        decision = record.decision
        if decision.progress == "carried out":
            for number in filter(None, dict.fromkeys((decision.version, decision.champion_before))):
                self._client.set_model_version_tag(MODEL_NAME, number, DECISION_TAG, decision.model_dump_json())
                self._client.set_model_version_tag(MODEL_NAME, number, SUMMARY_TAG, _summary(decision, number))
        self._write(record)

    def latest(self, limit: int) -> list[Decision]:
        """Return the decisions of the newest `limit` runs, newest first."""
        decisions = [record.decision for record in self._search(HAS_DECISION, limit)]
        return sorted(decisions, key=lambda decision: decision.decided_at, reverse=True)

    def open_records(self) -> list[DecisionRecord]:
        """Return the records that nobody has closed: their runs are under way or were killed."""
        found = [*self._search(IS_OPEN, MAX_OPEN_RUNS), *self._search(HAS_NO_PROGRESS, MAX_OPEN_RUNS)]
        return [record for record in found if record.decision.progress == "begun"]

    def end_unfinished_runs(self) -> None:
        """Set the experiment's running runs to KILLED. A run that is still alive sets itself to FINISHED later."""
        for run in self._runs(IS_RUNNING, MAX_OPEN_RUNS):
            self._client.set_terminated(run.info.run_id, "KILLED")

    def _write(self, record: DecisionRecord) -> None:
        decision = record.decision
        # one request, so that the two tags never disagree
        tags = [RunTag(DECISION_TAG, decision.model_dump_json()), RunTag(PROGRESS_TAG, decision.progress)]
        self._client.log_batch(record.run_id, tags=tags)

    def _search(self, filter_string: str, limit: int) -> list[DecisionRecord]:
        runs = self._runs(filter_string, limit)
        return [
            DecisionRecord(run.info.run_id, Decision.model_validate_json(run.data.tags[DECISION_TAG])) for run in runs
        ]

    def _runs(self, filter_string: str, limit: int) -> Sequence[Run]:
        experiment = self._client.get_experiment_by_name(EXPERIMENT_NAME)
        if experiment is None:
            return []
        return self._client.search_runs([experiment.experiment_id], filter_string, max_results=limit)


def _summary(decision: Decision, number: str) -> str:
    if number == decision.version:
        return f"{decision.outcome}: {decision.reason}"
    if decision.outcome == "kept":
        return f"stayed champion against version {decision.version}: {decision.reason}"
    return f"replaced by version {decision.version}: {decision.reason}"
