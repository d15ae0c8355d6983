"""Stores promotion decisions as tags of MLflow runs and model versions. Moves no alias."""

import logging
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from mlflow import MlflowClient
from mlflow.entities import LifecycleStage, Run, RunTag
from pydantic import ValidationError

from flows.promotion.policy import Decision
from flows.tracking.errors import RegistryError, absent_ignored
from flows.tracking.paging import PAGE_SIZE, all_pages

logger = logging.getLogger(__name__)

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


class DecisionRecord(NamedTuple):
    """A decision, and the MLflow run that carries it."""

    run_id: str
    decision: Decision


class DecisionLog:
    """A write-ahead log: a run states the decision before it is applied, and the result afterwards."""

    def __init__(self, client: MlflowClient) -> None:
        self._client = client

    def begin(self, record: DecisionRecord) -> None:
        """Record a decision that is about to be applied. Raises RegistryError if MLflow does not store it whole."""
        text = self._write(record)
        # another process may have closed the record already, but it can be read, unless MLflow cut it
        if _read(self._client.get_run(record.run_id)) is None:
            self._client.set_tag(record.run_id, PROGRESS_TAG, "not carried out")
            raise RegistryError(f"MLflow cut the decision of {len(text)} characters: shorten the reason.")

    def close(self, record: DecisionRecord) -> None:
        """Record the result, on the model versions first: a closed record is then always complete. Idempotent.

        What was deleted in MLflow in the meantime, a version or the run itself, needs no record.
        """
        decision = record.decision
        if decision.progress == "carried out":
            for number in filter(None, dict.fromkeys((decision.version, decision.champion_before))):
                with absent_ignored():
                    self._client.set_model_version_tag(MODEL_NAME, number, DECISION_TAG, decision.model_dump_json())
                    self._client.set_model_version_tag(MODEL_NAME, number, SUMMARY_TAG, _summary(decision, number))
        with absent_ignored():
            self._write(record)

    def latest(self, limit: int) -> list[Decision]:
        """Return the decisions of the newest `limit` runs, newest first."""
        decisions = [record.decision for record in self._search(HAS_DECISION, limit)]
        return sorted(decisions, key=lambda decision: decision.decided_at, reverse=True)

    def open_records(self) -> list[DecisionRecord]:
        """Return the records that nobody has closed: their runs are under way or were killed."""
        found = [*self._search(IS_OPEN), *self._search(HAS_NO_PROGRESS)]
        return [record for record in found if record.decision.progress == "begun"]

    def end_unfinished_runs(self) -> None:
        """Set the experiment's running runs to KILLED. A run that is still alive sets itself to FINISHED later."""
        for run in list(self._runs(IS_RUNNING)):
            self._client.set_terminated(run.info.run_id, "KILLED")

    def restore_experiment(self) -> bool:
        """Restore the experiment if it was deleted; return whether it was. Its runs hold every decision."""
        experiment = self._client.get_experiment_by_name(EXPERIMENT_NAME)
        if experiment is None or experiment.lifecycle_stage != LifecycleStage.DELETED:
            return False
        self._client.restore_experiment(experiment.experiment_id)
        return True

    def _write(self, record: DecisionRecord) -> str:
        text = record.decision.model_dump_json()
        # one request, so that the two tags never disagree
        tags = [RunTag(DECISION_TAG, text), RunTag(PROGRESS_TAG, record.decision.progress)]
        self._client.log_batch(record.run_id, tags=tags)
        return text

    def _search(self, filter_string: str, limit: int | None = None) -> list[DecisionRecord]:
        records = (_read(run) for run in islice(self._runs(filter_string), limit))
        return [record for record in records if record]

    def _runs(self, filter_string: str) -> Iterator[Run]:
        experiment = self._client.get_experiment_by_name(EXPERIMENT_NAME)
        if experiment is None:
            return iter(())
        ids = [experiment.experiment_id]
        return all_pages(
            lambda token: self._client.search_runs(ids, filter_string, max_results=PAGE_SIZE, page_token=token)
        )


def _read(run: Run) -> DecisionRecord | None:
    try:
        return DecisionRecord(run.info.run_id, Decision.model_validate_json(run.data.tags[DECISION_TAG]))
    except ValidationError:
        logger.warning("The decision on MLflow run %s cannot be read and is left out.", run.info.run_id)
        return None


def _summary(decision: Decision, number: str) -> str:
    if number == decision.version:
        return f"{decision.outcome}: {decision.reason}"
    if decision.outcome == "kept":
        return f"stayed champion against version {decision.version}: {decision.reason}"
    return f"replaced by version {decision.version}: {decision.reason}"
