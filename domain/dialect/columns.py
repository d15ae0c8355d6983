"""Chooses the columns of a table: which holds the date, which the sales, which the codes. By name, then by content.

Depends on no file: it takes a header and a sample of each column.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.dialect.cells import ColumnSample
from domain.dialect.errors import DataError
from domain.dialect.headers import CODE_NAMES, Kind, code_column, kind_of
from domain.dialect.sales_column import ROWS, choose_sales
from domain.dialect.table_columns import Column, Request, Table, listed, named

_DATES = (Kind.DATE, Kind.DATE_LIKELY, Kind.DATE_OTHER)


@dataclass(frozen=True)
class Columns:
    """`places` has the place in the header of Date, Sales and each code; Sales is not there if rows are counted.

    `has_clock` says that dates of the sample have a time of day, `is_status` that Sales is the status of an order
    (sale, refund), `counts_rows` that each row is one unit. `notices` are pairs of a code and a sentence: what was
    decided between several readings.
    """

    places: dict[str, int]
    has_clock: bool = False
    is_status: bool = False
    counts_rows: bool = False
    notices: tuple[tuple[str, str], ...] = ()


def choose(header: Sequence[str], samples: Sequence[ColumnSample], where: str, request: Request) -> Columns:
    """The columns of the table whose header stands in `where` (`row 3`).

    Raises:
        DataError: a column is missing, or several may be meant; the message names them and the option to set.
    """
    cells = enumerate(zip(header, samples, strict=True))
    columns = [Column(place, name.strip(), kind_of(name), sample) for place, (name, sample) in cells]
    table = Table(tuple(columns), where, request, tuple(column.name for column in columns))
    try:
        return _chosen(table)
    except DataError as error:
        error.columns = tuple(name for name in table.header if name)
        raise


def _chosen(table: Table) -> Columns:
    codes = _codes(table)
    date, said = _date(table)
    others = replace(table, columns=tuple(c for c in table.columns if c.place not in {date.place, *codes.values()}))
    places = {"Date": date.place, **codes}
    if not table.request.wants_sales:
        return Columns(places, date.sample.has_colons, notices=said)
    sales = choose_sales(others, has_all_codes=len(codes) == len(CODE_NAMES))
    if sales.column:
        places["Sales"] = sales.column.place
    return Columns(places, date.sample.has_colons, sales.is_status, sales.counts_rows, (*said, *sales.notices))


def _codes(table: Table) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in CODE_NAMES:
        columns = [column for column in table.columns if code_column(column.name) == name]
        if len(columns) > 1:
            raise DataError(f"{name}: {table.where} names it twice ({listed(columns)}): leave one of them.")
        if columns:
            found[name] = columns[0].place
    return found


def _date(table: Table) -> tuple[Column, tuple[tuple[str, str], ...]]:
    """The column of dates: the one that was asked for, the best name among those that hold dates, or the only one."""
    if table.request.date_column:
        return named(table, "date_column", table.request.date_column), ()
    by_kind = [[c for c in table.columns if c.kind is kind and _may_be_dates(c)] for kind in _DATES]
    best = next((columns for columns in by_kind if columns), [])
    if len(best) == 1:
        return best[0], _other_dates(table, best[0])
    if best:
        raise DataError(_twice(table, best))
    by_content = [column for column in table.columns if column.sample.has_dates]
    if len(by_content) == 1:
        text = f"Date is read from {by_content[0].name!r}, the only column that holds dates."
        return by_content[0], (("date_column", text),)
    if by_content:
        raise DataError(_twice(table, by_content))
    raise DataError(_no_date(table))


def _may_be_dates(column: Column) -> bool:
    """A column that is named as a date, unless its cells are something else: words, or small numbers."""
    sample = column.sample
    if not sample.filled or column.kind is Kind.DATE:
        return True
    return sample.has_dates or sample.stamps > 0


def _other_dates(table: Table, taken: Column) -> tuple[tuple[str, str], ...]:
    others = [c for c in table.columns if c.place != taken.place and c.kind in _DATES and c.sample.has_dates]
    if not others:
        return ()
    text = f"Date is read from {taken.name!r}, not from {listed(others)}: set date_column to read another."
    return (("date_column", text),)


def _twice(table: Table, columns: Sequence[Column]) -> str:
    same = len({column.name for column in columns}) < len(columns)
    cure = "leave one of them" if same else "set date_column to one of them, or leave one"
    if all(column.kind is Kind.DATE for column in columns):
        return f"Date: {table.where} names it twice ({listed(columns)}): {cure}."
    return f"Date: {len(columns)} columns of {table.where} may hold it ({listed(columns)}): {cure}."


def _no_date(table: Table) -> str:
    return (
        f"Date: no column is named so, or fecha, and none holds dates, in {table.where} ({table.names}): "
        "set date_column to the column with the days, or add one."
    )


__all__ = ["ROWS", "Columns", "Request", "choose"]
