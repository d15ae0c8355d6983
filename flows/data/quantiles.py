"""Exact quantiles of a column too long to sort in memory. Knows numbers only."""

from collections.abc import Sequence
from math import ceil, floor

import polars as pl

BINS = 1 << 16


def quantiles(values: pl.LazyFrame, column: str, within: tuple[float, float], shares: Sequence[float]) -> list[float]:
    """Quantiles of `column`, interpolated linearly between ranks as numpy and pandas do.

    One pass counts equal bins over `within`, limits that no value exceeds; a second sorts the few bins
    that hold the wanted ranks. So a bin of 65,536 is in memory, not the column.
    """
    low, high = within
    value = pl.col(column).cast(pl.Float64)
    place = ((value - low) / ((high - low) or 1.0) * BINS).cast(pl.Int32)
    bins = values.group_by(place.alias("bin")).agg(n=pl.len()).sort("bin").collect(engine="streaming")
    bins = bins.with_columns(end=pl.col("n").cum_sum())
    ranks = [share * (bins["end"][-1] - 1) for share in shares]
    wanted = bins[sorted({_bin_of(bins, rank) for exact in ranks for rank in (floor(exact), ceil(exact))})]
    inside = values.filter(place.is_in(wanted["bin"].implode())).select(value.alias("value"))
    ordered = inside.collect(engine="streaming")["value"].sort()
    return [_between(ordered, wanted, rank) for rank in ranks]


def _bin_of(bins: pl.DataFrame, rank: int) -> int:
    return int(bins["end"].search_sorted(rank, side="right"))


def _between(ordered: pl.Series, wanted: pl.DataFrame, rank: float) -> float:
    lower, upper = (_at(ordered, wanted, whole) for whole in (floor(rank), ceil(rank)))
    return lower + (upper - lower) * (rank % 1)


def _at(ordered: pl.Series, wanted: pl.DataFrame, rank: int) -> float:
    """The value of a rank, from the sorted values of the wanted bins alone."""
    number = _bin_of(wanted, rank)
    before = int(wanted["n"][:number].sum())
    return float(ordered[rank - int(wanted["end"][number] - wanted["n"][number]) + before])
