"""What the API starts is what the worker has: names of deployments, and of their parameters."""

import inspect
from pathlib import Path

import yaml

from flows.check import check_sales_data
from flows.etl import etl_proceso_steam_sales
from flows.orchestration import data_artifacts
from flows.rollback import rollback_sales_data, rollback_sales_model
from service.clients.data import CHECK_ARTIFACT, VERSIONS_ARTIFACT
from service.clients.prefect import (
    CHECK_DEPLOYMENT,
    DATA_ROLLBACK_DEPLOYMENT,
    LOAD_DEPLOYMENT,
    RETRAIN_DEPLOYMENT,
    ROLLBACK_DEPLOYMENT,
)

DEPLOYMENTS = Path(__file__).parents[2] / "deployments.yaml"


def test_the_api_starts_deployments_that_there_are() -> None:
    known = {
        f"{deployment['entrypoint'].partition(':')[2]}/{deployment['name']}"
        for deployment in yaml.safe_load(DEPLOYMENTS.read_text(encoding="utf-8"))["deployments"]
    }
    data = {LOAD_DEPLOYMENT, CHECK_DEPLOYMENT, DATA_ROLLBACK_DEPLOYMENT}
    assert {RETRAIN_DEPLOYMENT, ROLLBACK_DEPLOYMENT} | data <= known


def test_the_rollback_takes_what_the_api_sends() -> None:
    assert list(inspect.signature(rollback_sales_model.fn).parameters) == ["version", "reason"]
    assert list(inspect.signature(rollback_sales_data.fn).parameters) == ["version"]


def test_a_load_and_a_check_take_what_the_api_sends() -> None:
    for flow in (etl_proceso_steam_sales, check_sales_data):
        assert list(inspect.signature(flow.fn).parameters) == ["source", "options", "force"]


def test_both_call_the_artifacts_by_the_same_name() -> None:
    assert (CHECK_ARTIFACT, VERSIONS_ARTIFACT) == (data_artifacts.CHECK_KEY, data_artifacts.VERSIONS_KEY)
