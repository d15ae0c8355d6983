"""Sixty days that sell 10 % more, lived one day at a time, and then data of zeros. Runs in a process of its own."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.states import Completed

from domain.calendar import season_of
from flows.monitoring.watch_record import WatchRecord
from flows.retrain import retrain_and_promote_sales_model
from flows.storage.data_store import DataStore, Manifest, new_version
from flows.storage.sources import digest
from flows.tracking.model_registry import ModelRegistry
from flows.tracking.watch_log import WatchLog
from flows.watch import watch_sales_model

FIRST, HISTORY_DAYS, NEW_DAYS = date(2025, 1, 1), 365, 60
RISE, NOISE_UNITS = 1.10, 50.0
FILES = ("train.csv", "test.csv", "days.csv")


def made_days(rise: float = RISE) -> pl.DataFrame:
    """Make the history and the days after the change."""
    noise = np.random.default_rng(5).normal(0, NOISE_UNITS, HISTORY_DAYS + NEW_DAYS)
    rows = []
    for number, error in enumerate(noise):
        day = FIRST + timedelta(number)
        level = 1500 + 300 * day.isoweekday()
        units = round(level * (rise if number >= HISTORY_DAYS else 1) + error)
        rows.append((day, day.isoweekday(), season_of(day.month, "north"), int(day.isoweekday() == 7), units))
    return pl.DataFrame(rows, schema=["Date", "DayOfWeek", "Season", "Holiday", "Sales"], orient="row")


def publish_days(store: DataStore, folder: Path, days: pl.DataFrame) -> None:
    """Publish these days as the current version, 30 % of them for the test, the same ones each time."""
    folder.mkdir(exist_ok=True)
    is_test = pl.col("Date").dt.ordinal_day() * 7919 % 10 < 3
    days.filter(~is_test).write_csv(folder / "train.csv")
    days.filter(is_test).write_csv(folder / "test.csv")
    days.select("Date", "Sales").write_csv(folder / "days.csv")
    now = datetime.now(UTC)
    manifest = Manifest(
        version=new_version("0" * 8, now), source="a test", source_sha256="", options={}, limits=None, created_at=now,
        rows={}, files={name: digest(folder / name) for name in FILES}, days=(days["Date"][0], days["Date"][-1]),
    )  # fmt: skip
    store.publish(folder, manifest, by="a test")


def run_requested() -> list[dict[str, object]]:
    """Run the trainings that the watch asked for, as a worker would; return their parameters."""
    with get_client(sync_client=True) as client:
        found = client.read_deployment_by_name("retrain_and_promote_sales_model/steam-sales")
        runs = client.read_flow_runs(deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[found.id])))
        scheduled = [run for run in runs if run.state_type and run.state_type.value == "SCHEDULED"]
        waiting = [run for run in scheduled if "learning" in run.parameters]
        for run in waiting:
            state = retrain_and_promote_sales_model(**run.parameters, return_state=True)
            assert state.is_completed(), state.message
            client.set_flow_run_state(run.id, Completed(), force=True)
        return [run.parameters for run in waiting]


@flow(name="sixty days")
def live(home: str, mlflow_url: str, out: str) -> None:
    """Live through the days; write what happened on each of them."""
    store, folder = DataStore((Path(home) / "data").as_uri(), {}), Path(home) / "out"
    days = made_days()
    happened: list[dict[str, Any]] = []
    with get_client(sync_client=True) as client:
        client.create_deployment(client.create_flow(retrain_and_promote_sales_model), "steam-sales")
    publish_days(store, folder, days.head(HISTORY_DAYS))
    retrain_and_promote_sales_model(grid={"n_estimators": [20], "max_depth": [None]})

    def watch_once(today: date) -> WatchRecord:
        state = watch_sales_model(today=today, return_state=True)
        assert state.is_completed(), state.message
        record = WatchLog(mlflow_url).read()
        assert record
        return record

    def watch(known: pl.DataFrame) -> None:
        publish_days(store, folder, known)
        today = known["Date"][-1] + timedelta(1)
        record = watch_once(today)
        if record.decision_id:  # a watch that is repeated before the training finds the same and starts nothing anew
            assert watch_once(today).decision_id == record.decision_id
        trained = run_requested()
        champion = ModelRegistry(mlflow_url).champion()
        assert champion
        happened.append({"day": f"{today}", "record": record.model_dump(mode="json"), "trained": trained,
                         "champion": champion.version})  # fmt: skip

    for number in range(1, NEW_DAYS + 1):
        watch(days.head(HISTORY_DAYS + number))
    watch(days.with_columns(Sales=pl.lit(0)))
    state = retrain_and_promote_sales_model(return_state=True)
    happened.append({"training on zeros": [state.type.value, str(state.message)]})
    Path(out).write_text(json.dumps(happened))
