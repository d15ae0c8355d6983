"""Versions of the model in MLflow's registry, the alias that serves, and the records of decisions.

With `tracking.py`, the only module here that knows MLflow.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from mlflow import MlflowClient, artifacts, set_tracking_uri
from mlflow.entities import Run
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import ErrorCode

from flows.errors import CurableError
from flows.promotion import Decision
from flows.sources import digest

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MODEL = "steam_sales_prediction_model_prod"
ALIAS = "production"
EXPERIMENT = "Sales Prediction"
SHA256_TAG = "model_sha256"
DECISION_TAG = "steam_sales.decision"
MODEL_FILE = "model.skops"
# numpy and scikit-learn's own types are known to skops; a forest adds its trees
TRUSTED_TYPES = ["sklearn.tree._tree.Tree"]
MISSING = {ErrorCode.Name(code) for code in (ErrorCode.Value("RESOURCE_DOES_NOT_EXIST"), ErrorCode.Value("NOT_FOUND"))}
ABSENT_ALIAS = ErrorCode.Name(ErrorCode.Value("INVALID_PARAMETER_VALUE"))


class RegistryError(CurableError):
    """The registry has not what was asked for, or it is not what was stored; the message says what to do."""


class Stored(NamedTuple):
    """A version as the registry has it; `about` is what `docs/contracts.md` calls `metadata.steam_sales`."""

    version: str
    run_id: str
    sha256: str
    data_version: str
    fingerprint: str


class Registry:
    """One registered model and the alias that serves."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        # models:/ addresses know no server of their own
        set_tracking_uri(uri)
        self._client = MlflowClient(tracking_uri=uri)

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
        """Record a decision, then carry it out by moving the alias in one step.

        False, and nothing done, when the champion is not who the decision says it was. Killed in between, the record
        stands and the old champion serves on.
        """
        champion = self.champion()
        if champion and champion.version not in (decision.champion_before, decision.version):
            return False
        record = decision.model_dump_json()
        self._client.set_tag(run_id, DECISION_TAG, record)
        for number in filter(None, dict.fromkeys((decision.version, decision.champion_before))):
            self._client.set_model_version_tag(MODEL, number, DECISION_TAG, record)
            self._client.set_model_version_tag(MODEL, number, "decision", _in_words(decision, number))
        if decision.outcome != "kept":
            self._client.set_registered_model_alias(MODEL, ALIAS, decision.version)
        return True

    def decisions(self, limit: int = 20) -> list[Decision]:
        """The last decisions, newest first."""
        experiment = self._client.get_experiment_by_name(EXPERIMENT)
        if experiment is None:
            return []
        runs: list[Run] = self._client.search_runs(
            [experiment.experiment_id], f"tags.`{DECISION_TAG}` LIKE '{{%'", max_results=limit
        )
        return [Decision.model_validate_json(run.data.tags[DECISION_TAG]) for run in runs]

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
    )


def _in_words(decision: Decision, number: str) -> str:
    if number == decision.version:
        return f"{decision.outcome}: {decision.reason}"
    if decision.outcome == "kept":
        return f"stayed champion against version {decision.version}: {decision.reason}"
    return f"replaced by version {decision.version}: {decision.reason}"
