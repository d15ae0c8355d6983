"""What people delete in MLflow: each loss gets a true sentence before the work, and none stops the next training."""

import os
import sqlite3
import subprocess
import sys

import pytest
from mlflow.exceptions import MlflowException

from flows.orchestration.status import _describe_model
from flows.tracking import runs
from flows.tracking.decisions import (
    DECISION_TAG,
    EXPERIMENT_NAME,
    MODEL_NAME,
    PROGRESS_TAG,
    DecisionLog,
    DecisionRecord,
)
from flows.tracking.errors import RegistryError
from flows.tracking.serving_check import find_usable_champion, why_not_servable
from flows.tracking.versions import ALIAS
from flows.training.train import TrainingResult
from tests.flows.flow_environment import ROLLBACK, FlowEnvironment
from tests.flows.mlflow_home import Home, decision

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module", autouse=True)
def _data(home: Home) -> None:
    home.data()


@pytest.fixture(scope="module")
def environment(home: Home, forked: dict[str, str]) -> FlowEnvironment:
    return FlowEnvironment(home.folder, home.registry.uri, forked)


def champion(home: Home) -> str:
    found = home.registry.champion()
    assert found
    return found.version


def test_the_last_former_champion_replaces_one_that_was_deleted_and_a_deleted_experiment_comes_back(
    home: Home, environment: FlowEnvironment, trained: TrainingResult
) -> None:
    former, lost = home.model(trained), home.model(trained)
    home.client.delete_model_version(MODEL_NAME, lost.version)
    assert _describe_model(home.registry) == (
        f"Model: no version serves. Version {lost.version}, the last champion, was deleted in MLflow. "
        "Run `make rollback VERSION=…` or `make retrain`."
    )
    usable = find_usable_champion(home.registry)
    assert usable.version == home.registry.get(former.version)
    assert usable.reason == f"no version is at the alias production any more; the last one was version {lost.version}"
    experiment = home.client.get_experiment_by_name(EXPERIMENT_NAME)
    assert experiment
    home.client.delete_experiment(experiment.experiment_id)

    # the challenger is the same model again, so that the former champion stays
    parameters = {"grid": {"n_estimators": [2], "max_depth": [2]}, "seed": 1}
    kind, message = environment.start("flows.retrain:retrain_and_promote_sales_model", parameters).result()
    assert (kind, "kept: RMSE" in message) == ("COMPLETED", True), message
    assert champion(home) == former.version
    kept, restored = home.registry.decisions()[:2]
    assert (restored.outcome, restored.version, restored.reason) == ("rolled back", former.version, usable.reason)
    assert kept.champion_before == former.version


def test_an_open_record_of_a_deleted_version_stops_nothing(home: Home, trained: TrainingResult) -> None:
    first, gone = home.model(trained), home.model(trained)
    run_id = runs.start_run(home.registry.uri, "killed", {}, "1.0")
    DecisionLog(home.client).begin(DecisionRecord(run_id, decision(gone.version, first.version)))
    home.client.set_registered_model_alias(MODEL_NAME, ALIAS, first.version)
    home.client.delete_model_version(MODEL_NAME, gone.version)
    kept = decision(first.version, first.version).model_copy(update={"outcome": "kept"})
    assert home.registry.apply_decision(kept, first.run_id)
    assert home.registry.versions_in_open_decisions() == set()
    assert champion(home) == first.version


def test_an_alias_is_never_left_on_a_version_that_was_deleted_meanwhile(home: Home, trained: TrainingResult) -> None:
    first, gone = home.model(trained), home.model(trained)
    home.client.set_registered_model_alias(MODEL_NAME, ALIAS, first.version)
    home.client.delete_model_version(MODEL_NAME, gone.version)
    with pytest.raises(RegistryError, match="was deleted or is being removed"):
        home.registry.apply_decision(decision(gone.version, first.version), gone.run_id)
    assert champion(home) == first.version


def test_a_champion_whose_run_was_deleted_for_good_is_shown_with_its_score_unknown(
    home: Home, trained: TrainingResult
) -> None:
    last = home.model(trained)
    home.client.delete_run(last.run_id)
    store = f"sqlite:///{home.folder / 'mlflow' / 'mlflow.db'}"
    command = [sys.executable, "-m", "mlflow", "gc", "--backend-store-uri", store, "--tracking-uri", home.registry.uri]
    variables = os.environ | {"MLFLOW_TRACKING_URI": home.registry.uri}
    subprocess.run(command, env=variables, check=True, capture_output=True)
    with pytest.raises(MlflowException, match="not found"):
        home.client.get_run(last.run_id)
    text = _describe_model(home.registry)
    assert f"version {last.version} serves, test RMSE unknown, since its MLflow run was deleted" in text
    assert find_usable_champion(home.registry).version == home.registry.get(last.version)


