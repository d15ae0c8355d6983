"""What the parts of the stack are told, held against those who listen."""

import runpy
from importlib.util import find_spec
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import yaml

from infra.embedded import mlflow_server
from infra.embedded.parts import POOL, STACK_VARIABLE, parts, shared_environment
from infra.embedded.readiness import ETL, RETRAIN
from infra.embedded.settings import ROOT, Settings, inherit_environment


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(steam_sales_home=tmp_path, api_port=8001)


def test_the_names_that_mlflow_reads_are_those_that_it_is_told(settings: Settings) -> None:
    package = find_spec("mlflow")
    assert package is not None
    assert package.origin is not None
    constants = runpy.run_path(str(Path(package.origin).parent / "server" / "constants.py"))
    told = {name for name in mlflow_server.environment(settings) if name.startswith("_")}
    assert told <= {value for value in constants.values() if isinstance(value, str)}


def test_pool_and_flows_are_those_of_the_deployments() -> None:
    declared = yaml.safe_load((ROOT / "deployments.yaml").read_text())["deployments"]
    assert {deployment["work_pool"]["name"] for deployment in declared} == {POOL}
    assert {ETL, RETRAIN} <= {deployment["entrypoint"].partition(":")[2] for deployment in declared}


def test_no_part_is_told_a_path_by_supervisors_file(settings: Settings) -> None:
    told = [value for part in parts(settings) for value in (part.arguments, *part.environment.values())]
    assert not [value for value in told if str(settings.steam_sales_home) in value or "%" in value]


def test_a_login_to_somebodys_cloud_stays_outside(settings: Settings) -> None:
    mine = {"PREFECT_API_KEY": "secret", "MLFLOW_TRACKING_TOKEN": "secret", "AWS_REGION": "eu-west-1"}
    given = shared_environment(settings, inherit_environment(mine))
    assert "secret" not in given.values()
    assert given["AWS_REGION"] == "eu-west-1"
    assert given["API_PORT"] == "8001"
    assert given[STACK_VARIABLE] == str(settings.steam_sales_home)


def test_paths_are_made_absolute_and_addresses_are_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    near = Settings(steam_sales_home=Path("here"), steam_sales_source="mine.csv")
    assert near.steam_sales_home == tmp_path / "here"
    assert near.steam_sales_source == str(tmp_path / "mine.csv")
    assert Settings(steam_sales_source="s3://data/a.csv").steam_sales_source == "s3://data/a.csv"
    assert Settings(steam_sales_bind=IPv4Address("127.0.0.2")).api_url == "http://127.0.0.2:8000"
