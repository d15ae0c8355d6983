"""A rescaled model predicts the factor times what it predicted, and is stored and loaded like any other."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Lasso
from sklearn.pipeline import Pipeline

from domain.servable import TRUSTED_TYPES
from flows.search import pipeline
from flows.training.candidates import CANDIDATE_SPECS
from flows.training.metrics import FEATURES
from flows.training.rescale import rescaled


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    generator = np.random.default_rng(5)
    columns = [generator.integers(low, high, 300) for low, high in ((1, 8), (1, 5), (0, 2))]
    return pd.DataFrame(dict(zip(FEATURES, columns, strict=True)))


@pytest.mark.parametrize("kind", ["forest", "linear", "boosting"])
@pytest.mark.parametrize("factor", [0.25, 1.1, 4.0])
def test_every_prediction_is_multiplied_and_the_original_stays(kind: str, factor: float, table: pd.DataFrame) -> None:
    from skops.io import dumps, loads

    sales = 1_000 * table["DayOfWeek"] + 50 * table["Season"] + np.arange(len(table)) % 7
    model = pipeline(42) if kind == "forest" else CANDIDATE_SPECS[kind].make(42)
    before = model.fit(table, sales).predict(table)
    scaled = loads(dumps(rescaled(model, factor)), trusted=TRUSTED_TYPES)
    assert scaled.predict(table) == pytest.approx(factor * before, rel=1e-9)
    assert np.array_equal(model.predict(table), before)


def test_a_model_that_cannot_be_rescaled_is_named(table: pd.DataFrame) -> None:
    model = Pipeline([("lasso", Lasso())]).fit(table, np.arange(len(table)))
    with pytest.raises(TypeError, match="Lasso"):
        rescaled(model, 2.0)
