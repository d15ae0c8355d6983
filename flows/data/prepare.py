"""From one local file to train, test, quarantine and report; knows no flow, storage or model."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from .errors import DataError
from .options import Options
from .report import FileFormat, Notice, Outlier, Outliers, Report
from .splitting import chronological_cut, random_rows, stable_test_days

COLUMNS = ("Date", "DayOfWeek", "Season", "Holiday", "Sales")


def _silent(_message: str) -> None:
    return


def prepare(
    source: Path, out: Path, options: Options | None = None, progress: Callable[[str], None] = _silent
) -> Report:
    """Read `source`, write `train.csv`, `test.csv`, `quarantine.csv` and `report.json` into `out`.

    `out` is an existing empty folder. `progress` is told each step in a few words.

    Raises:
        DataError: the file can't be used as it is; `quarantine.csv` may have been written.
    """
    options = options or Options()
    progress("reading")
    frame = _read(source)
    progress("splitting")
    train, test = _split(frame, options)
    progress("filtering outliers")
    kept, outliers = _filter(train, options)
    kept.select(COLUMNS).write_csv(out / "train.csv")
    test.select(COLUMNS).write_csv(out / "test.csv")
    pl.DataFrame(schema=dict.fromkeys(("row", "column", "value", "reason"), pl.String)).write_csv(
        out / "quarantine.csv"
    )
    report = _report(frame, kept, test, outliers, options)
    (out / "report.json").write_text(report.model_dump_json(indent=2), encoding="utf-8")
    return report


def _read(source: Path) -> pl.DataFrame:
    if not source.is_file():
        raise DataError(f"There is no file {source}: set the source to an existing CSV or Parquet file.")
    try:
        frame = pl.read_csv(source, try_parse_dates=True, row_index_name="row", row_index_offset=2)
    except pl.exceptions.NoDataError as error:
        raise DataError(f"The file {source.name} is empty: give one with {', '.join(COLUMNS)}.") from error
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise DataError(f"The file {source.name} has no column {missing[0]}: add it or rename one.")
    return frame


def _split(frame: pl.DataFrame, options: Options) -> tuple[pl.DataFrame, pl.DataFrame]:
    if options.split == "random":
        train, test = random_rows(frame.height, options.test_size, options.seed)
        return frame[train], frame[test]
    if options.split == "chronological":
        is_test = pl.col("Date") >= chronological_cut(frame["Date"], options.test_size)
    else:
        days = stable_test_days(frame["Date"], options.test_size, options.seed)
        is_test = pl.col("Date").is_in(sorted(days))
    return frame.filter(~is_test), frame.filter(is_test)


def _filter(train: pl.DataFrame, options: Options) -> tuple[pl.DataFrame, Outliers]:
    q1, q3 = (float(train["Sales"].quantile(q, "linear") or 0) for q in (0.25, 0.75))
    reach = options.iqr_factor * (q3 - q1)
    inside = pl.col("Sales").is_between(q1 - reach, q3 + reach)
    removed = train.filter(~inside)
    share = removed.height / train.height
    if share > options.max_outliers:
        raise DataError(f"Sales: {share:.1%} of train are outliers: raise max_outliers or iqr_factor.")
    listed = tuple(Outlier(row=r["row"], date=str(r["Date"]), sales=r["Sales"]) for r in removed.head(20).to_dicts())
    return train.filter(inside), Outliers(
        q1=q1, q3=q3, lower=q1 - reach, upper=q3 + reach, removed=removed.height, share=share, listed=listed
    )


def _report(
    frame: pl.DataFrame, train: pl.DataFrame, test: pl.DataFrame, outliers: Outliers, options: Options
) -> Report:
    wrong = frame.filter(pl.col("Date").dt.weekday() != pl.col("DayOfWeek")).height
    message = f"DayOfWeek disagrees with the calendar in {wrong} of {frame.height} rows."
    return Report(
        format=FileFormat(
            kind="csv", encoding="utf-8", separator=",", decimal=".", thousands="", date_format="%Y-%m-%d",
            columns={name: name for name in COLUMNS},
        ),
        rows_read=frame.height, rows_blank=0, rows_quarantined=0, quarantined={}, rows_kept=frame.height,
        days=frame["Date"].n_unique(), first_date=str(frame["Date"].min()), last_date=str(frame["Date"].max()),
        split=options.split, train_rows=train.height, test_rows=test.height, outliers=outliers,
        warnings=(Notice(code="weekday_against_calendar", message=message, count=wrong),) if wrong else (),
    )  # fmt: skip
