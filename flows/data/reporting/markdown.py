"""Writes the report, or a refusal, as markdown. Knows no file."""

from collections.abc import Sequence

from flows.data.cleaning.quarantine import Fault
from flows.data.reporting.report import Report

VALUE = 60


def to_markdown(report: Report) -> str:
    """Return tables of counts, quarantine and outliers, then the warnings."""
    parts = [_counts(report), _quarantine(report), _outliers(report), _warnings(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def refusal_to_markdown(reason: str, faults: Sequence[Fault]) -> str:
    """Return why a file was refused, with the first of its rows that have a fault."""
    rows = [(fault.row, fault.column, " ".join((fault.value or "").split())[:VALUE], fault.reason) for fault in faults]
    table = [_table(("Row", "Column", "Value", "Reason"), [*rows])] if rows else []
    return "\n\n".join(["# Refused", reason, *table]) + "\n"


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|")


def _counts(report: Report) -> str:
    form, found = report.format, report.outliers
    read_as = [
        form.kind.upper(),
        form.encoding,
        repr(form.separator) if form.separator else "",
        f"dates {form.date_format}",
    ]
    decimal = "" if form.decimal == "plain" else f"decimal {form.decimal}"
    rows: list[tuple[object, ...]] = [
        ("Source", ", ".join(word for word in [*read_as, decimal] if word)),
        ("Rows read", f"{report.rows_read:,}"),
        ("Rows quarantined", f"{report.rows_quarantined:,}"),
        ("Rows kept", f"{report.rows_kept:,}"),
        ("Days", f"{report.days:,}, {report.first_date} to {report.last_date}"),
        (f"Train rows ({report.split} split)", f"{report.train_rows:,}"),
        ("Test rows", f"{report.test_rows:,}"),
        ("Sales in all", f"{report.total_sales:,.6g}" if report.total_sales % 1 else f"{report.total_sales:,.0f}"),
        ("Calendar of the file", _calendar(report)),
        *([("Sales kept in train", f"{found.limits.lower:,.6g} to {found.limits.upper:,.6g}")] if found.limits else []),
        (f"Outliers left out of train (rule {found.rule})", f"{found.removed:,} ({found.share:.1%})"),
    ]
    return _table(("Data", ""), rows)


def _calendar(report: Report) -> str:
    fit = report.calendar
    followed = ", ".join(f"{name} {share:.1%}" for name, share in fit.followed.items())
    return f"{fit.rule} ({fit.origin}{'; days that agree: ' if followed else ''}{followed})"


def _quarantine(report: Report) -> str:
    return _table(("Quarantined", "Faults"), [*report.quarantined.items()]) if report.quarantined else ""


def _outliers(report: Report) -> str:
    listed = [(o.row or "", o.date, f"{o.sales:,.6g}") for o in report.outliers.listed]
    return _table(("Outlier in row", "Date", "Sales"), [*listed]) if listed else ""


def _warnings(report: Report) -> str:
    lines = [
        f"- {notice.message}" + (f" First: {', '.join(notice.examples[:3])}." if notice.examples else "")
        for notice in report.warnings
    ]
    return "\n".join(["**Warnings**", "", *lines]) if lines else ""
