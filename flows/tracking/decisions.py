"""The records of decisions in MLflow: on the run that led to one, and on both versions. Moves no alias."""

from typing import NamedTuple

from mlflow import MlflowClient
from mlflow.entities import Run

from flows.promotion.policy import Decision

MODEL = "steam_sales_prediction_model_prod"
EXPERIMENT = "Sales Prediction"
DECISION_TAG = "steam_sales.decision"
WORDS_TAG = "decision"
ANY = f"tags.`{DECISION_TAG}` LIKE '{{%'"
BEGUN = f'tags.`{DECISION_TAG}` LIKE \'%"progress":"begun"%\''


class Record(NamedTuple):
    """A decision, and the MLflow run that carries it."""

    run_id: str
    decision: Decision


class Records:
    """Write-ahead: the run says what is about to be done, and at the end what became of it."""

    def __init__(self, client: MlflowClient) -> None:
        self._client = client

    def begin(self, record: Record) -> None:
        """Say what is about to be done, before it is done."""
        self._client.set_tag(record.run_id, DECISION_TAG, record.decision.model_dump_json())

    def close(self, record: Record) -> None:
        """Say what became of it: on the versions first, so that a closed record is a complete one. May be repeated."""
        decision, text = record.decision, record.decision.model_dump_json()
        if decision.progress == "carried out":
            for number in filter(None, dict.fromkeys((decision.version, decision.champion_before))):
                self._client.set_model_version_tag(MODEL, number, DECISION_TAG, text)
                self._client.set_model_version_tag(MODEL, number, WORDS_TAG, _in_words(decision, number))
        self._client.set_tag(record.run_id, DECISION_TAG, text)

    def last(self, limit: int) -> list[Decision]:
        """The decisions of the newest runs, newest first."""
        found = [record.decision for record in self._search(ANY, limit)]
        return sorted(found, key=lambda decision: decision.decided_at, reverse=True)

    def begun(self) -> list[Record]:
        """Those that no one has closed, because they are under way or were cut off."""
        return self._search(BEGUN, 1000)

    def end_runs(self) -> None:
        """Call the experiment's unfinished runs killed; one that is alive ends itself as finished all the same."""
        for run in self._runs("attributes.status = 'RUNNING'", 1000):
            self._client.set_terminated(run.info.run_id, "KILLED")

    def _search(self, wanted: str, limit: int) -> list[Record]:
        runs = self._runs(wanted, limit)
        return [Record(run.info.run_id, Decision.model_validate_json(run.data.tags[DECISION_TAG])) for run in runs]

    def _runs(self, wanted: str, limit: int) -> list[Run]:
        experiment = self._client.get_experiment_by_name(EXPERIMENT)
        if experiment is None:
            return []
        return list(self._client.search_runs([experiment.experiment_id], wanted, max_results=limit))


def _in_words(decision: Decision, number: str) -> str:
    if number == decision.version:
        return f"{decision.outcome}: {decision.reason}"
    if decision.outcome == "kept":
        return f"stayed champion against version {decision.version}: {decision.reason}"
    return f"replaced by version {decision.version}: {decision.reason}"
