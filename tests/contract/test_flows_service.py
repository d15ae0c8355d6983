"""What the flows store is what the API serves: each candidate, by the same list of types."""

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import cast, get_args

import numpy as np
import polars as pl
import pytest
import skops.io
import yaml

from domain.calendar import ALL_CODES, CalendarRule, Overrides, calendar_of
from domain.features import date_features, model_dates
from domain.servable import TRUSTED_TYPES
from flows.training.candidates import Candidate
from flows.training.features import DATE_FEATURES as STORED_FEATURES
from flows.training.features import model_inputs
from flows.training.inference import predict
from flows.training.train import TrainingResult, model_metadata, train
from flows.training.training_data import TrainingConfig
from service.model_loading.loader import load_champion
from service.model_loading.worker_client import WorkerClient
from service.prediction.champion import FEATURES, Champion
from service.prediction.predictor import Predictor

CANDIDATES = cast("tuple[Candidate, ...]", get_args(Candidate))
US = calendar_of(CalendarRule())
TABULATOR = WorkerClient()
ROWS = pl.DataFrame(
    [(day % 7 + 1, day // 90 + 1, int(day % 7 == 6), 1000 + 300 * (day % 7) + day) for day in range(360)],
    schema=["DayOfWeek", "Season", "Holiday", "Sales"],
    orient="row",
).with_columns(Date=pl.date(2025, 1, 1) + pl.duration(days=pl.int_range(360)))


@pytest.fixture(scope="module", autouse=True)
def _ended() -> Iterator[None]:
    yield
    TABULATOR.close()


@pytest.fixture(scope="module", params=CANDIDATES)
def trained(request: pytest.FixtureRequest) -> TrainingResult:
    return train(ROWS[::2], ROWS[1::2], TrainingConfig({"n_estimators": [4]}, 1, [request.param]))


def served(trained: TrainingResult) -> Champion:
    """What the API makes of the files that the flows store."""
    model = skops.io.dumps(trained.search.model)
    mlmodel = yaml.safe_dump({"metadata": {"steam_sales": model_metadata(trained, ROWS[::2], "v1")}}).encode()
    return load_champion("1", hashlib.sha256(model).hexdigest(), mlmodel, model, Overrides(), TABULATOR)


def test_a_candidate_is_served_as_it_was_trained(trained: TrainingResult) -> None:
    every = pl.DataFrame(ALL_CODES, schema=list(FEATURES), orient="row").to_pandas()
    expected = trained.search.model.predict(every)
    assert len(set(expected)) > 7
    np.testing.assert_array_equal(served(trained).predictions, expected)


def test_both_rooms_trust_exactly_what_the_candidates_need() -> None:
    needed = set()
    for name in CANDIDATES:
        model = train(ROWS[::2], ROWS[1::2], TrainingConfig({"n_estimators": [1]}, 1, [name])).search.model
        needed |= set(skops.io.get_untrusted_types(data=skops.io.dumps(model)))
    assert sorted(needed) == sorted(TRUSTED_TYPES)


def asked_by_date() -> pl.DataFrame:
    """Every date that the API answers, as the flows would have it in a table."""
    rows = [(day, *US.codes_of(day)) for day in model_dates()]
    return pl.DataFrame(rows, schema=["Date", *FEATURES], orient="row")


@pytest.mark.parametrize("name", CANDIDATES)
def test_a_candidate_on_date_features_is_served_as_it_was_trained(name: Candidate) -> None:
    trained = train(ROWS[::2], ROWS[1::2], TrainingConfig({"n_estimators": [4]}, 1, [name], date_features=True))
    champion, rows = served(trained), asked_by_date()
    expected = predict(trained.search.model, rows)
    assert champion.features == (*FEATURES, *STORED_FEATURES)
    np.testing.assert_array_equal(np.maximum(champion.predictions, 0.0), expected)
    predictor = Predictor(champion)
    for day in (date(1990, 1, 1), date(2024, 2, 29), date(2100, 12, 31)):
        at = rows["Date"].to_list().index(day)
        assert predictor.estimate(US.codes_of(day), day).prediction == expected[at]


def test_both_rooms_make_the_same_of_a_date() -> None:
    days = pl.DataFrame({"Date": list(model_dates())})
    stored = model_inputs(days, STORED_FEATURES).to_numpy()
    np.testing.assert_array_equal(stored, [date_features(day) for day in model_dates()])


@pytest.mark.parametrize(
    ("train_rows", "test_rows"),
    [(ROWS[::2].with_columns(Sales=1000), ROWS[1::2].with_columns(Sales=1000)), (ROWS[:100], ROWS[100:101])],
    ids=["constant sales", "a test set of one row"],
)
def test_what_has_no_r2_is_served_without_that_metric(train_rows: pl.DataFrame, test_rows: pl.DataFrame) -> None:
    result = train(train_rows, test_rows, TrainingConfig({"n_estimators": [2]}, 1))
    model = skops.io.dumps(result.search.model)
    mlmodel = yaml.safe_dump({"metadata": {"steam_sales": model_metadata(result, train_rows, "v1")}}).encode()
    champion = load_champion("1", hashlib.sha256(model).hexdigest(), mlmodel, model, Overrides(), TABULATOR)
    assert set(champion.metrics) == {"cv_mse", "cv_rmse", "test_mse", "test_rmse"}