def test_a_champion_whose_files_were_deleted_is_replaced_before_the_work(home: Home, trained: TrainingResult) -> None:
    former, damaged = home.model(trained), home.model(trained)
    model_id = home.registry.artifact_uri(damaged).split("/")[-2]
    for path in (home.folder / "mlflow" / "artifacts").rglob(f"{model_id}/artifacts/model.skops"):
        path.unlink()
    assert why_not_servable(home.registry, damaged) == "its files are gone: model.skops"
    usable = find_usable_champion(home.registry)
    assert usable.version == home.registry.get(former.version)
    assert usable.reason.endswith("cannot be served any more: its files are gone: model.skops")
    home.client.set_registered_model_alias(MODEL_NAME, ALIAS, former.version)


def test_a_version_that_cannot_be_served_is_not_put_back(
    home: Home, environment: FlowEnvironment, trained: TrainingResult
) -> None:
    planted, current = home.model(trained), home.model(trained)
    home.client.set_model_version_tag(MODEL_NAME, planted.version, "model_sha256", "0" * 64)
    kind, message = environment.start(ROLLBACK, {"version": planted.version}).result()
    assert kind == "FAILED"
    assert message.startswith(f"Version {planted.version} cannot be served: model.skops is not the file its sha256 tag")
    assert champion(home) == current.version


@pytest.mark.parametrize("text", ["{", '{"outcome": "promoted"}', "x" * 9_000])
def test_a_record_that_cannot_be_read_stops_nothing(home: Home, trained: TrainingResult, text: str) -> None:
    last = home.model(trained)
    run_id = runs.start_run(home.registry.uri, "damaged", {}, "1.0")
    home.client.set_tag(run_id, DECISION_TAG, text)
    home.client.set_tag(run_id, PROGRESS_TAG, "begun")
    assert home.registry.close_interrupted() == 0
    assert home.registry.decisions()[0].version == last.version
    assert last.version in home.registry.recent_champions(3)


def test_a_decision_that_mlflow_would_cut_moves_no_alias(home: Home, trained: TrainingResult) -> None:
    first, second = home.model(trained), home.model(trained)
    long = decision(first.version, second.version).model_copy(update={"reason": "x" * 8_000})
    with pytest.raises(RegistryError, match=r"cut the decision of 8\d\d\d characters: shorten"):
        home.registry.apply_decision(long, first.run_id)
    assert champion(home) == second.version
    assert home.registry.versions_in_open_decisions() == set()


def test_a_reason_longer_than_the_api_takes_is_refused_by_the_flow_too(
    home: Home, environment: FlowEnvironment, trained: TrainingResult
) -> None:
    last = home.model(trained)
    kind, message = environment.start(ROLLBACK, {"version": last.version, "reason": "x" * 501}).result()
    assert kind == "FAILED"
    assert "500" in message


def test_a_registered_model_made_anew_has_decisions_of_its_own(home: Home, trained: TrainingResult) -> None:
    home.model(trained)
    home.client.delete_registered_model_alias(MODEL_NAME, ALIAS)
    home.client.delete_registered_model(MODEL_NAME)
    assert home.registry.decisions() == []
    assert _describe_model(home.registry) == "Model: none yet. Run `make retrain`."
    assert find_usable_champion(home.registry) == (None, "")
    first = home.model(trained)
    assert first.version == "1"
    assert [(d.version, d.outcome) for d in home.registry.decisions()] == [("1", "promoted")]
    assert home.registry.recent_champions(9) == ["1"]


def test_three_thousand_versions_are_all_found(home: Home, trained: TrainingResult) -> None:
    last = int(home.model(trained).version)
    with sqlite3.connect(home.folder / "mlflow" / "mlflow.db", timeout=30) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(model_versions)")]
        copied = ", ".join({"version": "?", "run_id": "?"}.get(name, name) for name in columns)
        statement = f"INSERT INTO model_versions SELECT {copied} FROM model_versions WHERE version = {last}"
        for number in range(last + 1, 3_001):
            database.execute(statement, [number, f"{number:032x}"])
    assert sum(1 for _ in home.registry.versions()) == 3_000
    newest = home.registry.latest()
    assert newest
    assert newest.version == "3000"
    assert home.registry.get("2").version == "2"
    found = home.registry.find_by_run(f"{1_500:032x}")
    assert found
    assert found.version == "1500"
    with pytest.raises(RegistryError, match=r"no version 3001.*newest versions: 2981, .*, 3000"):
        home.registry.get("3001")
