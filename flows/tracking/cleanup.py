"""Deletes old versions of the model, and the files of old runs, from MLflow."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from flows.storage.retention import Dated
from flows.tracking.decisions import DECISION_TAG, EXPERIMENT_NAME, MODEL_NAME
from flows.tracking.errors import is_not_found
from flows.tracking.model_registry import REMOVAL_TAG, ModelRegistry
from flows.tracking.paging import PAGE_SIZE, all_pages
from flows.tracking.versions import ALIAS

FILES_DELETED_TAG = "steam_sales.removed"


class Cleanup:
    """Finds and deletes what is old. Every step may be repeated after it was interrupted."""

    def __init__(self, registry: ModelRegistry) -> None:
        self._registry, self._client = registry, MlflowClient(tracking_uri=registry.uri)

    def versions(self) -> list[Dated]:
        """Return the versions of the model with their ages."""
        return [Dated(v.version, v.created_at, v.data_version) for v in self._registry.versions()]

    def protected_versions(self, champions: int) -> set[str]:
        """Return the champion, the last `champions` champions and the versions that open decisions name."""
        champion = self._registry.champion()
        recent, undecided = self._registry.recent_champions(champions), self._registry.versions_in_open_decisions()
        return {*([champion.version] if champion else []), *recent, *undecided}

    def delete_version(self, number: str) -> bool:
        """Delete a version for good. Return False and keep it if it has become the champion.

        Mark it first, then read the alias: `ModelRegistry.apply_decision` moves the alias first, then reads the mark.
        """
        self._client.set_model_version_tag(MODEL_NAME, number, REMOVAL_TAG, datetime.now(UTC).isoformat())
        champion = self._registry.champion()
        if champion and champion.version == number:
            self._client.delete_model_version_tag(MODEL_NAME, number, REMOVAL_TAG)
            return False
        self._client.delete_model_version(MODEL_NAME, number)
        if champion and self._registry.champion() is None:
            # a rollback chose the version in between, and MLflow deleted the alias with it
            self._client.set_registered_model_alias(MODEL_NAME, ALIAS, champion.version)
        return True

    def old_runs(self, before: datetime, deleted_versions: Collection[str] = ()) -> list[Dated]:
        """Return the runs that started earlier, have ended, still have files, and belong to no remaining version."""
        needed = {v.run_id for v in self._registry.versions() if v.version not in deleted_versions}
        return [
            Dated(run.info.run_id, datetime.fromtimestamp(run.info.start_time / 1000, UTC))
            for run in self._ended_runs(before)
            if run.info.run_id not in needed and FILES_DELETED_TAG not in run.data.tags
        ]

    def _ended_runs(self, before: datetime) -> Iterator[Run]:
        experiment = self._client.get_experiment_by_name(EXPERIMENT_NAME)
        if experiment is None:
            return
        ids, started = [experiment.experiment_id], f"attributes.start_time < {int(before.timestamp() * 1000)}"
        runs = all_pages(lambda token: self._client.search_runs(ids, started, max_results=PAGE_SIZE, page_token=token))
        yield from (run for run in runs if run.info.status != "RUNNING")

    def delete_run_files(self, run_id: str) -> None:
        """Delete a run's files and models. The run itself stays only if it carries a decision."""
        run = self._client.get_run(run_id)
        for output in run.outputs.model_outputs if run.outputs else []:
            self._delete_model(output.model_id)
        self._delete_files(run.info.artifact_uri)
        self._client.set_tag(run_id, FILES_DELETED_TAG, datetime.now(UTC).isoformat())
        if DECISION_TAG not in run.data.tags:
            self._client.delete_run(run_id)

    def _delete_model(self, model_id: str) -> None:
        try:
            model = self._client.get_logged_model(model_id)
        except MlflowException as error:
            if is_not_found(error):
                return
            raise
        self._delete_files(model.artifact_location)
        self._client.delete_logged_model(model_id)

    def _delete_files(self, location: str) -> None:
        repository = get_artifact_repository(location, tracking_uri=self._registry.uri)
        repository.delete_artifacts()  # type: ignore[no-untyped-call]  # untyped
