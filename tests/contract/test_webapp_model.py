"""The web page's client against the real API, for the model: its evaluation, its versions, and runs."""

import pytest

from tests.contract.conftest import Api
from webapp.api.client import ApiClient
from webapp.api.model_versions import get_evaluation, get_versions
from webapp.api.training import start_rollback, start_training
from webapp.errors import ApiError, FailureKind


def test_the_page_reads_what_the_champion_did(api: Api, documented: str) -> None:
    found = get_evaluation(ApiClient(api))
    assert (found.version, found.rows, found.metrics["test_rmse"]) == (documented, 1, 3.5)
    assert [(point.weekday, point.actual, point.predicted) for point in found.points] == [(3, 10, 11.5)]
    assert found.residuals[3].quantiles == (-1.5,) * 5
    assert found.prefect_run_url is not None
    assert found.prefect_run_url.endswith("/runs/flow-run/a-run")


def test_the_page_reads_the_decisions_that_the_flows_write(api: Api, documented: str) -> None:
    (version,) = (item for item in get_versions(ApiClient(api), 100).items if item.version == documented)
    assert version.serves
    assert [(decision.outcome, decision.reason) for decision in version.decisions] == [("promoted", "a reason")]


def test_without_prefect_the_page_is_told_so(api: Api) -> None:
    with pytest.raises(ApiError) as raised:
        start_training(ApiClient(api), "Ana")
    assert raised.value.failure.kind is FailureKind.PIPELINE_AWAY
    with pytest.raises(ApiError) as raised:
        start_rollback(ApiClient(api), "1", "", "")
    assert raised.value.failure.kind is FailureKind.PIPELINE_AWAY


def test_without_mlflow_the_page_is_told_so(api_without_model: Api) -> None:
    with pytest.raises(ApiError) as raised:
        get_versions(ApiClient(api_without_model), 5)
    assert raised.value.failure.kind is FailureKind.MLFLOW_AWAY
