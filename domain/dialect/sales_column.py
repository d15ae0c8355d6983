"""Chooses the column of sales: net before gross, units before money, and never one of two in silence."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.dialect.errors import DataError
from domain.dialect.headers import Kind
from domain.dialect.table_columns import Column, Table, listed, named
from domain.dialect.vocabulary import fold

ROWS = "*"
"""The value of `sales_column` that counts each row as one unit."""

_UNITS = (Kind.NET_UNITS, Kind.SALES, Kind.UNITS)
_MONEY = (Kind.NET_MONEY, Kind.MONEY)
# a number or a buyer of each row, beside money: a list of purchases, as itch exports it
_ROW_IDS = {"id", "email", "buyer", "customer", "cliente", "comprador"}


@dataclass(frozen=True)
class SalesChoice:
    """The column of sales; with `is_status` that of the status of an order, without a column rows are counted."""

    column: Column | None
    is_status: bool = False
    counts_rows: bool = False
    notices: tuple[tuple[str, str], ...] = ()


def choose_sales(table: Table, *, has_all_codes: bool) -> SalesChoice:
    """The column of sales among those that hold neither the date nor a code.

    `has_all_codes` says that the table has DayOfWeek, Season and Holiday too: then `Sales` is what its name says.

    Raises:
        DataError: there is none, or several may be meant.
    """
    asked = table.request.sales_column
    if asked:
        return _orders(table) if asked == ROWS else SalesChoice(named(table, "sales_column", asked))
    units = _of(table, *_UNITS)
    own = [column for column in units if column.kind is Kind.SALES]
    if has_all_codes and len(own) == 1:
        return SalesChoice(own[0])
    return _units(table, units) if units else _without_units(table)


def _without_units(table: Table) -> SalesChoice:
    if gross := _of(table, Kind.GROSS_UNITS):
        return _only(table, gross, "gross units: returns are not taken off")
    if any(column.kind is Kind.ORDER for column in table.columns):
        return _orders(table)
    return _other_amount(table)


def _of(table: Table, *kinds: Kind) -> list[Column]:
    """Columns of those kinds that hold numbers; those that hold none too if there is no other."""
    found = [column for column in table.columns if column.kind in kinds and not column.sample.has_dates]
    return [column for column in found if column.sample.has_numbers] or found


def _units(table: Table, units: Sequence[Column]) -> SalesChoice:
    net = [column for column in units if column.kind is Kind.NET_UNITS]
    own = [column for column in units if column.kind is Kind.SALES]
    if len(net) == 1 and not own:
        return _over(table, net[0], [c for c in table.columns if c.kind in {Kind.UNITS, Kind.GROSS_UNITS}])
    if len(units) == 1:
        return _over(table, units[0], [c for c in table.columns if c.kind is Kind.GROSS_UNITS])
    raise DataError(_several(table, units))


def _over(table: Table, net: Column, gross: Sequence[Column]) -> SalesChoice:
    if gross:
        text = f"Sales is read from {net.name!r}, as net comes before gross ({listed(gross)})"
        return SalesChoice(net, notices=(("net_before_gross", f"{text}: set sales_column to read another."),))
    money = _of(table, *_MONEY)
    if net.kind is Kind.UNITS and money:
        text = f"Sales is read from {net.name!r}, as units come before money ({listed(money)})"
        return SalesChoice(net, notices=(("units_before_money", f"{text}: set sales_column to read another."),))
    return SalesChoice(net)


def _only(table: Table, columns: Sequence[Column], what: str) -> SalesChoice:
    if len(columns) > 1:
        raise DataError(_several(table, columns))
    return SalesChoice(columns[0], notices=(("sales_column", f"Sales is read from {columns[0].name!r}, {what}."),))


def _orders(table: Table) -> SalesChoice:
    status = [column for column in table.columns if column.kind is Kind.STATUS]
    if len(status) > 1:
        raise DataError(_several(table, status))
    how = f"refunds are taken off by {status[0].name!r}" if status else "no column says which were refunded"
    text = f"Each row is counted as one unit sold, and {how}: set sales_column to a column of units to read that."
    return SalesChoice(
        status[0] if status else None,
        is_status=bool(status),
        counts_rows=not status,
        notices=(("orders_counted", text),),
    )


def _other_amount(table: Table) -> SalesChoice:
    """The only amount of a table that has no column of units."""
    numbers = [c for c in table.columns if c.sample.has_numbers and not c.sample.has_dates]
    unknown = [column for column in numbers if column.kind is Kind.UNKNOWN]
    money = _of(table, *_MONEY)
    if money and any(fold(column.name) in _ROW_IDS for column in table.columns):
        raise DataError(_purchases(table, money))
    net = [column for column in money if column.kind is Kind.NET_MONEY]
    if len(net) == 1 and not unknown:
        return _over(table, net[0], [column for column in money if column is not net[0]])
    if len(money) + len(unknown) == 1:
        return _only(table, [*money, *unknown], "the only column that holds amounts")
    raise DataError(_several(table, [*money, *unknown]) if money or unknown else _none(table, numbers))


def _several(table: Table, columns: Sequence[Column]) -> str:
    if len({column.name for column in columns}) < len(columns):
        return f"Sales: {table.where} names it twice ({listed(columns)}): leave one of them."
    return (
        f"Sales: {len(columns)} columns of {table.where} may hold it ({listed(columns)}): "
        f"set sales_column to one of them, or to {ROWS} if each row is one unit sold."
    )


def _purchases(table: Table, money: Sequence[Column]) -> str:
    return (
        f"Sales: the rows of {table.where} seem to be single purchases, with money in {listed(money)}: "
        f"set sales_column to {ROWS} to count each row as one unit sold, or to the column of money."
    )


def _none(table: Table, numbers: Sequence[Column]) -> str:
    if numbers:
        cure = f"set sales_column to one that holds numbers ({listed(numbers)})"
        return f"Sales: no column of {table.where} is named so, or ventas or units: {cure}."
    return (
        f"Sales: no column is named so, or ventas, in {table.where} ({table.names}): "
        f"add a column of units sold, or set sales_column to {ROWS} if each row is one unit sold."
    )
