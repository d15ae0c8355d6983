"""Takes old versions of the model, and what old runs have stored, out of MLflow.

With `registry.py`, `records.py` and `tracking.py`, the only module here that knows MLflow.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from flows.storage.retention import Dated
from flows.tracking.decisions import DECISION_TAG, EXPERIMENT, MODEL
from flows.tracking.model_registry import ALIAS, LEAVING_TAG, MISSING, Registry

REMOVED_TAG = "steam_sales.removed"
PAGE = 1000


class Removal:
    """What there is to remove in a registry, and the removing; each step may be repeated after it was cut off."""

    def __init__(self, registry: Registry) -> None:
        self._registry, self._client = registry, MlflowClient(tracking_uri=registry.uri)

    def versions(self) -> list[Dated]:
        """The versions of the model."""
        found = self._client.search_model_versions(f"name='{MODEL}'", max_results=PAGE)
        return [Dated(str(v.version), _moment(v), v.tags.get("data_version", "")) for v in found]

    def needed(self, champions: int) -> set[str]:
        """Versions that must stay: who serves, who served last, and whom a decision under way speaks of."""
        serving = self._registry.champion()
        served, open_ones = self._registry.champions(champions), self._registry.under_way()
        return {*([serving.version] if serving else []), *served, *open_ones}

    def remove_version(self, number: str) -> bool:
        """Remove a version for good. False, and it stays, where it has come to serve.

        It is marked first and looked at then, and who lets a version serve looks for the mark afterwards
        (`Registry.decide`): of two at once, one sees the other.
        """
        self._client.set_model_version_tag(MODEL, number, LEAVING_TAG, datetime.now(UTC).isoformat())
        serving = self._registry.champion()
        if serving and serving.version == number:
            self._client.delete_model_version_tag(MODEL, number, LEAVING_TAG)
            return False
        self._client.delete_model_version(MODEL, number)
        if serving and self._registry.champion() is None:
            # it began to serve in between, and with it went the alias
            self._client.set_registered_model_alias(MODEL, ALIAS, serving.version)
        return True

    def runs(self, before: datetime, but: Collection[str] = ()) -> list[Dated]:
        """Ended runs begun before then that no version but these needs, and that still have what they stored."""
        found = self._client.search_model_versions(f"name='{MODEL}'", max_results=PAGE)
        used = {v.run_id for v in found if str(v.version) not in but}
        return [
            Dated(run.info.run_id, datetime.fromtimestamp(run.info.start_time / 1000, UTC))
            for run in self._ended(before)
            if run.info.run_id not in used and REMOVED_TAG not in run.data.tags
        ]

    def _ended(self, before: datetime) -> Iterator[Run]:
        experiment = self._client.get_experiment_by_name(EXPERIMENT)
        if experiment is None:
            return
        wanted, token = f"attributes.start_time < {int(before.timestamp() * 1000)}", None
        while True:
            page = self._client.search_runs([experiment.experiment_id], wanted, max_results=PAGE, page_token=token)
            yield from (run for run in page if run.info.status != "RUNNING")
            if not (token := page.token):
                return

    def empty_run(self, run_id: str) -> None:
        """Remove what a run stored: its files and its models. One that led to a decision stays as its record."""
        run = self._client.get_run(run_id)
        for output in run.outputs.model_outputs if run.outputs else []:
            self._remove_model(output.model_id)
        self._remove_files(run.info.artifact_uri)
        self._client.set_tag(run_id, REMOVED_TAG, datetime.now(UTC).isoformat())
        if DECISION_TAG not in run.data.tags:
            self._client.delete_run(run_id)

    def _remove_model(self, model_id: str) -> None:
        try:
            model = self._client.get_logged_model(model_id)
        except MlflowException as error:
            if error.error_code in MISSING:
                return
            raise
        self._remove_files(model.artifact_location)
        self._client.delete_logged_model(model_id)

    def _remove_files(self, where: str) -> None:
        files = get_artifact_repository(where, tracking_uri=self._registry.uri)
        files.delete_artifacts()  # type: ignore[no-untyped-call]  # untyped


def _moment(version: ModelVersion) -> datetime:
    return datetime.fromtimestamp(version.creation_timestamp / 1000, UTC)
