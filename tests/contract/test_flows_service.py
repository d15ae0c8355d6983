"""What the flows store is what the API serves: each candidate, by the same list of types."""

import hashlib
from typing import cast, get_args

import numpy as np
import polars as pl
import pytest
import skops.io
import yaml

from flows.candidates import Candidate
from flows.registry import TRUSTED_TYPES as STORED_TYPES
from flows.training import Trained, about, train
from flows.trainingdata import Recipe
from service.champion import FEATURES, Champion
from service.days import ALL_CODES
from service.loading import TRUSTED_TYPES as SERVED_TYPES
from service.loading import load_champion

CANDIDATES = cast("tuple[Candidate, ...]", get_args(Candidate))
ROWS = pl.DataFrame(
    [(day % 7 + 1, day // 90 + 1, int(day % 7 == 6), 1000 + 300 * (day % 7) + day) for day in range(360)],
    schema=["DayOfWeek", "Season", "Holiday", "Sales"],
    orient="row",
).with_columns(Date=pl.date(2025, 1, 1) + pl.duration(days=pl.int_range(360)))


@pytest.fixture(scope="module", params=CANDIDATES)
def trained(request: pytest.FixtureRequest) -> Trained:
    return train(ROWS[::2], ROWS[1::2], Recipe({"n_estimators": [4]}, 1, [request.param]))


def served(trained: Trained) -> Champion:
    """What the API makes of the files that the flows store."""
    model = skops.io.dumps(trained.search.model)
    mlmodel = yaml.safe_dump({"metadata": {"steam_sales": about(trained, ROWS[::2], "v1")}}).encode()
    return load_champion("1", hashlib.sha256(model).hexdigest(), mlmodel, model)


def test_a_candidate_is_served_as_it_was_trained(trained: Trained) -> None:
    inputs = pl.DataFrame(ALL_CODES, schema=list(FEATURES), orient="row").to_pandas()
    expected = trained.search.model.predict(inputs)
    assert len(set(expected)) > 7
    np.testing.assert_array_equal(served(trained).predictions, expected)


def test_both_rooms_trust_exactly_what_the_candidates_need() -> None:
    needed = set()
    for name in CANDIDATES:
        model = train(ROWS[::2], ROWS[1::2], Recipe({"n_estimators": [1]}, 1, [name])).search.model
        needed |= set(skops.io.get_untrusted_types(data=skops.io.dumps(model)))
    assert sorted(needed) == sorted(STORED_TYPES) == sorted(SERVED_TYPES)
