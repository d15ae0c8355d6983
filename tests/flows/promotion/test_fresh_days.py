"""A level learned from some days is judged on others."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.promotion.fresh_days import cross_fitted, level_factor

UNITS = st.lists(st.integers(1, 10_000), min_size=4, max_size=60)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine
@given(UNITS, st.floats(0.2, 5))
def test_an_exact_level_is_found_exactly(predicted: list[int], factor: float) -> None:
    expected = np.array(predicted, dtype=float)
    assert level_factor(factor * expected, expected) == pytest.approx(factor)
    assert cross_fitted(factor * expected, expected) == pytest.approx(factor * expected)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(UNITS, st.integers(0, 59), st.integers(1, 10**6))
def test_a_day_never_helps_to_predict_itself(predicted: list[int], place: int, other: int) -> None:
    expected = np.array(predicted, dtype=float)
    actual, day = expected.copy(), place % len(expected)
    changed = actual.copy()
    changed[day] = other
    assert cross_fitted(actual, expected)[day] == cross_fitted(changed, expected)[day]


@pytest.mark.parametrize(
    ("actual", "predicted"), [([1.0, 2, 3], [1.0, 2, 3]), ([0.0] * 6, [1.0] * 6), ([1.0] * 6, [0.0] * 6)]
)
def test_too_little_is_refused(actual: list[float], predicted: list[float]) -> None:
    with pytest.raises(ValueError, match=r"days are too few|above zero"):
        cross_fitted(np.array(actual), np.array(predicted))
