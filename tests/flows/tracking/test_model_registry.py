"""The registry and the run's record on a real MLflow store, and what happens to a planted model."""

import os
from pathlib import Path

import mlflow
import polars as pl
import pytest
import skops.io
from sklearn.preprocessing import FunctionTransformer

from flows.promotion.policy import Decision, Outcome
from flows.storage.data_store import Manifest
from flows.tracking import runs
from flows.tracking.decisions import DECISION_TAG, MODEL_NAME, DecisionLog, DecisionRecord
from flows.tracking.errors import RegistryError
from flows.tracking.model_registry import ModelRegistry
from flows.tracking.versions import ALIAS, ModelVersion
from flows.training.train import TrainingResult, train
from flows.training.training_data import Grid, TrainingConfig, TrainingData, training_fingerprint

GRID: Grid = {"n_estimators": [3], "max_depth": [3, None]}
ROWS = pl.DataFrame(
    [(day % 7 + 1, day % 4 + 1, int(day % 7 == 6), 1000 + 300 * (day % 7) + day) for day in range(84)],
    schema=["DayOfWeek", "Season", "Holiday", "Sales"],
    orient="row",
).with_columns(Date=pl.date(2025, 1, 1) + pl.duration(days=pl.int_range(84)))


@pytest.fixture(scope="module")
def data() -> TrainingData:
    manifest = Manifest.model_validate(
        {
            "version": "v1", "source": "a test", "source_sha256": "", "options": {}, "rows": {}, "limits": None,
            "files": {"train.csv": "a", "test.csv": "b"}, "created_at": "2026-01-01T00:00:00Z",
        }
    )  # fmt: skip
    return TrainingData(manifest, "file:///nowhere", ROWS[:60], ROWS[60:])


@pytest.fixture(scope="module")
def trained(data: TrainingData) -> TrainingResult:
    return train(data.train, data.test, TrainingConfig(GRID, seed=1))


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> ModelRegistry:
    folder = tmp_path_factory.mktemp("mlflow")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    mlflow.set_tracking_uri(uri)
    mlflow.create_experiment("Sales Prediction", artifact_location=(folder / "artifacts").as_uri())
    return ModelRegistry(uri)


@pytest.fixture(scope="module")
def versions(
    registry: ModelRegistry, data: TrainingData, trained: TrainingResult, tmp_path_factory: pytest.TempPathFactory
) -> list[ModelVersion]:
    return [store(registry, data, trained, tmp_path_factory.mktemp("download")) for _ in range(2)]


def store(registry: ModelRegistry, data: TrainingData, trained: TrainingResult, folder: Path) -> ModelVersion:
    run_id = runs.start_run(registry.uri, "a test", {}, "1.0")
    model_uri = runs.log_training(registry.uri, run_id, data, trained)
    return registry.register(model_uri, run_id, {"model_sha256": registry.stored_digest(model_uri, folder)})


def decision(outcome: Outcome, version: ModelVersion, before: ModelVersion | None) -> Decision:
    return Decision(
        outcome=outcome, version=version.version, champion_before=before.version if before else None,
        rule="a rule", reason="a reason", decided_by="a test",
    )  # fmt: skip


def serving(registry: ModelRegistry) -> str | None:
    champion = registry.champion()
    return champion.version if champion else None


def test_a_run_holds_all_that_the_contract_names(versions: list[ModelVersion]) -> None:
    run = mlflow.get_run(versions[0].run_id)
    assert {"cv_mse", "cv_rmse", "test_mse", "test_rmse", "test_r2"} <= set(run.data.metrics)
    assert set(run.data.params) == {"candidate", *GRID}
    assert run.inputs is not None
    assert {i.dataset.name for i in run.inputs.dataset_inputs} == {"train", "test"}
    logged = {a.path for a in mlflow.artifacts.list_artifacts(run_id=run.info.run_id, artifact_path="plots")}
    assert logged == {f"plots/{name}.png" for name in ("predicted_against_actual", "residuals", "search")}
    evaluation = mlflow.artifacts.load_dict(f"{run.info.artifact_uri}/evaluation.json")
    assert evaluation["rows"] == sum(day["rows"] for day in evaluation["residuals"].values()) == len(ROWS[60:])
    assert run.data.tags["code_version"] == "1.0"
    info = mlflow.models.get_model_info(f"models:/{MODEL_NAME}/{versions[0].version}")
    assert [column.name for column in info.signature.inputs] == ["DayOfWeek", "Season", "Holiday"]
    assert info.metadata is not None
    assert info.metadata["steam_sales"]["interval"]["by_weekday"].keys() == {str(day) for day in range(1, 8)}


def test_the_stored_model_predicts_what_the_trained_one_does(
    registry: ModelRegistry, versions: list[ModelVersion], trained: TrainingResult, data: TrainingData, tmp_path: Path
) -> None:
    features = data.test.select("DayOfWeek", "Season", "Holiday").to_pandas()
    assert registry.load_model(versions[0], tmp_path).predict(features).tolist() == trained.predicted.tolist()


def test_a_run_registers_once_however_often_it_is_asked(registry: ModelRegistry, versions: list[ModelVersion]) -> None:
    again = registry.register("models:/whatever", versions[0].run_id, {})
    assert again == versions[0]
    assert registry.latest() == versions[1]


