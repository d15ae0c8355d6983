"""The model that a search returns is one that scikit-learn and skops know, whichever way it was grown."""

from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from flows.search import pipeline, search
from tests.flows.search.grid_search_comparison import days

GRID = {"n_estimators": [5], "max_features": [2]}


@pytest.mark.parametrize("rows", [300, 5000])
def test_it_is_saved_and_loaded_with_no_trust_but_in_trees(rows: int, tmp_path: Path) -> None:
    features, sales = days(rows)
    found = search(features, sales, GRID)
    skops.io.dump(found.model, tmp_path / "model.skops")
    assert skops.io.get_untrusted_types(file=tmp_path / "model.skops") == ["sklearn.tree._tree.Tree"]
    loaded = skops.io.load(tmp_path / "model.skops", trusted=["sklearn.tree._tree.Tree"])
    assert type(loaded) is Pipeline
    np.testing.assert_array_equal(loaded.predict(features), found.model.predict(features))


def test_it_can_be_fitted_again() -> None:
    features, sales = days(5000)
    model = search(features, sales, GRID).model
    again = clone(model).fit(features, sales)
    np.testing.assert_array_equal(again.predict(features), model.predict(features))
    assert list(model.feature_names_in_) == list(features)


@pytest.mark.parametrize("rows", [300, 5000])
def test_an_out_of_bag_score_is_computed_on_the_rows(rows: int) -> None:
    features, sales = days(rows)
    found = search(features, sales, {"n_estimators": [40], "oob_score": [True]})
    plain = pipeline(42, n_estimators=40, oob_score=True).fit(features, sales)
    assert found.model["forest"].oob_score_ == plain["forest"].oob_score_
