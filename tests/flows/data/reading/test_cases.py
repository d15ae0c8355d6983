"""Files as people have them: how each is read, or refused."""

import json
from datetime import date

import pytest

from flows.data import DataError
from tests.flows.data.reading.conftest import CASES, Parse

QUARTER = [path.name for path in sorted(CASES.glob("date_*.csv"))]


@pytest.mark.parametrize("name", QUARTER)
def test_each_spelling_of_a_date_is_the_same_quarter(name: str, parse: Parse) -> None:
    parsed = parse(CASES / name)
    assert (min(parsed.days), max(parsed.days), len(parsed.days)) == (date(2025, 1, 1), date(2025, 3, 31), 90)
    assert sum(parsed.days.values()) == 32376


def test_there_are_spellings_to_test() -> None:
    assert len(QUARTER) == 12


def test_a_steamworks_export_gives_its_net_units(parse: Parse) -> None:
    right = json.loads((CASES / "steamworks_export.right.json").read_text())
    parsed = parse(CASES / "steamworks_export.csv")
    assert {str(day): units for day, units in parsed.days.items()} == right["daily net"]
    assert parsed.form.columns == {"Date": "Date", "Sales": "Net Units Sold"}
    assert "net comes before gross (Gross Units Sold)" in parsed.notices["net_before_gross"]
    assert parsed.table.present == ()
    extras = parsed.table.extras
    assert extras is not None
    assert extras.filter(row=5).select("row", "Country Code").collect().rows() == [(5, "US")]


def test_a_column_that_was_renamed_to_sales_is_taken(parse: Parse) -> None:
    parsed = parse(CASES / "steamworks_renamed.csv")
    assert (len(parsed.days), sum(parsed.days.values()), parsed.table.present) == (90, 5395, ("Holiday",))


def test_an_order_a_row_counts_one_unit_and_a_refund_takes_it_off(parse: Parse) -> None:
    parsed = parse(CASES / "google_play_orders.csv")
    assert (len(parsed.days), sum(parsed.days.values()), parsed.form.rows_are_orders) == (40, 232, True)
    assert "refunds are taken off by 'Financial Status'" in parsed.notices["orders_counted"]


@pytest.mark.parametrize(
    ("name", "total"), [("sales_with_currency.csv", 647_196.24), ("sales_parentheses.csv", 31_607)]
)
def test_amounts_as_accountants_write_them(name: str, total: float, parse: Parse) -> None:
    parsed = parse(CASES / name)
    assert sum(parsed.days.values()) == pytest.approx(total)
    assert parsed.table.rows_bad == 0


@pytest.mark.parametrize("name", ["holiday_by_name.csv", "holiday_letters.csv"])
def test_a_name_is_a_holiday_and_a_blank_is_none(name: str, parse: Parse) -> None:
    parsed = parse(CASES / name)
    assert parsed.table.rows_bad == 0
    assert parsed.rows["Holiday"].sum() == 11


def test_a_column_a_day_is_refused_and_turned_when_asked(parse: Parse) -> None:
    source = CASES / "square_summary.csv"
    with pytest.raises(DataError, match=r"Row 1 has a column a day .*turn the table.*or set days_in_columns to true"):
        parse(source)
    parsed = parse(source, days_in_columns=True)
    assert parsed.form.columns == {"Date": "Date", "Sales": "Net Sales"}
    assert parsed.days[date(2025, 9, 1)] == 240.42
    assert len(parsed.days) == source.read_text().splitlines()[0].count("/2025")
