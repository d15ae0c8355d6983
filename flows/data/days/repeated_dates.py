"""Why a table with several rows a date is refused: do they add up, repeat or restate? Names the option that works."""

import polars as pl

from flows.data.errors import DataError
from flows.data.table import ParsedTable

MAX_COMPARED_ROWS = 10_000
MAX_NAMED_COLUMNS = 3
RESTATED_SHARE = 0.5
"""If more of the dates have several rows, the table is one of parts, not one with a few days restated."""
MOSTLY = 0.5


def refusal(table: ParsedTable, repeated: pl.DataFrame, on_repeated: pl.LazyFrame) -> DataError:
    """Return the error: `repeated` has the dates with `n` rows each, `on_repeated` their rows."""
    first = on_repeated.filter(pl.col("Date") == repeated["Date"][0]).head(2).collect(engine="streaming")
    such = f"such as rows {first['row'][0]} and {first['row'][1]}, both {first['Date'][0]}"
    dates = table.cells["Date"].n_unique()
    if _copies(table.cells) > MOSTLY * repeated.height:
        return DataError(
            f"Date: rows of the file repeat others ({such}): remove the copies, or set aggregate to last, which takes "
            "one row of each date."
        )
    counted = f"{table.rows_kept:,} rows for {dates:,} dates, {such}"
    if columns := _columns_that_differ(table, on_repeated):
        return DataError(
            f"Date: the file has several rows a date ({counted}), which differ in {', '.join(columns)}: if they are "
            "parts of a day's sales, set aggregate to sum; set it to last if a later row replaces the ones before."
        )
    if repeated.height <= RESTATED_SHARE * dates:
        return DataError(
            f"Date: {repeated.height:,} of {dates:,} dates stand in the file again with other Sales ({such}): set "
            "aggregate to last if the later row is the right one, as in a later export, or to sum if they add up."
        )
    return DataError(
        f"Date: the file has several rows a date ({counted}): set aggregate to sum or mean to make one row a date, to "
        "last if the later row replaces the ones before, or to keep to leave them."
    )


def _copies(cells: pl.DataFrame) -> int:
    """Repeated dates whose rows are all the same: no shops, but a table pasted twice."""
    alone = pl.len().over("Date") == 1
    return cells.filter(alone & (pl.col("n") > 1) & (pl.col("low") == pl.col("high"))).height


def _columns_that_differ(table: ParsedTable, on_repeated: pl.LazyFrame) -> list[str]:
    """Columns of words in which most of the dates have several values, those with the fewest values first."""
    if table.extras is None:
        return []
    dated = on_repeated.select("row", "Date").head(MAX_COMPARED_ROWS)
    rows = table.extras.join(dated, on="row", how="inner").collect(engine="streaming")
    words = [name for name in rows.columns if name not in {"row", "Date"} and _is_words(rows[name])]
    differing = rows.group_by("Date").agg(pl.col(words).n_unique() > 1).select(pl.col(words).mean())
    shares = dict(zip(words, differing.row(0), strict=True)) if words else {}
    found = [name for name in words if (shares[name] or 0) > MOSTLY]
    return sorted(found, key=lambda name: rows[name].n_unique())[:MAX_NAMED_COLUMNS]


def _is_words(values: pl.Series) -> bool:
    texts = values.cast(pl.String).drop_nulls()
    texts = texts.filter(texts.str.strip_chars() != "")
    numbers = int(texts.str.contains(r"^[^\d]*[\d.,]+[^\d]*$").sum())
    return bool(texts.len()) and numbers < MOSTLY * texts.len()
