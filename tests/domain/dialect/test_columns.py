"""Which columns are chosen, by name and by content; two readings are never decided in silence."""

import pytest

from domain.dialect.columns import Columns, Request
from domain.dialect.errors import DataError
from domain.dialect.layout import find_layout
from domain.dialect.orders import units_of

DAYS = [f"2025-01-{day:02}" for day in range(1, 29)]


def layout(header: str, *cells: str, **asked: str) -> dict[str, str]:
    """Our names of the columns of a table whose cells are given by place; `day` stands for the days in turn."""
    rows = [",".join(DAYS[n] if cell == "day" else cell for cell in cells) for n in range(len(DAYS))]
    return find_layout("\n".join([header, *rows]), Request(**asked)).names  # type: ignore[arg-type]


def columns(header: str, *cells: str) -> Columns:
    rows = [",".join(DAYS[n] if cell == "day" else cell for cell in cells) for n in range(len(DAYS))]
    return find_layout("\n".join([header, *rows]), Request()).columns


EXPORTS = {
    "App Store Connect": (
        "Provider,SKU,Title,Product Type Identifier,Units,Developer Proceeds,Begin Date,End Date,Customer Price",
        ("APPLE", "a.b", "Game", "1", "7", "4.2", "day", "day", "4.99"),
        ("Begin Date", "Units"),
    ),
    "Shopify": (
        "Day,Orders,Gross sales,Discounts,Returns,Net sales,Total sales",
        ("day", "7", "70.0", "0", "0", "70.0", "70.0"),
        ("Day", "Orders"),
    ),
    "Epic": ("Date,Offer,Units Sold,Units Refunded,Net Units,Gross Revenue", ("day", "Game", "7", "1", "6", "60.0"),
             ("Date", "Net Units")),
    "GOG": ("Date,Product,Country,Quantity,Amount (USD)", ("day", "Game", "PL", "7", "60.0"), ("Date", "Quantity")),
    "Prophet": ("ds,y", ("day", "7"), ("ds", "y")),
    "a Spanish shop": ("Fecha,Tienda,Unidades vendidas,Importe", ("day", "Centro", "7", "60.0"),
                       ("Fecha", "Unidades vendidas")),
    "Spanish words for orders": ("Día,N.º de pedidos", ("day", "7"), ("Día", "N.º de pedidos")),
    "names that say nothing": ("When,Shop,How many", ("day", "North", "7"), ("When", "How many")),
    "another number that is no count": ("Date,Store ID,Temperature,Value", ("day", "4", "21", "7"), ("Date", "Value")),
    "money alone": ("Date,Revenue", ("day", "$7.50"), ("Date", "Revenue")),
    "net money before gross": ("Date,Gross sales,Net sales", ("day", "9", "7"), ("Date", "Net sales")),
    "gross units alone": ("Date,Gross Units,Returns", ("day", "9", "1"), ("Date", "Gross Units")),
    "a day of the week beside the date": ("Date,Day,Units", ("day", "Mon", "7"), ("Date", "Units")),
    "the parts of a date beside it": ("Year,Month,Day,Date,Units", ("2025", "1", "3", "day", "7"), ("Date", "Units")),
}  # fmt: skip


@pytest.mark.parametrize(("header", "cells", "expected"), EXPORTS.values(), ids=EXPORTS.keys())
def test_the_columns_of_an_export(header: str, cells: tuple[str, ...], expected: tuple[str, str]) -> None:
    names = layout(header, *cells)
    assert (names["Date"], names["Sales"]) == expected


@pytest.mark.parametrize(
    ("header", "cells", "message", "asked"),
    [
        ("Date,Units,Quantity", "day,7,8", "2 columns of row 1 may hold it (Units, Quantity)", "sales_column=quantity"),
        ("Date,Sales,Units", "day,9.99,7", "may hold it (Sales, Units): set sales_column", "sales_column=Units"),
        ("Date,A,B", "day,7,8", "may hold it (A, B): set sales_column", "sales_column=B"),
        ("Date,Revenue,Amount", "day,7,8", "may hold it (Revenue, Amount): set sales_column", "sales_column=Amount"),
        ("id,amount,created_at,email", "1,4.99,day,a@b.c", "single purchases, with money in amount", "sales_column=*"),
        ("Date,Visits", "day,7", "set sales_column to one that holds numbers (Visits)", "sales_column=Visits"),
        ("Date,Price,Country", "day,4.99,ES", "set sales_column to one that holds numbers (Price)", "sales_column=*"),
        ("Order Date,Sale Date,Units", "day,day,7", "(Order Date, Sale Date)", "date_column=sale date"),
        ("A,B,Units", "day,day,7", "2 columns of row 1 may hold it (A, B): set date_column", "date_column=A"),
        ("Date,Fecha,Units", "day,day,7", "names it twice (Date, Fecha): set date_column", "date_column=Fecha"),
    ],
)  # fmt: skip
def test_of_several_readings_none_is_taken_and_the_option_named_works(
    header: str, cells: str, message: str, asked: str
) -> None:
    with pytest.raises(DataError) as caught:
        layout(header, *cells.split(","))
    assert message in str(caught.value)
    option, name = asked.split("=")
    names = layout(header, *cells.split(","), **{option: name})
    ours = "Date" if option == "date_column" else "Sales"
    assert names.get(ours, "*").lower() == name.lower()


def test_an_option_that_names_no_column_says_which_there_are() -> None:
    with pytest.raises(
        DataError, match="sales_column is 'Unit', but no column is named so in row 1: set it to one of D"
    ):
        layout("Date,Units", "day", "7", sales_column="Unit")


@pytest.mark.parametrize(
    ("status", "units"),
    [("Charged", 1), ("Refund", -1), ("refunded", 0), ("Cancelado", 0), ("Pagado", 1), ("Devolución", -1)],
)
def test_the_status_of_an_order_counts(status: str, units: int) -> None:
    assert units_of(status) == units
    assert units_of("who knows") is None
    chosen = columns("Order Number,Order Date,Financial Status", "A1", "day", status)
    assert (chosen.is_status, chosen.counts_rows) == (True, False)


def test_orders_without_a_status_count_one_each() -> None:
    chosen = columns("Order ID,Date,Country", "A1", "day", "ES")
    assert (chosen.counts_rows, "Sales" in chosen.places) == (True, False)
    assert "no column says which were refunded" in dict(chosen.notices)["orders_counted"]


def test_sales_of_our_own_files_is_what_it_says() -> None:
    names = layout("Date,DayOfWeek,Season,Holiday,Sales,Units", "day", "1", "1", "0", "7", "9")
    assert names["Sales"] == "Sales"
