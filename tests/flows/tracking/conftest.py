"""An MLflow server with a folder of its own, and a trained model to register there."""

from collections.abc import Iterator

import pytest

from flows.training.train import TrainingResult, train
from flows.training.training_data import TrainingConfig
from tests.flows.conftest import serving
from tests.flows.flow_environment import table
from tests.flows.mlflow_home import Home
from tests.infra.launched import free_ports


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, forked: dict[str, str]) -> Iterator[Home]:
    folder, (port,) = tmp_path_factory.mktemp("home"), free_ports(1)
    url = f"http://127.0.0.1:{port}"
    variables = {**forked, "STEAM_SALES_HOME": str(folder), "MLFLOW_PORT": str(port)}
    ready = f"{url}/api/2.0/mlflow/experiments/get?experiment_id=0"
    with serving(["infra.embedded.mlflow_server"], ready, folder, **variables):
        yield Home(folder, url)


@pytest.fixture(scope="module")
def trained() -> TrainingResult:
    return train(table(60, 0), table(24, 60), TrainingConfig({"n_estimators": [2], "max_depth": [2]}, seed=1))
