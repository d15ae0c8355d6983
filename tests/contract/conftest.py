"""The real API with a real model in a real MLflow, and the web page in front of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from playwright.sync_api import Browser

from flows.promotion.policy import Decision
from flows.tracking.decisions import DECISION_TAG
from service.app import create_app
from service.settings import Settings as ApiSettings
from tests.service.clients.test_mlflow_lineage import EVALUATION
from tests.service.conftest import MlflowServer, answers, free_port, mlflow_server, until
from tests.service.registering import MODEL
from tests.webapp.browsing import chromium
from tests.webapp.small_api import serving
from webapp.api.client import ApiClient, connect
from webapp.app import build_app
from webapp.settings import Settings

__all__ = ["mlflow_server"]

Api = TestClient[Litestar]
ROWS = 5
"""On a page of *Registro*."""


@pytest.fixture(scope="session")
def model_version(mlflow_server: MlflowServer) -> str:
    """The version that serves."""
    return mlflow_server.register()


@pytest.fixture(scope="session")
def documented(mlflow_server: MlflowServer, model_version: str) -> str:
    """That version, with what the flows leave behind."""
    import mlflow

    client = mlflow.MlflowClient(mlflow_server.url)
    run_id = client.get_model_version(MODEL, model_version).run_id
    assert run_id
    decision = Decision(
        outcome="promoted", version=model_version, champion_before=None, rule="a rule", reason="a reason",
        decided_by="a test", progress="carried out",
    )  # fmt: skip
    client.set_tag(run_id, DECISION_TAG, decision.model_dump_json())
    client.set_tag(run_id, "prefect_run_id", "a-run")
    client.log_metric(run_id, "test_rmse", 3.5)
    client.log_dict(run_id, json.loads(json.dumps(EVALUATION)), "evaluation.json")
    return model_version


@pytest.fixture(scope="session")
def api_settings(
    mlflow_server: MlflowServer, model_version: str, tmp_path_factory: pytest.TempPathFactory
) -> ApiSettings:
    """An API with an empty history, whose MLflow has a champion, and whose Prefect is down."""
    assert model_version
    home = tmp_path_factory.mktemp("home")
    return ApiSettings(steam_sales_home=home, mlflow_tracking_uri=mlflow_server.url, prefect_port=free_port())


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


@pytest.fixture(scope="module")
def api_served(api_settings: ApiSettings) -> Iterator[ApiClient]:
    """The real API on a port, once it has its champion."""
    with serving(create_app(api_settings)) as api, connect(api, 30) as http:
        until(lambda: answers(f"{api}/health/ready"), 120)
        yield ApiClient(http)


@pytest.fixture(scope="module")
def web(api_served: ApiClient) -> Iterator[str]:
    """The web page in front of it."""
    with serving(build_app(api_served, Settings(web_page_rows=ROWS))) as url:
        yield url


@pytest.fixture(scope="module")
def web_without_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The web page in front of an API before the first training."""
    settings = without_model(tmp_path_factory.mktemp("empty"))
    with (
        serving(create_app(settings)) as api,
        connect(api, 5) as http,
        serving(build_app(ApiClient(http), Settings())) as url,
    ):
        until(lambda: has_history(http))
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with chromium() as running:
        yield running
