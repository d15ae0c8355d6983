"""Applies promotion decisions: moves the alias that selects the champion, and records what was decided."""

from datetime import datetime

from mlflow.exceptions import MlflowException

from flows.promotion.policy import Decision
from flows.tracking.decisions import MODEL_NAME, DecisionLog, DecisionRecord
from flows.tracking.errors import RegistryError, is_not_found
from flows.tracking.versions import ALIAS, ModelVersion, RegisteredModel

REMOVAL_TAG = "steam_sales.leaving"  # marks a version that cleanup is about to delete
MAX_DECISIONS = 5000


class ModelRegistry(RegisteredModel):
    """The registered model, its production alias, and the decisions on it."""

    def __init__(self, uri: str) -> None:
        super().__init__(uri)
        self._log = DecisionLog(self._client)

    def apply_decision(self, decision: Decision, run_id: str) -> bool:
        """Record a decision, move the alias in one step, and record the result.

        Return False and move no alias if the champion is not `decision.champion_before`. MLflow has no
        compare-and-set: if two decide within the same milliseconds, the last one's version is the only champion.
        """
        self._close_open_records()
        decision = decision.model_copy(update={"model_created_at": self.created_at()})
        self._log.begin(DecisionRecord(run_id, decision))
        outdated = self._champion_number() not in (decision.champion_before, decision.version, None)
        if not outdated and decision.outcome != "kept":
            self._set_champion(DecisionRecord(run_id, decision))
        result = decision.model_copy(update={"progress": "not carried out" if outdated else "carried out"})
        self._log.close(DecisionRecord(run_id, result))
        return not outdated

    def _set_champion(self, record: DecisionRecord) -> None:
        """Move the alias. If the version is gone or being removed, restore the previous champion and raise.

        Removal and promotion can race. Both write first and then read the other's mark, so at least one notices.
        """
        decision = record.decision
        if self._move_alias(decision.version) and not self._is_being_removed(decision.version):
            return
        if decision.champion_before and self._champion_number() in (None, decision.version):
            self._move_alias(decision.champion_before)
        not_applied = decision.model_copy(update={"progress": "not carried out"})
        self._log.close(DecisionRecord(record.run_id, not_applied))
        raise RegistryError(f"Version {decision.version} was deleted or is being removed: choose another one.")

    def _move_alias(self, number: str) -> bool:
        """Move the alias; return False if the version does not exist."""
        try:
            self._client.set_registered_model_alias(MODEL_NAME, ALIAS, number)
        except MlflowException as error:
            if is_not_found(error):
                return False
            raise
        return True

    def _is_being_removed(self, number: str) -> bool:
        try:
            return REMOVAL_TAG in self._client.get_model_version(MODEL_NAME, number).tags
        except MlflowException as error:
            if is_not_found(error):
                return True
            raise

    def former_champions(self) -> list[ModelVersion]:
        """Return the versions that were champion before and still exist, newest first."""
        numbers = self.recent_champions(MAX_DECISIONS)
        return [version for number in numbers if (version := self.find(number))]

    def recent_champions(self, limit: int) -> list[str]:
        """Return the numbers of the versions promoted last, newest first."""
        decisions = self._current_decisions(MAX_DECISIONS)
        applied = (d for d in decisions if d.progress == "carried out" and d.outcome != "kept")
        return list(dict.fromkeys(decision.version for decision in applied))[:limit]

    def _current_decisions(self, limit: int) -> list[Decision]:
        """Return the decisions since the registered model was created: version numbers start again with a new model."""
        created_at = self.created_at()
        return [d for d in self._log.latest(limit) if created_at and _is_of_model(d, created_at)]

    def versions_in_open_decisions(self) -> set[str]:
        """Return the numbers of the versions that open decisions name."""
        decisions = [record.decision for record in self._log.open_records()]
        return {number for decision in decisions for number in (decision.version, decision.champion_before) if number}

    def restore_experiment(self) -> bool:
        """Restore the experiment if it was deleted in MLflow; return whether it was."""
        return self._log.restore_experiment()

    def close_interrupted(self) -> int:
        """End the MLflow runs of killed processes and close their decisions; return the number of decisions."""
        self._log.end_unfinished_runs()
        return self._close_open_records()

    def _close_open_records(self) -> int:
        champion, records = self._champion_number(), self._log.open_records()
        for run_id, decision in records:
            self._log.close(DecisionRecord(run_id, decision.resolved(champion)))
        return len(records)

    def _champion_number(self) -> str | None:
        champion = self.champion()
        return champion.version if champion else None

    def decisions(self, limit: int = 20) -> list[Decision]:
        """Return the last decisions, newest first, interrupted ones with their result.

        Those on an earlier registered model, which was deleted, are left out: its version numbers mean others now.
        """
        champion = self._champion_number()
        return [decision.resolved(champion) for decision in self._current_decisions(limit)]


def _is_of_model(decision: Decision, created_at: datetime) -> bool:
    if decision.model_created_at:
        return decision.model_created_at == created_at
    # earlier releases did not record it: what was decided before the model existed was about another
    return decision.decided_at >= created_at
