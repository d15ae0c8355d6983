"""Detect a change in standardised residuals, day by day. Knows arrays only.

The Page-Hinkley test (Page, Continuous Inspection Schemes, 1954) sums what exceeds a tolerance.
The conformal test martingale (Vovk et al., Algorithmic Learning in a Random World, 2nd ed., algorithm 8.1; the
implementation of `crepes`) is a second opinion with a guarantee: if nothing changes, it reaches a limit of c ever with
a probability of at most 1 / c.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Limits:
    """How much a detector tolerates a day, and the sum at which it raises an alarm, both in standard deviations."""

    tolerance: float
    alarm: float


LEVEL_LIMITS = Limits(tolerance=0.5, alarm=10.0)
"""For signed residuals: +10 % of sales is seen after 6 days, +5 % after 15 (median, `make bench-watch`)."""
NOISE_LIMITS = Limits(tolerance=0.27, alarm=23.0)
"""For squared residuals divided by their own standard deviation: noise up by 60 % is seen after 35 days."""
MARTINGALE_LIMIT = 100.0
MARTINGALE_SEED = 20_260_701


@dataclass(frozen=True)
class Track:
    """A detector's sum after each day, shape (n,), and the first day on which it passed its limit; None if never."""

    sums: Values
    limit: float
    first_alarm: int | None

    @property
    def share_of_limit(self) -> float:
        """How near the newest sum is to the limit: 1 or more is an alarm."""
        return float(self.sums[-1] / self.limit) if len(self.sums) else 0.0


def page_hinkley(reference: Values, new: Values, limits: Limits) -> Track:
    """Follow `new` values after warming up on `reference` values, both in standard deviations.

    The reference never raises an alarm, but its mean is what new values are held against. After an alarm the sums go
    on, so that they show whether the change lasts.
    """
    sums = page_hinkley_sums(np.concatenate([reference, new]), limits.tolerance)[len(reference) :]
    above = np.flatnonzero(sums > limits.alarm)
    return Track(sums, limits.alarm, int(above[0]) if len(above) else None)


def page_hinkley_sums(values: Values, tolerance: float) -> Values:
    """Compute the two-sided Page-Hinkley sums of `values`, shape (..., n), along the last axis.

    Each value is held against the mean of all values up to it. The sum is the larger of what rose above the lowest
    point and what fell below the highest point of the cumulated deviations. `river.drift.PageHinkley` with `alpha=1`
    gives the same sums one value at a time; a test compares them.
    """
    days = np.arange(1, values.shape[-1] + 1)
    deviations = values - np.cumsum(values, axis=-1) / days
    rising = np.cumsum(deviations - tolerance, axis=-1)
    falling = np.cumsum(deviations + tolerance, axis=-1)
    rise = rising - np.minimum.accumulate(rising, axis=-1)
    fall = np.maximum.accumulate(falling, axis=-1) - falling
    return np.asarray(np.maximum(rise, fall), dtype=np.float64)


def martingale(reference: Values, new: Values) -> Track:
    """Bet against "new residuals come from the reference distribution" and follow the winnings.

    The nonconformity of a day is its absolute signed residual in standard deviations. Ties in rank are broken by a
    seeded generator, so the same days always give the same winnings.
    """
    from crepes.martingales import SimpleJumper

    generator = np.random.default_rng(MARTINGALE_SEED)
    ordered = np.sort(np.abs(reference))
    scores = np.abs(new)
    above = len(ordered) - np.searchsorted(ordered, scores, side="right")
    equal = np.searchsorted(ordered, scores, side="right") - np.searchsorted(ordered, scores, side="left")
    p_values = (above + generator.uniform(size=len(new)) * (equal + 1)) / (len(ordered) + 1)
    winnings = np.asarray(SimpleJumper().apply(p_values), dtype=np.float64).reshape(-1) if len(new) else np.empty(0)
    reached = np.flatnonzero(winnings >= MARTINGALE_LIMIT)
    return Track(winnings, MARTINGALE_LIMIT, int(reached[0]) if len(reached) else None)
