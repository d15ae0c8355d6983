"""Each condition of the fast ways, on both sides: the same answer, and the table says by which way."""

import numpy as np
import pandas as pd
import pytest

from flows.search import DEFAULT_GRID, SearchError, SearchResult, search
from tests.flows.search.grid_search_comparison import days, same_as_plain

FEW = {"n_estimators": [4]}


def ways(found: SearchResult) -> set[str]:
    return set(found.table["way"])


def test_whole_sales_grow_on_cells_and_others_on_rows() -> None:
    features, sales = days(5000)
    assert ways(same_as_plain(features, sales, FEW)) == {"cells"}
    found = same_as_plain(features, sales + 0.25, FEW)
    assert ways(found) == {"rows"}
    assert found.notes[1] == "Trees grew on the rows, because the sales are not all whole numbers."


def test_only_squared_error_grows_on_cells() -> None:
    found = same_as_plain(*days(5000), {**FEW, "criterion": ["squared_error", "poisson"]})
    assert list(found.table["way"]) == ["cells", "rows"]


@pytest.mark.parametrize(("largest", "way"), [(600_000, "cells"), (900_000, "rows")])
def test_squares_that_add_up_beyond_exactness_grow_on_rows(largest: int, way: str) -> None:
    """4,000 training rows at a mean square of 2^51 / 4,000, that is sales of 750,000, are the limit."""
    features, sales = days(5000)
    assert ways(same_as_plain(features, largest + sales % 7, FEW)) == {way}


def test_some_bags_beyond_exactness_and_some_not() -> None:
    """A bag that draws the one enormous day grows on rows; the others grow on cells."""
    features, sales = days(5000)
    sales = sales.where(sales.index != 4999, 60_000_000)
    found = same_as_plain(features, sales, {"n_estimators": [8]})
    assert ways(found) == {"cells+rows"}
    assert "more than 2^51" in found.notes[1]


def test_limits_larger_than_an_input_has_rows_grow_on_rows() -> None:
    table = days(5000)  # about 140 training rows an input
    assert ways(same_as_plain(*table, {**FEW, "min_samples_split": [5]})) == {"cells"}
    found = same_as_plain(*table, {**FEW, "min_samples_split": [40]})
    assert ways(found) == {"rows"}
    assert "too few rows an input" in found.notes[1]


def test_a_bag_too_small_for_the_limits_grows_on_rows() -> None:
    table = days(5000)
    assert ways(same_as_plain(*table, {**FEW, "max_samples": [4000]})) == {"cells"}
    assert ways(same_as_plain(*table, {**FEW, "max_samples": [50]})) == {"rows"}


def test_rare_inputs_stay_rows_among_cells() -> None:
    features, sales = days(5000, holidays=0.003)
    found = same_as_plain(features, sales, {**FEW, "min_samples_leaf": [1, 2]})
    assert ways(found) == {"cells", "cells+shared"} or ways(found) == {"cells"}


def test_nearly_as_many_inputs_as_rows_grow_on_rows() -> None:
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"a": rng.random(400)}), pd.Series(rng.integers(1, 99, 400))
    assert ways(same_as_plain(*table, FEW)) == {"rows"}


def test_features_that_are_not_finite_go_the_plain_way() -> None:
    features, sales = days(300)
    features = features.astype(float)
    features.loc[17, "Season"] = np.nan
    found = same_as_plain(features, sales, FEW)
    assert ways(found) == {"plain"}
    assert "not all finite numbers" in found.notes[0]


def test_a_fit_that_cannot_be_repeated_goes_the_plain_way() -> None:
    calls: list[tuple[float, str]] = []
    found = search(*days(120), {**FEW, "random_state": [None]}, progress=lambda *share: calls.append(share))
    assert ways(found) == {"plain"}
    assert calls[-1][0] == 1.0
    assert "because random_state" in calls[-1][1]
    assert "random_state" in found.notes[0]


def test_poisson_with_a_day_without_sales_goes_the_plain_way() -> None:
    features, sales = days(200)
    found = same_as_plain(features, sales.where(sales.index != 3, 0), {**FEW, "criterion": ["poisson"]})
    assert ways(found) == {"plain"}


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"trees": [100]}, r"names trees; a forest's parameters are bootstrap,"),
        ({"max_depth": [0]}, "max_depth"),
        ({"n_estimators": [0]}, "n_estimators"),
        ({"bootstrap": [False], "max_samples": [0.5]}, "max_sample"),
        ({"criterion": ["gini"]}, "criterion"),
        ({"criterion": ["friedman_mse"]}, "criterion"),
        ({"n_estimators": ["100"]}, "Got '100' instead"),
        ({"max_depth": []}, "no value for max_depth: give one"),
    ],
)
def test_what_scikit_learn_refuses_is_refused(grid: dict[str, list[object]], message: str) -> None:
    with pytest.raises(SearchError, match=message) as caught:
        search(*days(60), grid)
    assert "\n" not in str(caught.value)


def test_features_and_sales_of_unequal_length_are_refused() -> None:
    features, sales = days(60)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        search(features, sales[:59], FEW)


def test_fewer_rows_than_folds_are_refused() -> None:
    with pytest.raises(ValueError, match="n_splits=5"):
        search(*days(4), FEW)


def test_the_usual_grid_grows_each_tree_once(real: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    found = search(real[0][["DayOfWeek", "Season", "Holiday"]], real[0]["Sales"], DEFAULT_GRID)
    assert found.notes[0] == "2,000 trees were grown for the folds where the plain search grows 9,000."


def test_progress_is_told_about_twenty_times_and_to_the_end() -> None:
    shares = []
    search(*days(100), {"n_estimators": [60]}, progress=lambda share, message: shares.append((share, message)))
    assert shares == sorted(shares, key=lambda call: call[0])
    assert 15 < len(shares) < 25
    assert shares[-1] == (1.0, "Searching the grid: 100% of the trees")
