"""A data store with a small table, and the flows that run on it in processes of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from mlflow import MlflowClient

from flows.promotion.policy import Decision
from flows.storage.data_store import DataStore, Manifest, new_version
from flows.storage.sources import digest
from flows.tracking.decisions import MODEL_NAME
from flows.tracking.model_registry import ModelRegistry
from flows.tracking.versions import ALIAS
from tests.flows.flow_process import FlowProcess, start

SMALL = {"n_estimators": [2], "max_depth": [3]}
RETRAIN = "flows.retrain:retrain_and_promote_sales_model"
ROLLBACK = "flows.rollback:rollback_sales_model"


def table(days: int, offset: int) -> pl.DataFrame:
    """Make days whose sales depend on the weekday, as the ETL writes them."""
    rows = [
        (
            date(2025, 1, 1) + timedelta(days=day),
            day % 7 + 1,
            day % 4 + 1,
            int(day % 7 == 6),
            1000 + 300 * (day % 7) + day,
        )
        for day in range(offset, offset + days)
    ]
    return pl.DataFrame(rows, schema=["Date", "DayOfWeek", "Season", "Holiday", "Sales"], orient="row")


def publish(store: DataStore, folder: Path) -> Manifest:
    """Publish a data version and make it current."""
    folder.mkdir(parents=True, exist_ok=True)
    table(60, 0).write_csv(folder / "train.csv")
    table(24, 60).write_csv(folder / "test.csv")
    now = datetime.now(UTC)
    manifest = Manifest(
        version=new_version("0" * 8, now), source="a test", source_sha256="", options={}, limits=None, created_at=now,
        rows={"train": 60, "test": 24}, files={name: digest(folder / name) for name in ("train.csv", "test.csv")},
    )  # fmt: skip
    store.publish(folder, manifest, by="a test")
    return manifest


@dataclass
class FlowEnvironment:
    """The servers that flows use, and a folder for their output."""

    folder: Path
    mlflow_url: str
    variables: Mapping[str, str]
    processes: list[FlowProcess] = field(default_factory=list)
    first: str = ""

    @property
    def registry(self) -> ModelRegistry:
        return ModelRegistry(self.mlflow_url)

    def serving(self) -> str | None:
        """Return the champion's number; fail if the model has any other alias."""
        champion = self.registry.champion()
        if champion is not None:
            aliases = MlflowClient(self.mlflow_url).get_registered_model(MODEL_NAME).aliases
            assert {alias: f"{version}" for alias, version in aliases.items()} == {ALIAS: champion.version}
        return champion.version if champion else None

    def newest(self) -> int:
        """Return the number of the newest version."""
        newest = self.registry.latest()
        return int(newest.version) if newest else 0

    def train_first_champion(self) -> None:
        """Train a champion that every later version beats."""
        assert self.start(RETRAIN, {"grid": {"n_estimators": [1], "max_depth": [1]}}).result()[0] == "COMPLETED"
        self.first = f"{self.newest()}"
        self.restore_first_champion()

    def restore_first_champion(self) -> None:
        """Set the alias back to that champion by hand."""
        MlflowClient(self.mlflow_url).set_registered_model_alias(MODEL_NAME, ALIAS, self.first)

    def decision_on(self, version: str) -> Decision:
        """Return the newest decision on a version."""
        return next(found for found in self.registry.decisions() if found.version == version)

    def start(self, flow: str, parameters: Mapping[str, Any], **variables: str) -> FlowProcess:
        """Start a flow in its own process."""
        out = self.folder / f"run-{len(self.processes)}.json"
        servers = {"STEAM_SALES_HOME": str(self.folder), "MLFLOW_TRACKING_URI": self.mlflow_url}
        self.processes.append(start(flow, parameters, {**self.variables, **servers, **variables}, out))
        return self.processes[-1]

    def kill_last_process(self) -> None:
        """Send SIGKILL to the process started last."""
        self.processes[-1].process.kill()

    def retrain(self, *, seed: int = 1, skip_unchanged: bool = False, **variables: str) -> FlowProcess:
        """Start a small training. Its version beats the first champion."""
        parameters = {"grid": SMALL, "seed": seed, "skip_unchanged": skip_unchanged}
        return self.start(RETRAIN, parameters, **variables)
