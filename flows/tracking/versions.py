"""The registered versions of the model and their files in MLflow. Moves no alias."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from mlflow import MlflowClient, artifacts, models, set_tracking_uri
from mlflow.entities.model_registry import ModelVersion as MlflowVersion
from mlflow.exceptions import MlflowException

from domain.servable import METADATA_FILE, MODEL_FILE, SHA256_TAG, TRUSTED_TYPES
from flows.storage.sources import digest
from flows.tracking.decisions import DECISION_TAG, MODEL_NAME
from flows.tracking.errors import ALREADY_EXISTS_CODE, RegistryError, is_absent, is_not_found
from flows.tracking.paging import PAGE_SIZE, all_pages

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

ALIAS = "production"
MAX_LISTED_VERSIONS = 20
NEWEST_FIRST = ["version_number DESC"]


class ModelVersion(NamedTuple):
    """A registered version; `has_decision` says whether a decision on it was carried out."""

    version: str
    run_id: str
    sha256: str
    data_version: str
    fingerprint: str
    created_at: datetime
    has_decision: bool = False


class RegisteredModel:
    """The versions of the model in MLflow's registry, and which of them the alias selects."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        # models:/ addresses carry no server of their own
        set_tracking_uri(uri)
        self._client = MlflowClient(tracking_uri=uri)

    def champion(self) -> ModelVersion | None:
        """Return the version at the alias; None if the alias or its version is absent."""
        try:
            return _model_version(self._client.get_model_version_by_alias(MODEL_NAME, ALIAS))
        except MlflowException as error:
            if is_absent(error):
                return None
            raise

    def find(self, number: str) -> ModelVersion | None:
        """Return a version by its number, None if there is none."""
        try:
            return _model_version(self._client.get_model_version(MODEL_NAME, number))
        except MlflowException as error:
            if is_absent(error):
                return None
            raise

    def get(self, number: str) -> ModelVersion:
        """Return a version by its number. Raises RegistryError if there is none."""
        if (found := self.find(number)) is not None:
            return found
        newest = [version.version for version in self._newest(MAX_LISTED_VERSIONS)]
        known = ", ".join(reversed(newest)) or "none yet: run `make retrain`"
        which = "The newest versions" if len(newest) == MAX_LISTED_VERSIONS else "Versions"
        raise RegistryError(f"There is no version {number} of the model. {which}: {known}.")

    def find_by_run(self, run_id: str) -> ModelVersion | None:
        """Return the version that a run registered, None if it registered none."""
        found = self._client.search_model_versions(f"name='{MODEL_NAME}' and run_id='{run_id}'", max_results=1)
        return _model_version(found[0]) if found else None

    def latest(self) -> ModelVersion | None:
        """Return the version registered last, None before the first."""
        return next(iter(self._newest(1)), None)

    def versions(self) -> Iterator[ModelVersion]:
        """Yield every version, whatever their number."""
        found = all_pages(
            lambda token: self._client.search_model_versions(
                f"name='{MODEL_NAME}'", max_results=PAGE_SIZE, page_token=token
            )
        )
        return map(_model_version, found)

    def _newest(self, limit: int) -> list[ModelVersion]:
        found = self._client.search_model_versions(f"name='{MODEL_NAME}'", max_results=limit, order_by=NEWEST_FIRST)
        return [_model_version(version) for version in found]

    def created_at(self) -> datetime | None:
        """Return when the registered model was created, None if there is none. Slow with thousands of versions."""
        try:
            milliseconds = self._client.get_registered_model(MODEL_NAME).creation_timestamp
        except MlflowException as error:
            if is_not_found(error):
                return None
            raise
        return datetime.fromtimestamp((milliseconds or 0) / 1000, UTC)

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

        Raises RegistryError if the file is gone, its digest differs, or it holds another type.
        """
        import skops.io
        from skops.io.exceptions import UntrustedTypesFoundException

        path = self.download(version, folder)[1]
        if not path.is_file():
            raise RegistryError(f"The files of version {version.version} are gone: choose another version.")
        if digest(path) != version.sha256:
            raise RegistryError(f"Version {version.version} is not the file that was stored: roll back to another.")
        try:
            return cast("Pipeline", skops.io.load(path, trusted=TRUSTED_TYPES))
        except UntrustedTypesFoundException as error:
            raise RegistryError(f"Version {version.version} is refused: {error}") from error

    def download(self, version: ModelVersion, folder: Path) -> tuple[Path, Path]:
        """Download a version; return the paths of `MLmodel` and `model.skops`, which may have been deleted."""
        return self._download(f"models:/{MODEL_NAME}/{version.version}", folder)

    def metadata(self, version: ModelVersion) -> dict[str, Any]:
        """Return `metadata.steam_sales` of a version, as docs/contracts.md describes it."""
        found = models.get_model_info(f"models:/{MODEL_NAME}/{version.version}").metadata or {}
        return dict(found.get("steam_sales", {}))

    def stored_digest(self, model_uri: str, folder: Path) -> str:
        """Return the SHA-256 of a logged model's file, downloaded from the server."""
        return digest(self._download(model_uri, folder)[1])

    def artifact_uri(self, version: ModelVersion) -> str:
        """Return where the files of a version are stored."""
        return str(self._client.get_model_version_download_uri(MODEL_NAME, version.version))

    def _download(self, model_uri: str, folder: Path) -> tuple[Path, Path]:
        downloaded = Path(artifacts.download_artifacts(model_uri, dst_path=str(folder), tracking_uri=self.uri))
        return downloaded / METADATA_FILE, downloaded / MODEL_FILE

    def metrics(self, version: ModelVersion) -> dict[str, float]:
        """Return the metrics that a version's training logged; empty if its run was deleted for good."""
        try:
            return dict(self._client.get_run(version.run_id).data.metrics)
        except MlflowException as error:
            if is_absent(error):
                return {}
            raise


def _model_version(found: MlflowVersion) -> ModelVersion:
    tags = found.tags
    return ModelVersion(
        str(found.version),
        found.run_id or "",
        tags.get(SHA256_TAG, ""),
        tags.get("data_version", ""),
        tags.get("fingerprint", ""),
        datetime.fromtimestamp(found.creation_timestamp / 1000, UTC),
        DECISION_TAG in tags,
    )
