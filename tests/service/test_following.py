"""A promotion reaches the API from a real MLflow, and MLflow's absence does not stop it."""

from pathlib import Path

import numpy as np
import pytest
from litestar.testing import TestClient

from service.app import create_app
from service.days import ALL_CODES
from service.settings import Settings
from tests.service.conftest import CODES, FEATURES, Client, MlflowServer, fitted, until


@pytest.fixture
def followed(mlflow_server: MlflowServer, tmp_path: Path) -> Settings:
    """Settings of an API that follows the real MLflow."""
    return Settings(steam_sales_home=tmp_path, mlflow_tracking_uri=mlflow_server.url, api_poll_seconds=0.5)


def serves(client: Client, version: str) -> bool:
    """Whether the API predicts with this version."""
    answer = client.post("/predict/", json=CODES)
    return answer.status_code == 200 and bool(answer.json()["model_version"] == version)


def test_every_input_is_predicted_as_the_registered_pipeline_does(
    mlflow_server: MlflowServer, followed: Settings
) -> None:
    version = mlflow_server.register()
    pipeline, inputs = fitted(0.0)
    with TestClient(create_app(followed)) as client:
        until(lambda: serves(client, version))
        served = [
            client.post("/predict/", json=dict(zip(FEATURES, codes, strict=True))).json()["prediction"]
            for codes in ALL_CODES
        ]
    np.testing.assert_allclose(served, pipeline.predict(inputs), rtol=1e-12)
