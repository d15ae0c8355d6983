"""Computes exact quantiles of a column too long to sort in memory. Knows numbers only."""

from collections.abc import Callable, Sequence
from math import ceil, floor

import polars as pl

BINS = 1 << 16


def quantiles(
    values: pl.LazyFrame, column: str, within: tuple[float, float], shares: Sequence[float], whole: bool = False
) -> list[float]:
    """Return quantiles of `column`, interpolated linearly between ranks as numpy and pandas do.

    One pass counts equal bins over `within`, limits that no value exceeds; a second sorts the few bins
    that hold the wanted ranks. So a bin of 65,536 is in memory, not the column. Where all values are
    `whole` and that near to one another, each value is a bin of its own, and one pass is enough.
    """
    low, high = within
    value = pl.col(column).cast(pl.Float64)
    if whole and high - low < BINS:
        bins = _counted(values, value.alias("bin"))
        return _interpolated(bins, shares, lambda rank: float(bins["bin"][_bin_of(bins, rank)]))
    place = ((value - low) / ((high - low) or 1.0) * BINS).cast(pl.Int32)
    bins = _counted(values, place.alias("bin"))
    wanted = bins[sorted({_bin_of(bins, rank) for share in shares for rank in _neighbours(_rank(bins, share))})]
    inside = values.filter(place.is_in(wanted["bin"].implode())).select(value.alias("value"))
    ordered = inside.collect(engine="streaming")["value"].sort()
    return _interpolated(bins, shares, lambda rank: _at(ordered, wanted, rank))


def _counted(values: pl.LazyFrame, place: pl.Expr) -> pl.DataFrame:
    """The bins that have values, sorted, with `n` values and the rank `end` after the last of them."""
    counted = values.group_by(place).agg(n=pl.len()).sort("bin").with_columns(end=pl.col("n").cum_sum())
    return counted.collect(engine="streaming")


def _rank(bins: pl.DataFrame, share: float) -> float:
    return share * (int(bins["end"][-1]) - 1)


def _neighbours(rank: float) -> tuple[int, int]:
    return floor(rank), ceil(rank)


def _interpolated(bins: pl.DataFrame, shares: Sequence[float], at: Callable[[int], float]) -> list[float]:
    ranks = [_rank(bins, share) for share in shares]
    pairs = [tuple(map(at, _neighbours(rank))) for rank in ranks]
    return [lower + (upper - lower) * (rank % 1) for rank, (lower, upper) in zip(ranks, pairs, strict=True)]


def _bin_of(bins: pl.DataFrame, rank: int) -> int:
    return int(bins["end"].search_sorted(rank, side="right"))


def _at(ordered: pl.Series, wanted: pl.DataFrame, rank: int) -> float:
    """The value of a rank, from the sorted values of the wanted bins alone."""
    number = _bin_of(wanted, rank)
    before = int(wanted["n"][:number].sum())
    return float(ordered[rank - int(wanted["end"][number] - wanted["n"][number]) + before])
