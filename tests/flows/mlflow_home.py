"""Data and an MLflow server in one folder, with the means to train versions and to let time pass."""

import sqlite3
from datetime import timedelta
from pathlib import Path

from mlflow import MlflowClient

from flows.promotion.policy import Decision
from flows.storage.data_store import DataStore, Manifest
from flows.tracking import runs as tracking
from flows.tracking.cleanup import Cleanup
from flows.tracking.model_registry import ModelRegistry
from flows.tracking.versions import ModelVersion
from flows.training.train import TrainingResult
from flows.training.training_data import TrainingData
from tests.flows.flow_environment import publish, table

DAYS = 100


def decision(version: str, before: str | None) -> Decision:
    return Decision(
        outcome="promoted", version=version, champion_before=before, rule="a rule", reason="a reason", decided_by="me"
    )


class Home:
    """A data store and an MLflow server in one folder."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.registry, self.client = folder, ModelRegistry(url), MlflowClient(url)
        self.store = DataStore((folder / "data").as_uri(), {})

    def data(self) -> str:
        """Publish a data version and make it current."""
        return publish(self.store, self.folder / "out").version

    def model(self, trained: TrainingResult) -> ModelVersion:
        """Register a version trained on the current data and make it the champion."""
        manifest, before = self.store.current(), self.registry.champion()
        run_id = tracking.start_run(self.registry.uri, "a test", {}, "1.0")
        data = TrainingData(manifest, "file:///nowhere", table(60, 0), table(24, 60))
        uri = tracking.log_training(self.registry.uri, run_id, data, trained)
        (self.folder / "download").mkdir(exist_ok=True)
        digest = self.registry.stored_digest(uri, self.folder / "download")
        stored = self.registry.register(uri, run_id, {"data_version": manifest.version, "model_sha256": digest})
        assert self.registry.apply_decision(decision(stored.version, before.version if before else None), run_id)
        return stored

    def run(self) -> str:
        """Make a run of a training that was killed after it had stored a file."""
        run_id = tracking.start_run(self.registry.uri, "killed", {}, "1.0")
        self.client.log_text(run_id, "a plot", "plots/a.txt")
        self.client.set_terminated(run_id, "KILLED")
        return run_id

    def age(self) -> None:
        """Make everything a hundred days older."""
        with sqlite3.connect(self.folder / "mlflow" / "mlflow.db", timeout=30) as database:
            for row in ("model_versions SET creation_time = creation_time", "runs SET start_time = start_time"):
                database.execute(f"UPDATE {row} - {DAYS * 86_400_000}")
        for path in (self.folder / "data").glob("versions/*/manifest.json"):
            manifest = Manifest.model_validate_json(path.read_text())
            earlier = manifest.created_at - timedelta(days=DAYS)
            path.write_text(manifest.model_copy(update={"created_at": earlier}).model_dump_json())

    def versions(self) -> list[str]:
        """Return the numbers of the versions of the model."""
        return sorted(one.name for one in Cleanup(self.registry).versions())
