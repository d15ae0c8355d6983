"""From one local file to train, test, quarantine and report; knows no flow, storage or model."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.data.cells import days_of
from flows.data.cleaning.duplicates import settle_repeats
from flows.data.cleaning.outliers import find_outliers, without_outliers
from flows.data.cleaning.quarantine import write_quarantine
from flows.data.options import Options
from flows.data.reading.read import read
from flows.data.reporting.csv_writer import write_sides
from flows.data.reporting.report import FileFormat, Notice, Outliers, Report
from flows.data.reporting.warnings import notices
from flows.data.splitting.split import Sides, cut
from flows.data.table import ParsedTable


def _silent(_message: str) -> None:
    return


def prepare(
    source: Path, out: Path, options: Options | None = None, progress: Callable[[str], None] = _silent
) -> Report:
    """Read `source`, write `train.csv`, `test.csv`, `quarantine.csv` and `report.json` into `out`.

    `out` is an existing empty folder, which also holds scratch files until the end. `progress` is told
    each step in a few words. Rows are streamed; those of the random split
    are packed into memory.

    Raises:
        DataError: the file can't be used as it is; `quarantine.csv` may have been written.
    """
    options = options or Options()
    with TemporaryDirectory(dir=out, prefix=".scratch-") as scratch:
        found, form = read(source, Path(scratch), options, progress)
        write_quarantine(found, out, options)
        clean = settle_repeats(found, options)
        quarantined = write_quarantine(clean, out, options)
        progress(f"Splitting {clean.rows_kept:,} rows")
        sides = cut(clean, options)
        outliers = find_outliers(sides, clean.cells, options)
        progress(f"Writing train and test ({outliers.removed:,} outliers left out of train)")
        write_sides(without_outliers(sides, outliers), clean.cells, out)
        said = notices(found, clean, form, options)
    report = _report(clean, form, sides, outliers, quarantined, said, options)
    (out / "report.json").write_text(report.model_dump_json(indent=2), encoding="utf-8")
    return report


def _report(
    clean: ParsedTable,
    form: FileFormat,
    sides: Sides,
    outliers: Outliers,
    quarantined: dict[str, int],
    said: tuple[Notice, ...],
    options: Options,
) -> Report:
    days = days_of(clean.cells)
    return Report(
        format=form,
        rows_read=clean.rows_read,
        rows_blank=clean.rows_blank,
        rows_quarantined=clean.rows_bad,
        quarantined=quarantined,
        rows_kept=clean.rows_kept,
        days=days.len(),
        first_date=str(days[0]),
        last_date=str(days[-1]),
        split=options.split,
        train_rows=sides.train_rows - outliers.removed,
        test_rows=sides.test_rows,
        outliers=outliers,
        warnings=said,
    )
