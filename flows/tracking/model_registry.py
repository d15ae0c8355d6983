"""Registers and loads versions of the model in MLflow, and moves the alias that selects the champion."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from mlflow import MlflowClient, artifacts, set_tracking_uri
from mlflow.entities.model_registry import ModelVersion as MlflowVersion
from mlflow.exceptions import MlflowException

from flows.promotion.policy import Decision
from flows.storage.sources import digest
from flows.tracking.decisions import DECISION_TAG, MODEL_NAME, DecisionLog, DecisionRecord
from flows.tracking.errors import ALREADY_EXISTS_CODE, NO_ALIAS_CODE, RegistryError, is_not_found

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

ALIAS = "production"
SHA256_TAG = "model_sha256"
REMOVAL_TAG = "steam_sales.leaving"  # marks a version that cleanup is about to delete
MODEL_FILE = "model.skops"
MAX_DECISIONS = 5000
# skops knows numpy and most of scikit-learn; forest and boosting add their trees, which hold numbers and no code
TRUSTED_TYPES = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor", "sklearn.tree._tree.Tree"]


class ModelVersion(NamedTuple):
    """A registered version; `has_decision` says whether a decision on it was carried out."""

    version: str
    run_id: str
    sha256: str
    data_version: str
    fingerprint: str
    has_decision: bool = False


class ModelRegistry:
    """The registered model and its production alias."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        # models:/ addresses carry no server of their own
        set_tracking_uri(uri)
        self._client = MlflowClient(tracking_uri=uri)
        self._log = DecisionLog(self._client)

    def champion(self) -> ModelVersion | None:
        """Return the version at the alias, None before the first promotion."""
        try:
            return _model_version(self._client.get_model_version_by_alias(MODEL_NAME, ALIAS))
        except MlflowException as error:
            if is_not_found(error) or error.error_code == NO_ALIAS_CODE:
                return None
            raise

    def get(self, number: str) -> ModelVersion:
        """Return a version by its number. Raises RegistryError if there is none."""
        found = {v.version: v for v in self._versions()}
        if number not in found:
            known = ", ".join(sorted(found, key=int)) or "none yet: run `make retrain`"
            raise RegistryError(f"There is no version {number} of the model. Versions: {known}.")
        return found[number]

    def find_by_run(self, run_id: str) -> ModelVersion | None:
        """Return the version that a run registered, None if it registered none."""
        return next((v for v in self._versions() if v.run_id == run_id), None)

    def latest(self) -> ModelVersion | None:
        """Return the version registered last, None before the first."""
        return max(self._versions(), key=lambda v: int(v.version), default=None)

    def register(self, model_uri: str, run_id: str, tags: dict[str, str]) -> ModelVersion:
        """Register a logged model with its tags as the next version. Idempotent for each run."""
        if (found := self.find_by_run(run_id)) is not None:
            return found
        try:
            self._client.create_registered_model(MODEL_NAME)
        except MlflowException as error:
            if error.error_code != ALREADY_EXISTS_CODE:
                raise
        model_id = model_uri.removeprefix("models:/")
        return _model_version(self._client.create_model_version(MODEL_NAME, model_uri, run_id, tags, model_id=model_id))

    def load_model(self, version: ModelVersion, folder: Path) -> "Pipeline":
        """Load a version's model after checking its digest, trusting only our own list of types.

        Raises RegistryError if the digest differs or the file holds another type.
        """
        import skops.io
        from skops.io.exceptions import UntrustedTypesFoundException

        path = self._download(f"models:/{MODEL_NAME}/{version.version}", folder)
        if digest(path) != version.sha256:
            raise RegistryError(f"Version {version.version} is not the file that was stored: roll back to another.")
        try:
            return cast("Pipeline", skops.io.load(path, trusted=TRUSTED_TYPES))
        except UntrustedTypesFoundException as error:
            raise RegistryError(f"Version {version.version} is refused: {error}") from error

    def stored_digest(self, model_uri: str, folder: Path) -> str:
        """Return the SHA-256 of a logged model's file, downloaded from the server."""
        return digest(self._download(model_uri, folder))

    def _download(self, model_uri: str, folder: Path) -> Path:
        downloaded = artifacts.download_artifacts(model_uri, dst_path=str(folder), tracking_uri=self.uri)
        return Path(downloaded) / MODEL_FILE

    def apply_decision(self, decision: Decision, run_id: str) -> bool:
        """Record a decision, move the alias in one step, and record the result.

        Return False and move no alias if the champion is not `decision.champion_before`. MLflow has no
        compare-and-set: if two decide within the same milliseconds, the last one's version is the only champion.
        """
        self._close_open_records()
        self._log.begin(DecisionRecord(run_id, decision))
        outdated = self._champion_number() not in (decision.champion_before, decision.version, None)
        if not outdated and decision.outcome != "kept":
            self._client.set_registered_model_alias(MODEL_NAME, ALIAS, decision.version)
            self._undo_if_being_removed(DecisionRecord(run_id, decision))
        result = decision.model_copy(update={"progress": "not carried out" if outdated else "carried out"})
        self._log.close(DecisionRecord(run_id, result))
        return not outdated

    def _undo_if_being_removed(self, record: DecisionRecord) -> None:
        """Restore the previous champion if the new one is being removed, and raise RegistryError.

        Removal and promotion can race. Both write first and then read the other's mark, so at least one notices.
        """
        decision = record.decision
        if not self._is_being_removed(decision.version):
            return
        if decision.champion_before and self._champion_number() in (None, decision.version):
            self._client.set_registered_model_alias(MODEL_NAME, ALIAS, decision.champion_before)
        not_applied = decision.model_copy(update={"progress": "not carried out"})
        self._log.close(DecisionRecord(record.run_id, not_applied))
        raise RegistryError(f"Version {decision.version} is old and being removed: choose another one.")

    def _is_being_removed(self, number: str) -> bool:
        try:
            return REMOVAL_TAG in self._client.get_model_version(MODEL_NAME, number).tags
        except MlflowException as error:
            if is_not_found(error):
                return True
            raise

    def recent_champions(self, limit: int) -> list[str]:
        """Return the numbers of the versions promoted last, newest first."""
        applied = (d for d in self._log.latest(MAX_DECISIONS) if d.progress == "carried out" and d.outcome != "kept")
        return list(dict.fromkeys(decision.version for decision in applied))[:limit]

    def versions_in_open_decisions(self) -> set[str]:
        """Return the numbers of the versions that open decisions name."""
        decisions = [record.decision for record in self._log.open_records()]
        return {number for decision in decisions for number in (decision.version, decision.champion_before) if number}

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
        """Return the last decisions, newest first, interrupted ones with their result."""
        champion = self._champion_number()
        return [decision.resolved(champion) for decision in self._log.latest(limit)]

    def metrics(self, version: ModelVersion) -> dict[str, float]:
        """Return the metrics that a version's training logged."""
        return dict(self._client.get_run(version.run_id).data.metrics)

    def _versions(self) -> Iterator[ModelVersion]:
        return (_model_version(v) for v in self._client.search_model_versions(f"name='{MODEL_NAME}'", max_results=1000))


def _model_version(found: MlflowVersion) -> ModelVersion:
    tags = found.tags
    return ModelVersion(
        str(found.version),
        found.run_id or "",
        tags.get(SHA256_TAG, ""),
        tags.get("data_version", ""),
        tags.get("fingerprint", ""),
        DECISION_TAG in tags,
    )
