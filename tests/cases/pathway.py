"""The whole path in one process: a file, the data step, a training, and the real API on the model that came out."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import skops.io
import yaml
from litestar import Litestar
from litestar.testing import TestClient

from domain.calendar import Overrides
from flows.data import Options, Report, prepare
from flows.training.train import model_metadata, train
from flows.training.training_data import TrainingConfig
from flows.training.trend import check_trend
from service.app import create_app
from service.model_loading import disk_cache
from service.model_loading.loader import load_champion
from service.model_loading.worker_client import WorkerClient
from service.settings import Settings
from tests.service.conftest import free_port, until

FILES = Path(__file__).parent / "files"
GRID: dict[str, list[Any]] = {"n_estimators": [60], "max_depth": [None]}


@dataclass(frozen=True)
class Served:
    """What the data step reported, its days, and the API that serves the model trained on them."""

    report: Report
    days: pl.DataFrame
    client: TestClient[Litestar]

    def ask(self, **question: Any) -> dict[str, Any]:
        """Ask POST /predict/."""
        answer = self.client.post("/predict/", json=question)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def on(self, day: date) -> dict[str, Any]:
        """Ask by a date."""
        return self.ask(Date=day.isoformat())


def prepared(name: str, folder: Path, **options: Any) -> Report:
    """Run the data step on a case."""
    return prepare(FILES / name, folder, Options.model_validate(options))


@contextmanager
def served(name: str, worker: WorkerClient, *, date_features: bool | None = False, **options: Any) -> Iterator[Served]:
    """Serve the model of a case; `date_features` None leaves it to the check of the trend."""
    with TemporaryDirectory() as folder:
        out, home = Path(folder) / "out", Path(folder) / "home"
        out.mkdir()
        report = prepared(name, out, **options)
        parts = {side: pl.read_csv(out / f"{side}.csv", try_parse_dates=True) for side in ("train", "test", "days")}
        if date_features is None:
            trend = check_trend(pl.concat([parts["train"], parts["test"]]))
            date_features = bool(trend and trend.helps)
        trained = train(parts["train"], parts["test"], TrainingConfig(GRID, date_features=date_features))
        model = skops.io.dumps(trained.search.model)
        metadata = {"steam_sales": model_metadata(trained, parts["train"], "v1", report.calendar)}
        mlmodel = yaml.safe_dump({"metadata": metadata}).encode()
        digest = hashlib.sha256(model).hexdigest()
        settings = Settings(steam_sales_home=home, mlflow_port=free_port(), prefect_port=free_port())
        disk_cache.save(settings.state, load_champion("1", digest, mlmodel, model, Overrides(), worker))
        with TestClient(create_app(settings)) as client:
            until(lambda: client.get("/health/ready").status_code == 200)
            yield Served(report, parts["days"], client)
