"""A small table in a store of its own, and the flows on it: what the tests of promotion start from."""

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
from flows.tracking.decisions import MODEL
from flows.tracking.model_registry import ALIAS, Registry
from tests.flows.children import Child, start

SMALL = {"n_estimators": [2], "max_depth": [3]}
RETRAIN = "flows.retrain:retrain_and_promote_sales_model"
ROLLBACK = "flows.rollback:rollback_sales_model"


def table(days: int, offset: int) -> pl.DataFrame:
    """Days with a weekday that matters, as the ETL writes them."""
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
    """A version of the data in the store, current from now on."""
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
class World:
    """Servers that the flows speak to, and a folder for what they leave behind."""

    folder: Path
    mlflow_url: str
    told: Mapping[str, str]
    children: list[Child] = field(default_factory=list)
    first: str = ""

    @property
    def registry(self) -> Registry:
        return Registry(self.mlflow_url)

    def serving(self) -> str | None:
        """The one version at the alias; fails when the model has other aliases, or several."""
        champion = self.registry.champion()
        if champion is not None:
            aliases = MlflowClient(self.mlflow_url).get_registered_model(MODEL).aliases
            assert {alias: f"{version}" for alias, version in aliases.items()} == {ALIAS: champion.version}
        return champion.version if champion else None

    def newest(self) -> int:
        """Number of the version registered last."""
        newest = self.registry.newest()
        return int(newest.version) if newest else 0

    def first_champion(self) -> None:
        """Train a model that every other one beats, and let it serve."""
        assert self.start(RETRAIN, {"grid": {"n_estimators": [1], "max_depth": [1]}}).ended()[0] == "COMPLETED"
        self.first = f"{self.newest()}"
        self.back_to_the_first()

    def back_to_the_first(self) -> None:
        """Let that one serve again, by hand."""
        MlflowClient(self.mlflow_url).set_registered_model_alias(MODEL, ALIAS, self.first)

    def decision_on(self, version: str) -> Decision:
        """The newest decision on a version."""
        return next(found for found in self.registry.decisions() if found.version == version)

    def start(self, flow: str, parameters: Mapping[str, Any], **variables: str) -> Child:
        """A flow in a process of its own."""
        out = self.folder / f"run-{len(self.children)}.json"
        told = {"STEAM_SALES_HOME": str(self.folder), "MLFLOW_TRACKING_URI": self.mlflow_url}
        self.children.append(start(flow, parameters, {**self.told, **told, **variables}, out))
        return self.children[-1]

    def kill_the_last(self) -> None:
        """SIGKILL to the process started last."""
        self.children[-1].process.kill()

    def retrain(self, *, seed: int = 1, skip_unchanged: bool = False, **variables: str) -> Child:
        """A small training of which every version beats the one before: any difference of RMSE is enough."""
        parameters = {"grid": SMALL, "seed": seed, "skip_unchanged": skip_unchanged}
        return self.start(RETRAIN, parameters, **variables)
