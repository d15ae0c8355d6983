"""Quantiles of a column too long for memory are numpy's."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.data.cleaning import quantiles


@given(
    values=st.lists(st.floats(1e-3, 1e12) | st.integers(1, 50).map(float), min_size=1, max_size=300),
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=4),
)
def test_quantiles_are_numpys(values: list[float], shares: list[float]) -> None:
    found = quantiles.quantiles(pl.LazyFrame({"value": values}), "value", (min(values), max(values)), shares)
    assert found == pytest.approx(np.quantile(values, shares).tolist(), rel=1e-12)


@given(values=st.lists(st.integers(1, 90_000), min_size=1, max_size=300), shares=st.lists(st.floats(0, 1), min_size=1))
def test_quantiles_of_whole_numbers_are_numpys(values: list[int], shares: list[float]) -> None:
    within = (float(min(values)), float(max(values)))
    found = quantiles.quantiles(pl.LazyFrame({"value": values}), "value", within, shares, whole=True)
    assert found == pytest.approx(np.quantile(values, shares).tolist(), rel=1e-12)
