"""What the API starts is what the worker has: names of deployments, and of their parameters."""

import inspect
from pathlib import Path

import yaml

from flows.rollback import rollback_sales_model
from service.clients.prefect import RETRAIN_DEPLOYMENT, ROLLBACK_DEPLOYMENT

DEPLOYMENTS = Path(__file__).parents[2] / "deployments.yaml"


def test_the_api_starts_deployments_that_there_are() -> None:
    known = {
        f"{deployment['entrypoint'].partition(':')[2]}/{deployment['name']}"
        for deployment in yaml.safe_load(DEPLOYMENTS.read_text(encoding="utf-8"))["deployments"]
    }
    assert {RETRAIN_DEPLOYMENT, ROLLBACK_DEPLOYMENT} <= known


def test_the_rollback_takes_what_the_api_sends() -> None:
    assert list(inspect.signature(rollback_sales_model.fn).parameters) == ["version", "reason"]