def test_promotion_and_rollback_move_one_alias_and_leave_records(
    registry: ModelRegistry, versions: list[ModelVersion]
) -> None:
    first, second = versions
    assert registry.champion() is None
    assert registry.apply_decision(decision("promoted", first, None), first.run_id)
    assert registry.apply_decision(decision("kept", second, first), second.run_id)
    assert serving(registry) == first.version
    tags = mlflow.MlflowClient().get_model_version(MODEL_NAME, first.version).tags
    assert tags["decision"] == f"stayed champion against version {second.version}: a reason"
    assert registry.apply_decision(decision("promoted", second, first), second.run_id)
    assert serving(registry) == second.version
    run_id = runs.start_run(registry.uri, "back", {}, "1.0")
    assert registry.apply_decision(decision("rolled back", first, second), run_id)
    runs.finish_run(registry.uri, run_id)
    assert serving(registry) == first.version
    assert [d.outcome for d in registry.decisions()] == ["rolled back", "promoted", "promoted"]
    assert {d.progress for d in registry.decisions()} == {"carried out"}


def test_a_decision_that_was_cut_off_says_what_became_of_it(
    registry: ModelRegistry, versions: list[ModelVersion]
) -> None:
    first, second = versions
    client = mlflow.MlflowClient()
    client.set_registered_model_alias(MODEL_NAME, ALIAS, first.version)
    DecisionLog(client).begin(DecisionRecord(second.run_id, decision("promoted", second, first)))
    assert next(d for d in registry.decisions() if d.version == second.version).progress == "not carried out"
    client.set_registered_model_alias(MODEL_NAME, ALIAS, second.version)
    assert next(d for d in registry.decisions() if d.version == second.version).progress == "carried out"
    assert registry.close_interrupted() == 1
    client.set_registered_model_alias(MODEL_NAME, ALIAS, first.version)
    assert next(d for d in registry.decisions() if d.version == second.version).progress == "carried out"
    assert registry.close_interrupted() == 0


def test_an_open_decision_of_an_older_release_is_closed_too(
    registry: ModelRegistry, versions: list[ModelVersion]
) -> None:
    first, second = versions
    run_id = runs.start_run(registry.uri, "older", {}, "1.0")
    # releases before the progress tag wrote the decision alone
    mlflow.MlflowClient().set_tag(run_id, DECISION_TAG, decision("kept", second, first).model_dump_json())
    assert registry.versions_in_open_decisions() == {first.version, second.version}
    assert registry.close_interrupted() == 1
    assert registry.versions_in_open_decisions() == set()


@pytest.mark.usefixtures("versions")
def test_runs_that_nobody_ended_are_called_killed(registry: ModelRegistry) -> None:
    run_id = runs.start_run(registry.uri, "cut off", {}, "1.0")
    registry.close_interrupted()
    assert mlflow.get_run(run_id).info.status == "KILLED"


def test_a_decision_on_a_champion_of_the_past_is_not_carried_out(
    registry: ModelRegistry, versions: list[ModelVersion]
) -> None:
    first, second = versions
    mlflow.MlflowClient().set_registered_model_alias(MODEL_NAME, ALIAS, second.version)
    stale = Decision.model_validate(decision("promoted", first, None).model_dump() | {"champion_before": "77"})
    assert not registry.apply_decision(stale, first.run_id)
    assert serving(registry) == second.version


@pytest.mark.usefixtures("versions")
def test_a_version_that_is_not_there_is_named_with_those_that_are(registry: ModelRegistry) -> None:
    with pytest.raises(RegistryError, match=r"no version 9.*1, 2"):
        registry.get("9")


def test_a_changed_file_is_refused(registry: ModelRegistry, versions: list[ModelVersion], tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="roll back"):
        registry.load_model(versions[0]._replace(sha256="0" * 64), tmp_path)


def test_a_planted_type_is_refused_though_its_digest_is_right(tmp_path: Path, registry: ModelRegistry) -> None:
    planted = FunctionTransformer(func=os.system)
    run_id = runs.start_run(registry.uri, "planted", {}, "1.0")
    with mlflow.start_run(run_id=run_id):
        info = mlflow.sklearn.log_model(
            planted, name="model", serialization_format="skops", pip_requirements=["scikit-learn"],
            skops_trusted_types=skops.io.get_untrusted_types(data=skops.io.dumps(planted)),
        )  # fmt: skip
    tags = {"model_sha256": registry.stored_digest(info.model_uri, tmp_path)}
    stored = registry.register(info.model_uri, run_id, tags)
    with pytest.raises(RegistryError, match="system"):
        registry.load_model(stored, tmp_path)


def test_the_fingerprint_tells_trainings_apart(data: TrainingData) -> None:
    same = training_fingerprint(data.manifest, TrainingConfig(GRID, 1), "a")
    assert same == training_fingerprint(data.manifest, TrainingConfig(dict(reversed(GRID.items())), 1), "a")
    configs = [
        TrainingConfig(GRID, 2),
        TrainingConfig({"n_estimators": [4]}, 1),
        TrainingConfig(GRID, 1, ["linear"]),
        TrainingConfig(GRID, 1, date_features=True),
    ]
    others = [training_fingerprint(data.manifest, config, "a") for config in configs]
    changed = data.manifest.model_copy(update={"files": {"train.csv": "c", "test.csv": "b"}})
    assert (
        len(
            {
                same,
                *others,
                training_fingerprint(changed, TrainingConfig(GRID, 1), "a"),
                training_fingerprint(data.manifest, TrainingConfig(GRID, 1), "b"),
            }
        )
        == 7
    )
