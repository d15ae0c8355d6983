"""A model is served only after every check; what fails one is refused with its reason."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from sklearn.preprocessing import FunctionTransformer
from skops.io import dumps

from domain.calendar import Overrides
from service.errors import ModelRefusedError
from service.model_loading.loader import load_champion as load
from service.model_loading.worker_client import WorkerClient
from service.prediction.champion import Champion
from tests.service.findings import FINDINGS
from tests.service.registering import fitted

TABULATOR = WorkerClient()


@pytest.fixture(scope="module", autouse=True)
def _ended() -> Iterator[None]:
    yield
    TABULATOR.close()


def load_champion(version: str, sha256: str, mlmodel: bytes, model: bytes) -> Champion:
    """As the API does, by the process that reads models."""
    return load(version, sha256, mlmodel, model, Overrides(), TABULATOR)


def mlmodel(**changes: Any) -> bytes:
    """An MLmodel file with changed findings."""
    return yaml.safe_dump({"metadata": {"steam_sales": FINDINGS | changes}}).encode()


def digest(model: bytes) -> str:
    """Its SHA-256."""
    return hashlib.sha256(model).hexdigest()


@pytest.fixture(scope="module")
def model() -> bytes:
    """The file of a good pipeline."""
    content: bytes = dumps(fitted(0.0)[0])
    return content


def test_a_good_model_predicts_every_input_as_its_pipeline(model: bytes) -> None:
    pipeline, inputs = fitted(0.0)
    champion = load_champion("3", digest(model), mlmodel(), model)
    assert champion.predictions == pytest.approx(pipeline.predict(inputs), rel=1e-12)
    assert (champion.version, champion.data_version) == ("3", FINDINGS["data_version"])


def test_another_file_than_the_tag_describes_is_refused(model: bytes) -> None:
    with pytest.raises(ModelRefusedError, match="sha256"):
        load_champion("3", digest(model), mlmodel(), model + b" ")


def test_a_planted_function_is_refused_unread() -> None:
    pipeline, _ = fitted(0.0)
    pipeline.steps.insert(0, ("planted", FunctionTransformer(print)))
    planted = dumps(pipeline)
    with pytest.raises(ModelRefusedError, match="Untrusted"):
        load_champion("3", digest(planted), mlmodel(), planted)


def test_a_file_that_is_no_model_is_refused() -> None:
    with pytest.raises(ModelRefusedError, match="cannot serve"):
        load_champion("3", digest(b"PK"), mlmodel(), b"PK")


def test_a_model_of_other_columns_is_refused() -> None:
    pipeline, inputs = fitted(0.0)
    pipeline.fit(inputs.rename(columns={"Season": "Month"}), inputs["DayOfWeek"])
    other = dumps(pipeline)
    with pytest.raises(ModelRefusedError, match="feature names"):
        load_champion("3", digest(other), mlmodel(), other)


def test_predictions_that_are_no_numbers_are_refused() -> None:
    pipeline, _ = fitted(0.0)
    pipeline.steps[1][1].estimators_[0].tree_.value[:] = float("nan")
    broken = dumps(pipeline)
    with pytest.raises(ModelRefusedError, match="predictions"):
        load_champion("3", digest(broken), mlmodel(), broken)


@pytest.mark.parametrize(
    "changes",
    [
        {"features": ["DayOfWeek", "Season"]},
        {"interval": {"level": 0.9, "by_weekday": {"1": [-1.0, 1.0]}}},
        {"interval": {"level": 90, "by_weekday": FINDINGS["interval"]["by_weekday"]}},
        {"seen": [[1, 1]]},
        {"trained_at": "yesterday"},
        {"metrics": {"test_rmse": float("inf")}},
    ],
    ids="-".join,
)
def test_findings_that_are_not_as_agreed_are_refused(model: bytes, changes: dict[str, Any]) -> None:
    with pytest.raises(ModelRefusedError, match="version 3"):
        load_champion("3", digest(model), mlmodel(**changes), model)


def test_a_file_without_findings_is_refused(model: bytes) -> None:
    for content in (b"", b"metadata: null", b"{", b"\xff\xfe"):
        with pytest.raises(ModelRefusedError, match=r"metadata\.steam_sales"):
            load_champion("3", digest(model), content, model)
