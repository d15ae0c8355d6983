"""From one local file to train, test, quarantine and report. Knows no flow, storage or model."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.data.cells import days_of
from flows.data.cleaning.outliers import find_outliers, without_outliers
from flows.data.cleaning.quarantine import write_quarantine
from flows.data.continuity import EarlierVersion, compare_with_earlier, compare_with_today
from flows.data.days.aggregation import aggregate_days
from flows.data.days.codes import find_calendar, with_codes
from flows.data.days.missing import add_zero_days
from flows.data.days.weekdays import refuse_shifted_week
from flows.data.options import Options
from flows.data.reading.read import read
from flows.data.reporting.csv_writer import days_with_sales, write_days, write_split
from flows.data.reporting.report import Notice, Report
from flows.data.reporting.warnings import Findings, warnings_of
from flows.data.splitting.split import refuse_empty, split_rows

Progress = Callable[[str], None]


def _silent(_message: str) -> None:
    return


def prepare(
    source: Path,
    out: Path,
    options: Options | None = None,
    progress: Progress = _silent,
    earlier: EarlierVersion | None = None,
    now: datetime | None = None,
) -> Report:
    """Read `source` and write `train.csv`, `test.csv`, `days.csv`, `quarantine.csv` and `report.json` into `out`.

    `out` is an existing empty folder, which also holds scratch files until the end. `progress` gets each step in a few
    words. Rows are streamed; those of the random split are packed into memory. The days are compared with those of
    `earlier`, and the last one with `now`, which has a time zone.

    Raises:
        DataError: the file can't be used as it is; `quarantine.csv` may have been written.
    """
    options = options or Options()
    with TemporaryDirectory(dir=out, prefix=".scratch-") as scratch:
        parsed, form = read(source, Path(scratch), options, progress)
        write_quarantine(parsed, out, options)
        refuse_empty(parsed, options)
        refuse_shifted_week(parsed, options)
        calendar = find_calendar(parsed, options)
        coded = with_codes(parsed, calendar.fit.rule)
        aggregated = aggregate_days(coded, options, rows_are_orders=form.rows_are_orders)
        quarantined = write_quarantine(aggregated, out, options)
        table = add_zero_days(aggregated, calendar.fit, options)
        days = days_with_sales(table.cells)
        changes = (*compare_with_earlier(days, earlier, options), *compare_with_today(days["Date"][-1], options, now))
        progress(f"Splitting {table.rows_kept:,} rows")
        whole = split_rows(table, options)
        outliers = find_outliers(whole, table.cells, options)
        progress(f"Writing train and test ({outliers.removed:,} outliers left out of train)")
        split = without_outliers(whole, outliers)
        write_split(split, table.cells, out)
        write_days(table.cells, out)
        findings = Findings(parsed, coded, table, split, outliers, calendar, form)
        notices = (*warnings_of(findings, options), *changes)
    report = _report(findings, quarantined, notices, options)
    (out / "report.json").write_text(report.model_dump_json(indent=2), encoding="utf-8")
    return report


def _report(findings: Findings, quarantined: dict[str, int], notices: tuple[Notice, ...], options: Options) -> Report:
    table, split = findings.table, findings.split
    days = days_of(table.cells)
    return Report(
        format=findings.form,
        rows_read=table.rows_read,
        rows_blank=table.rows_blank,
        rows_quarantined=table.rows_bad,
        quarantined=quarantined,
        rows_kept=table.rows_kept,
        days=days.len(),
        first_date=str(days[0]),
        last_date=str(days[-1]),
        split=options.split,
        train_rows=split.train_rows,
        test_rows=split.test_rows,
        outliers=findings.outliers,
        calendar=findings.calendar.fit,
        total_sales=round(float(table.cells["total"].sum()), 6),
        warnings=notices,
    )
