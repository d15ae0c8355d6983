"""A promotion reaches the API from a real MLflow, and MLflow's absence does not stop it."""

import json
from pathlib import Path

import numpy as np
import pytest
from litestar.testing import TestClient

from domain.calendar import ALL_CODES
from service.app import create_app
from service.settings import Settings
from tests.service.conftest import CODES, Client, free_port, until
from tests.service.findings import FEATURES
from tests.service.registering import MlflowServer, fitted


@pytest.fixture
def polling(mlflow_server: MlflowServer, tmp_path: Path) -> Settings:
    """Settings of an API that follows the real MLflow."""
    return Settings(steam_sales_home=tmp_path, mlflow_tracking_uri=mlflow_server.url, api_poll_seconds=0.5)


def serves(client: Client, version: str) -> bool:
    """Whether the API predicts with this version."""
    answer = client.post("/predict/", json=CODES)
    return answer.status_code == 200 and bool(answer.json()["model_version"] == version)


def test_every_input_is_predicted_as_the_registered_pipeline_does(
    mlflow_server: MlflowServer, polling: Settings
) -> None:
    version = mlflow_server.register()
    pipeline, inputs = fitted(0.0)
    with TestClient(create_app(polling)) as client:
        assert serves(client, version), "a new process takes no question before it has looked for the champion"
        served = [
            client.post("/predict/", json=dict(zip(FEATURES, codes, strict=True))).json()["prediction"]
            for codes in ALL_CODES
        ]
    np.testing.assert_allclose(served, pipeline.predict(inputs), rtol=1e-12)


def test_a_promotion_and_a_rollback_arrive_without_a_restart_or_a_failed_request(
    mlflow_server: MlflowServer, polling: Settings
) -> None:
    first = mlflow_server.register(offset=0.0)
    with TestClient(create_app(polling)) as client:
        until(lambda: serves(client, first))
        second = mlflow_server.register(offset=1000.0)
        until(lambda: serves(client, second))
        mlflow_server.promote(first)
        until(lambda: serves(client, first), seconds=10)
        ready = client.get("/health/ready").json()
        items = client.get("/registry/", params={"limit": 500}).json()["items"]
    assert (ready["model_version"], ready["model_source"], ready["model_trouble"]) == (first, "mlflow", None)
    output = {(item["model_version"], item["prediction"]) for item in items}
    assert len(output) == 2, "an answer names the version that computed it"


def test_with_mlflow_down_it_starts_again_and_serves(mlflow_server: MlflowServer, polling: Settings) -> None:
    version = mlflow_server.register()
    with TestClient(create_app(polling)) as client:
        until(lambda: serves(client, version))
        until((polling.state / "champion.json").exists)
    down = polling.model_copy(update={"mlflow_tracking_uri": f"http://127.0.0.1:{free_port()}"})
    with TestClient(create_app(down)) as client:
        assert serves(client, version)
        until(lambda: client.get("/health/ready").status_code == 200)
        assert client.get("/health/ready").json()["model_source"] == "cache"


def test_a_champion_changed_on_disk_serves_until_mlflow_is_heard(
    mlflow_server: MlflowServer, polling: Settings
) -> None:
    version = mlflow_server.register()
    file = polling.state / "champion.json"
    with TestClient(create_app(polling)) as client:
        until(lambda: serves(client, version))
        right = client.post("/predict/", json=CODES).json()["prediction"]
        until(file.exists)
    saved = json.loads(file.read_text())
    file.write_text(json.dumps(saved | {"predictions": [1.0] * len(saved["predictions"])}))
    with TestClient(create_app(polling)) as client:
        until(lambda: bool(client.get("/health/ready").json()["model_source"] == "mlflow"))
        assert client.post("/predict/", json=CODES).json()["prediction"] == right
    assert json.loads(file.read_text()) == saved


@pytest.mark.parametrize("content", ["", "{", '{"version": "1"}', "\x00" * 100])
def test_a_champion_cut_short_on_disk_is_none(settings: Settings, content: str) -> None:
    settings.state.mkdir(parents=True)
    (settings.state / "champion.json").write_text(content)
    with TestClient(create_app(settings)) as client:
        assert client.post("/predict/", json=CODES).json()["type"] == "/problems/no-model"


def test_a_model_that_fails_its_checks_leaves_the_old_one_in_service(
    mlflow_server: MlflowServer, polling: Settings
) -> None:
    good = mlflow_server.register()
    with TestClient(create_app(polling)) as client:
        until(lambda: serves(client, good))
        mlflow_server.register(features=["Sales"])
        until(lambda: "Sales" in (client.get("/health/ready").json()["model_trouble"] or ""))
        assert serves(client, good)
        better = mlflow_server.register()
        until(lambda: serves(client, better))
        assert client.get("/health/ready").json()["model_trouble"] is None


def test_a_champion_that_is_gone_from_mlflow_serves_on_and_says_so(
    mlflow_server: MlflowServer, polling: Settings
) -> None:
    version = mlflow_server.register()
    with TestClient(create_app(polling)) as client:
        until(lambda: serves(client, version))
        mlflow_server.retire()
        until(lambda: f"version {version} serves on" in (client.get("/health/ready").json()["model_trouble"] or ""))
        assert serves(client, version)


def test_without_a_champion_there_is_no_model(mlflow_server: MlflowServer, polling: Settings) -> None:
    mlflow_server.register()
    mlflow_server.retire()
    with TestClient(create_app(polling)) as client:
        answer = client.post("/predict/", json=CODES)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/no-model")
