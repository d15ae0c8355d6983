"""Versions of the model in MLflow's registry, and the alias that serves.

With `records.py` and `tracking.py`, the only module here that knows MLflow.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from mlflow import MlflowClient, artifacts, set_tracking_uri
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import ErrorCode

from flows.errors import CurableError
from flows.promotion.policy import Decision
from flows.storage.sources import digest
from flows.tracking.decisions import DECISION_TAG, MODEL, Record, Records

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

ALIAS = "production"
SHA256_TAG = "model_sha256"
LEAVING_TAG = "steam_sales.leaving"  # of a version that is about to be removed
MODEL_FILE = "model.skops"
MANY = 5000
# numpy and most of scikit-learn's types are known to skops; forest and boosting add their trees: numbers, no code
TRUSTED_TYPES = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor", "sklearn.tree._tree.Tree"]
MISSING = {ErrorCode.Name(code) for code in (ErrorCode.Value("RESOURCE_DOES_NOT_EXIST"), ErrorCode.Value("NOT_FOUND"))}
ABSENT_ALIAS = ErrorCode.Name(ErrorCode.Value("INVALID_PARAMETER_VALUE"))


class RegistryError(CurableError):
    """The registry has not what was asked for, or it is not what was stored; the message says what to do."""


class Stored(NamedTuple):
    """A version as the registry has it; `decided` says whether a decision on it was carried out."""

    version: str
    run_id: str
    sha256: str
    data_version: str
    fingerprint: str
    decided: bool = False


class Registry:
    """One registered model and the alias that serves."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        # models:/ addresses know no server of their own
        set_tracking_uri(uri)
        self._client = MlflowClient(tracking_uri=uri)
        self._records = Records(self._client)

    def champion(self) -> Stored | None:
        """The version at the alias, None before the first promotion."""
        try:
            return _stored(self._client.get_model_version_by_alias(MODEL, ALIAS))
        except MlflowException as error:
            if error.error_code in MISSING | {ABSENT_ALIAS}:
                return None
            raise

    def version(self, number: str) -> Stored:
        """A version by its number. RegistryError when there is none."""
        found = {v.version: v for v in self._versions()}
        if number not in found:
            known = ", ".join(sorted(found, key=int)) or "none yet: run `make retrain`"
            raise RegistryError(f"There is no version {number} of the model. Versions: {known}.")
        return found[number]

    def of_run(self, run_id: str) -> Stored | None:
        """The version that a run registered, None if it has registered none."""
        return next((v for v in self._versions() if v.run_id == run_id), None)

    def newest(self) -> Stored | None:
        """The version registered last, None before the first."""
        return max(self._versions(), key=lambda v: int(v.version), default=None)

    def register(self, model_uri: str, run_id: str, tags: dict[str, str]) -> Stored:
        """Register a logged model as the next version, born with its tags; a repeated call finds the first one."""
        if (found := self.of_run(run_id)) is not None:
            return found
        try:
            self._client.create_registered_model(MODEL)
        except MlflowException as error:
            if error.error_code != ErrorCode.Name(ErrorCode.Value("RESOURCE_ALREADY_EXISTS")):
                raise
        model_id = model_uri.removeprefix("models:/")
        return _stored(self._client.create_model_version(MODEL, model_uri, run_id, tags, model_id=model_id))

    def load(self, stored: Stored, folder: Path) -> "Pipeline":
        """The model of a version, after its digest and with our own list of types. RegistryError if it is not ours."""
        import skops.io
        from skops.io.exceptions import UntrustedTypesFoundException

        path = self._download(f"models:/{MODEL}/{stored.version}", folder)
        if digest(path) != stored.sha256:
            raise RegistryError(f"Version {stored.version} is not the file that was stored: roll back to another.")
        try:
            return cast("Pipeline", skops.io.load(path, trusted=TRUSTED_TYPES))
        except UntrustedTypesFoundException as error:
            raise RegistryError(f"Version {stored.version} is refused: {error}") from error

    def digest_of(self, model_uri: str, folder: Path) -> str:
        """SHA-256 of a logged model's file as the server gives it back."""
        return digest(self._download(model_uri, folder))

    def _download(self, model_uri: str, folder: Path) -> Path:
        found = artifacts.download_artifacts(model_uri, dst_path=str(folder), tracking_uri=self.uri)
        return Path(found) / MODEL_FILE

    def decide(self, decision: Decision, run_id: str) -> bool:
        """Record a decision, carry it out by moving the alias in one step, and record that it was.

        False, and no alias moved, when the champion is not who the decision says it was. MLflow has no
        compare-and-set: of two that decide within the same milliseconds the last one's version is the one champion.
        """
        self._settle_decisions()
        self._records.begin(Record(run_id, decision))
        stale = self._serving() not in (decision.champion_before, decision.version, None)
        if not stale and decision.outcome != "kept":
            self._client.set_registered_model_alias(MODEL, ALIAS, decision.version)
            self._hold(Record(run_id, decision))
        became = decision.model_copy(update={"progress": "not carried out" if stale else "carried out"})
        self._records.close(Record(run_id, became))
        return not stale

    def _hold(self, record: Record) -> None:
        """Make sure that who serves now is not being removed; if so, who served before does again. RegistryError."""
        decision = record.decision
        if not self._leaving(decision.version):
            return
        if decision.champion_before and self._serving() in (None, decision.version):
            self._client.set_registered_model_alias(MODEL, ALIAS, decision.champion_before)
        self._records.close(Record(record.run_id, decision.model_copy(update={"progress": "not carried out"})))
        raise RegistryError(f"Version {decision.version} is being removed, being old: choose another one.")

    def _leaving(self, number: str) -> bool:
        try:
            return LEAVING_TAG in self._client.get_model_version(MODEL, number).tags
        except MlflowException as error:
            if error.error_code in MISSING:
                return True
            raise

    def champions(self, number: int) -> list[str]:
        """The versions that came to serve last, newest first."""
        done = (d for d in self._records.last(MANY) if d.progress == "carried out" and d.outcome != "kept")
        return list(dict.fromkeys(decision.version for decision in done))[:number]

    def under_way(self) -> set[str]:
        """The versions that decisions speak of which no one has closed."""
        begun = [record.decision for record in self._records.begun()]
        return {version for decision in begun for version in (decision.version, decision.champion_before) if version}

    def settle(self) -> int:
        """Close what killed runs left open: their MLflow runs, and their decisions; the number of the latter."""
        self._records.end_runs()
        return self._settle_decisions()

    def _settle_decisions(self) -> int:
        champion, begun = self._serving(), self._records.begun()
        for run_id, decision in begun:
            self._records.close(Record(run_id, decision.settled(champion)))
        return len(begun)

    def _serving(self) -> str | None:
        champion = self.champion()
        return champion.version if champion else None

    def decisions(self, limit: int = 20) -> list[Decision]:
        """The last decisions, newest first; of one that was cut off, what became of it."""
        champion = self._serving()
        return [decision.settled(champion) for decision in self._records.last(limit)]

    def metrics(self, stored: Stored) -> dict[str, float]:
        """What was logged when a version was trained."""
        return dict(self._client.get_run(stored.run_id).data.metrics)

    def _versions(self) -> Iterator[Stored]:
        return (_stored(v) for v in self._client.search_model_versions(f"name='{MODEL}'", max_results=1000))


def _stored(found: ModelVersion) -> Stored:
    tags = found.tags
    return Stored(
        str(found.version),
        found.run_id or "",
        tags.get(SHA256_TAG, ""),
        tags.get("data_version", ""),
        tags.get("fingerprint", ""),
        DECISION_TAG in tags,
    )
