"""A bag's weights on cells say exactly what the bag's rows say, or nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.search.cells import MAX_EXACT_SUM, CellTable, make_cell_table
from flows.search.dataset import Dataset


def cells(min_rows: int) -> CellTable:
    scaled = np.array([[0.5]], dtype=np.float32)
    return CellTable(min_rows, np.array([0]), np.array([], dtype=np.intp), np.tile(scaled, (min_rows + 2, 1)),
                 np.array([1.0, -1.0, *[0.0] * min_rows])[:, np.newaxis])  # fmt: skip


@given(
    min_rows=st.integers(2, 12),
    sales=st.lists(st.integers(-50_000, 50_000), min_size=12, max_size=60),
)
@example(min_rows=12, sales=[1] + [0] * 11)  # the last zero row gets no weight
@example(min_rows=12, sales=[0] * 12)
def test_stand_ins_have_the_count_sum_and_squares_of_the_rows(min_rows: int, sales: list[int]) -> None:
    y = np.array(sales, dtype=float)
    counts = np.ones(len(y))
    sums = np.array([[len(y)], [len(y)], [y.sum()], [(y * y).sum()]])
    table = cells(min_rows)
    weights, targets = table.weights(counts, sums), table.targets[:, 0]
    assert weights is not None
    assert [weights.sum(), (weights * targets).sum(), (weights * targets * targets).sum()] == sums[1:, 0].tolist()
    assert np.count_nonzero(weights) >= min_rows


@pytest.mark.parametrize(("squares", "exact"), [(MAX_EXACT_SUM, True), (MAX_EXACT_SUM + 2, False)])
def test_squares_up_to_the_limit_are_exact(squares: float, exact: bool) -> None:
    weights = cells(2).weights(np.ones(10), np.array([[10.0], [10.0], [100.0], [squares]]))
    assert (weights is not None) == exact


@pytest.mark.parametrize(("rows", "enough"), [(5, True), (4, False)])
def test_a_frequent_input_needs_as_many_rows_as_the_largest_limit(rows: int, enough: bool) -> None:
    weights = cells(5).weights(np.ones(9), np.array([[rows], [9.0], [10.0], [20.0]]))
    assert (weights is not None) == enough


@pytest.mark.parametrize(("frequency", "frequent"), [(24, True), (23, False)])
def test_an_input_of_few_rows_is_not_frequent(frequency: int, frequent: bool) -> None:
    cell = np.repeat([0, 1], [200, frequency])
    table = make_cell_table(cell, np.zeros((2, 1), dtype=np.float32), np.ones(len(cell)), min_rows=2)
    assert table
    assert table.frequent.tolist() == ([0, 1] if frequent else [0])
    assert table.rare.size == (0 if frequent else 23)


def test_a_table_that_saves_less_than_three_quarters_is_none() -> None:
    cell = np.repeat([0, 1], [24, 18])
    assert make_cell_table(cell, np.zeros((2, 1), dtype=np.float32), np.ones(42), min_rows=2) is None


@pytest.mark.parametrize("folds", [2, 5])
def test_sums_of_a_bag_are_those_of_its_rows(folds: int) -> None:
    rng = np.random.default_rng(folds)
    features = pd.DataFrame({"a": rng.integers(0, 3, 100), "b": rng.integers(0, 2, 100)})
    rows = Dataset.of(features, pd.Series(rng.integers(1, 50, 100)))
    size = 100 // folds
    spans = [(start, start + size) for start in range(0, 100, size)]
    counts = rng.integers(0, 4, 100 - size).astype(float)
    for span, sums in zip(spans, rows.sums_without(spans, counts), strict=True):
        outside = rows.rows_outside(span)
        for cell in range(len(rows.inputs)):
            there = rows.input_ids[outside] == cell
            y, weight = rows.y[outside][there], counts[there]
            assert sums[:, cell].tolist() == [
                (weight > 0).sum(),
                weight.sum(),
                (weight * y).sum(),
                (weight * y * y).sum(),
            ]
