"""The real API with a real model in a real MLflow, and the web page in front of it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service.app import create_app
from service.settings import Settings as ApiSettings
from tests.service.conftest import MlflowServer, free_port, mlflow_server, until

__all__ = ["mlflow_server"]

Api = TestClient[Litestar]


@pytest.fixture(scope="session")
def model_version(mlflow_server: MlflowServer) -> str:
    """The version that serves."""
    return mlflow_server.register()


@pytest.fixture(scope="session")
def api_settings(
    mlflow_server: MlflowServer, model_version: str, tmp_path_factory: pytest.TempPathFactory
) -> ApiSettings:
    """An API with an empty history, whose MLflow has a champion."""
    assert model_version
    return ApiSettings(steam_sales_home=tmp_path_factory.mktemp("home"), mlflow_tracking_uri=mlflow_server.url)


@pytest.fixture
def api(api_settings: ApiSettings, tmp_path: Path) -> Iterator[Api]:
    """The API in process, once it has its champion."""
    settings = api_settings.model_copy(update={"steam_sales_home": tmp_path})
    with TestClient(create_app(settings)) as client:
        until(lambda: client.get("/health/ready").status_code == 200)
        yield client


@pytest.fixture
def api_without_model(tmp_path: Path) -> Iterator[Api]:
    """The API in process, before the first training."""
    with TestClient(create_app(without_model(tmp_path))) as client:
        until(lambda: has_history(client))
        yield client


def has_history(client: httpx.Client) -> bool:
    """Whether the API has opened its history, which it does with or without a model."""
    return client.get("/registry/").status_code == 200


def without_model(home: Path) -> ApiSettings:
    """An API that never saw a champion, and whose MLflow is down."""
    return ApiSettings(steam_sales_home=home, mlflow_tracking_uri=f"http://127.0.0.1:{free_port()}")
