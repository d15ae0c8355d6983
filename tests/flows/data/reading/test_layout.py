"""What stands around a table: lines above, notes below, a declared separator, a column a day."""

from datetime import date, timedelta

import pytest

from flows.data import DataError
from tests.flows.data.reading.conftest import Parse

DAYS = [date(2025, 1, 1) + timedelta(days=n) for n in range(40)]
EXPECTED = {day: float(100 + n) for n, day in enumerate(DAYS)}
ROWS = "".join(f"{day},{units:.0f}\n" for day, units in EXPECTED.items())
PREAMBLES = {
    "a title": "Daily sales\n\n",
    "pairs": "Report,Sales by day\nPeriod,2025-01-01,2025-02-09\nGenerated,2025-12-01\nCurrency,USD\n\n",
    "a declared separator": "sep=,\n",
    "a title with commas": "Sales and Activations, Example Publisher, all regions\n,,\n",
    "hundreds of lines": "# terms, and conditions\n" * 400,
    "more than the first bytes": f"{'# terms and conditions, line by line' * 5}\n" * 3_000,
    "quotes": '"He said ""hi"", and left",\n',
}


@pytest.mark.parametrize("above", PREAMBLES.values(), ids=PREAMBLES.keys())
def test_lines_above(above: str, parse: Parse) -> None:
    parsed = parse(f"{above}Date,Units\n{ROWS}")
    assert parsed.days == EXPECTED
    assert parsed.rows["row"][0] == above.count("\n") + 2


@pytest.mark.parametrize(
    ("below", "reasons"),
    [
        ("Total,4780\n", ["total_row"]),
        (",4780\n", ["total_row"]),
        ("\nSource: the shop\n* preliminary\n", ["note", "note"]),
        ('"Note: returns, refunds",\n', ["note"]),
        ("Grand total,4780\nGenerated 2025-12-01,\n", ["total_row", "note"]),
        ("Note: with, many, commas\n", ["note"]),
    ],
)
def test_what_stands_below_is_set_aside_and_not_held_against_the_file(
    below: str, reasons: list[str], parse: Parse
) -> None:
    parsed = parse(f"Date,Units\n{ROWS}{below}")
    assert parsed.days == EXPECTED
    assert parsed.table.faults.collect()["reason"].to_list() == reasons
    assert parsed.table.rows_beside == len(reasons)


def test_a_broken_last_row_is_a_fault(parse: Parse) -> None:
    parsed = parse(f"Date,Units\n{ROWS}2025-02-30,7\n")
    assert parsed.table.faults.collect().rows() == [(42, "Date", "2025-02-30", "not_a_date")]
    assert parsed.table.rows_beside == 0


def test_a_separator_that_is_declared_may_be_any(parse: Parse) -> None:
    assert parse("sep=~\n" + f"Date,Units\n{ROWS}".replace(",", "~")).days == EXPECTED


def test_a_separator_that_is_right_is_never_called_wrong(parse: Parse) -> None:
    with pytest.raises(DataError) as caught:
        parse("Order Date Charged,Product,Country of Sale\nx,y,z\n")
    assert "separator" not in str(caught.value)


def test_a_header_for_rows_without_one_is_named(parse: Parse) -> None:
    with pytest.raises(DataError, match="start the file with the line Column1,Date,Sales") as caught:
        parse("".join(f"{n},{line}\n" for n, line in enumerate(ROWS.splitlines(), 1)))
    header = str(caught.value).split("the line ")[1].split(", or")[0]
    assert parse(f"{header}\n" + "".join(f"{n},{line}\n" for n, line in enumerate(ROWS.splitlines()))).days == EXPECTED


def test_a_column_a_day_is_turned(parse: Parse) -> None:
    head = ",".join(["Measure", *(f"{day:%d/%m/%Y}" for day in DAYS), "Total"])
    units = ",".join(["Units sold", *(f"{units:.0f}" for units in EXPECTED.values()), "4780"])
    price = ",".join(["Average price", *("4.99" for _ in DAYS), ""])
    text = f"Shop A\n\n{head}\n{price}\n{units}\n"
    with pytest.raises(DataError, match=r"Row 3 has a column a day \(01/01/2025 to 09/02/2025\).*days_in_columns"):
        parse(text)
    parsed = parse(text, days_in_columns=True)
    assert (parsed.days, parsed.form.columns["Sales"]) == (EXPECTED, "Units sold")
