"""Files that cannot be used are refused in one sentence with the cure; rows that cannot, are put aside and named."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows.data import DataError, Options, first_faults, prepare, refusal_to_markdown

AsCsv = Callable[..., str]
Give = Callable[[str | bytes], Path]
HEADER = "Date,DayOfWeek,Season,Holiday,Sales\n"
TODAY = date(2026, 1, 1)


def refusal(source: Path, out: Path, options: Options | None = None) -> str:
    with pytest.raises(DataError) as caught:
        prepare(source, out, options or Options(today=TODAY))
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(".")
    return message


NO_TABLES = {
    "empty": (b"", "is empty"),
    "blank": (b"\xef\xbb\xbf \r\n\n", "is empty"),
    "header only": (HEADER.encode(), "has a header and no rows"),
    "header without an end": (HEADER.strip().encode(), "has a header and no rows"),
    "wrong separator": (HEADER.replace(",", ":").encode(), "wrong separator"),
    "no separator": (HEADER.replace(",", " ").encode(), "wrong separator"),
    "no header": (b"2024-01-01,1,1,0,55\n", "is no header"),
    "column missing": (
        b"Date,DayOfWeek,Season,Holiday\n2024-01-01,1,1,0\n",
        "Sales: no column is named so, or ventas, in row 1 (Date, DayOfWeek, Season, Holiday)",
    ),
    "column twice": (b"Date,Fecha,DayOfWeek,Season,Holiday,Sales\n", "Date: row 1 names it twice (Date, Fecha)"),
    "one long line": (b"x" * 300_000, "is no header"),
    "too few rows": (HEADER.encode() + b"2024-01-01,1,1,0,55\n", "lower min_rows"),
    "web page": (b"\n<!doctype html><html></html>", "web page"),
    "Excel": (b"PK\x03\x04....", "save the sheet as CSV"),
    "compressed": (b"\x1f\x8b....", "unpack it"),
    "compressed by bzip2": (b"BZh91AY&SY", "unpack it"),
    "JSON": (b'{"Date": 1}', "give the table as CSV"),
    "JSON rows": (b'[{"Date": 1}]', "is JSON"),
    "web page behind a mark": (b"\xef\xbb\xbf\n <html></html>", "web page"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "holds no text"),
    "half a Parquet file": (b"PAR1....", "damaged Parquet"),
    "half a letter of UTF-16": (("\ufeff" + HEADER).encode("utf-16-le") + b"2\x000", "is damaged utf-16"),
}


@pytest.mark.parametrize(("content", "said"), NO_TABLES.values(), ids=NO_TABLES.keys())
def test_what_is_no_table(content: bytes, said: str, give: Give, out: Path) -> None:
    assert said in refusal(give(content), out)


def test_a_file_that_is_not_there(tmp_path: Path, out: Path) -> None:
    message = refusal(tmp_path / "gone.csv", out)
    assert "There is no file gone.csv" in message
    assert refusal_to_markdown(message, first_faults(out, 5)) == f"# Refused\n\n{message}\n"


def test_parquet_without_a_column(frame: pl.DataFrame, tmp_path: Path, out: Path) -> None:
    frame.drop("Sales").write_parquet(tmp_path / "source.parquet")
    assert "Sales: no column is named so, or ventas, in the file (Date, DayOfWeek, Season, Holiday)" in refusal(
        tmp_path / "source.parquet", out
    )


def test_parquet_with_lists(frame: pl.DataFrame, tmp_path: Path, out: Path) -> None:
    frame.with_columns(pl.concat_list("Sales")).write_parquet(tmp_path / "source.parquet")
    assert "Sales: the column holds List(Int64)" in refusal(tmp_path / "source.parquet", out)


def test_parquet_with_a_damaged_page(frame: pl.DataFrame, tmp_path: Path, out: Path) -> None:
    source = tmp_path / "source.parquet"
    frame.write_parquet(source)
    content = source.read_bytes()
    source.write_bytes(content[:8] + b"\xff" * 60 + content[68:])
    assert "damaged Parquet" in refusal(source, out)


BAD_COLUMNS: dict[str, tuple[str, Callable[..., object], str, list[str]]] = {
    "weekdays from 0": (
        "DayOfWeek",
        lambda code: code - 1,
        ",",
        ["DayOfWeek: 57 of 400", "row 3, '0'", "set weekday_base to 0, and week_starts to monday."],
    ),
    "seasons from 2": (
        "Season",
        lambda code: code + 1,
        ",",
        ["Season: 92 of 400", "out of range", "row 61, '5'", "use 1 (summer)"],
    ),
    "unknown words": ("Holiday", lambda _: "maybe", ",", ["Holiday: 400 of 400", "row 2, 'maybe'"]),
    "letters of another encoding": ("Holiday", lambda _: "sÃ\xad", ",", ["save the file as UTF-8"]),
    "another separator than the header's": (
        "Date",
        lambda day: f"{day};1;1;0;55",
        ",",
        ["hold no date", "separate the columns of every row as those of the header."],
    ),
    "Excel serials": (
        "Date",
        lambda day: (day - date(1899, 12, 30)).days,
        ",",
        ["Date: 400 of 400", "Excel", "'44927'"],
    ),
    "in the future": ("Date", lambda day: day + timedelta(5000), ",", ["in the future", "set today"]),
    "long ago": ("Date", lambda day: day - timedelta(20000), ",", ["before earliest"]),
    "days that are missing": ("Date", lambda day: f"{day:%b %Y}", ",", ["hold no date", "row 2, 'Jan 2023'"]),
    "shares for amounts": ("Sales", lambda number: f"{number / 100}%", ",", ["hold a percentage", "set sales_column"]),
    "two orders": (
        "Date",
        lambda day: f"{day:%d/%m/%Y}" if day.month % 2 else f"{day:%m/%d/%Y}",
        ",",
        ["set date_order"],
    ),
    "commas without quotes": ("Sales", lambda number: f"{number},5", ",", ["more fields than the header", "quotes"]),
    "mute thousands": (
        "Sales",
        lambda number: f"{number / 1000:.3f}".replace(".", ","),
        ";",
        ["'3,800' in row 2", "set decimal"],
    ),
    "mute thousands in a comma file": ("Sales", lambda number: f"{number / 1000:.3f}", ",", ["set decimal"]),
    "two decimal marks": (
        "Sales",
        lambda number: f"{number}{'.,'[number % 2]}5",
        ";",
        ["set decimal to point or comma"],
    ),
    "text for numbers": ("Sales", lambda number: f"{number} units", ",", ["Sales: 400 of 400", "hold no number"]),
}


@pytest.mark.parametrize(("column", "spell", "separator", "said"), BAD_COLUMNS.values(), ids=BAD_COLUMNS.keys())
def test_a_column_that_is_wrong_throughout(
    column: str, spell: Callable[..., object], separator: str, said: list[str], as_csv: AsCsv, give: Give, out: Path
) -> None:
    message = refusal(give(as_csv(spell={column: spell}, separator=separator)), out)
    assert [part for part in said if part not in message] == []


def test_an_order_that_nothing_decides(frame: pl.DataFrame, give: Give, out: Path) -> None:
    early = frame.filter(pl.col("Date").dt.day() <= 12).with_columns(pl.col("Date").dt.strftime("%d/%m/%Y"))
    message = refusal(give(early.write_csv()), out)
    assert "'01/01/2023' in row 2" in message
    assert "set date_order to day_first or month_first" in message


BAD_ROWS = {
    "no sales": ({(9, "Sales"): ""}, ["9,Sales,,missing"]),
    "sales not known": ({(9, "Sales"): "N/A"}, ["9,Sales,N/A,missing"]),
    "not a number": ({(9, "Sales"): "many"}, ["9,Sales,many,not_a_number"]),
    "infinite": ({(9, "Sales"): "inf"}, ["9,Sales,inf,not_a_number"]),
    "beyond all numbers": ({(9, "Sales"): "9" * 400}, [f"9,Sales,{'9' * 400},out_of_range"]),
    "a thousand that may be one": ({(9, "Sales"): '"1,234"'}, ['9,Sales,"1,234",not_a_number']),
    "weekday 8": ({(9, "DayOfWeek"): 8}, ["9,DayOfWeek,8,out_of_range"]),
    "weekday 0": ({(9, "DayOfWeek"): 0}, ["9,DayOfWeek,0,out_of_range"]),
    "weekday 300": ({(9, "DayOfWeek"): 300}, ["9,DayOfWeek,300,not_a_code"]),
    "half a season": ({(9, "Season"): 2.5}, ["9,Season,2.5,not_a_code"]),
    "holiday 2": ({(9, "Holiday"): 2}, ["9,Holiday,2,out_of_range"]),
    "no date": ({(9, "Date"): ""}, ["9,Date,,missing"]),
    "Excel's date": ({(9, "Date"): 45000}, ["9,Date,45000,excel_serial"]),
    "no such day": ({(9, "Date"): "2023-02-30"}, ["9,Date,2023-02-30,not_a_date"]),
    "a week": ({(9, "Date"): "2023-01-08 - 2023-01-14"}, ["9,Date,2023-01-08 - 2023-01-14,not_a_date"]),
    "two dates": ({(9, "Date"): "2023-01-08 2023-01-14"}, ["9,Date,2023-01-08 2023-01-14,not_a_date"]),
    "1970": ({(9, "Date"): "1970-01-01"}, ["9,Date,1970-01-01,too_early"]),
    "next century": ({(9, "Date"): "2123-01-01"}, ["9,Date,2123-01-01,in_future"]),
    "a total": ({(9, "Date"): "TOTAL", (9, "Season"): ""}, ["9,Date,TOTAL,total_row"]),
    "a total in Spanish": ({(9, "Date"): "Suma enero"}, ["9,Date,Suma enero,total_row"]),
    "the header again": ({(9, "Date"): "Date", (9, "Sales"): "Sales"}, ["9,Date,Date,header_again"]),
    "a row too long": ({(9, "Sales"): "1,234"}, ["9,Date,2023-01-08,too_many_fields"]),
    "two faults": ({(9, "Season"): 5, (9, "Sales"): "x"}, ["9,Season,5,out_of_range", "9,Sales,x,not_a_number"]),
    "two rows": ({(400, "Sales"): "x", (9, "Season"): 5}, ["9,Season,5,out_of_range", "400,Sales,x,not_a_number"]),
    "a date with other sales, and no number": (
        {(5, "Date"): "2023-01-01", (9, "Sales"): "x", (400, "Date"): "2023-01-01"},
        [
            "2,Date,2023-01-01,repeated_date_conflict",
            "5,Date,2023-01-01,repeated_date_conflict",
            "9,Sales,x,not_a_number",
            "400,Date,2023-01-01,repeated_date_conflict",
        ],
    ),
    "the same row again": (
        {(9, "Date"): "2023-01-01", (9, "Sales"): 3800},
        ["9,Date,2023-01-01,repeated_date_same_row"],
    ),
    "a date with other sales": (
        {(9, "Date"): "2023-01-01"},
        ["2,Date,2023-01-01,repeated_date_conflict", "9,Date,2023-01-01,repeated_date_conflict"],
    ),
}


@pytest.mark.parametrize(("places", "lines"), BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_a_row_that_is_wrong(
    places: dict[tuple[int, str], object], lines: list[str], as_csv: AsCsv, give: Give, out: Path
) -> None:
    report = prepare(give(as_csv(places=places)), out, Options(today=TODAY))
    assert (out / "quarantine.csv").read_text().splitlines() == ["row,column,value,reason", *lines]
    bad = len({line.split(",")[0] for line in lines})
    assert (report.rows_read, report.rows_quarantined, report.rows_kept) == (400, bad, 400 - bad)
    reasons = [line.rsplit(",", 1)[1] for line in lines]
    assert report.quarantined == {reason: reasons.count(reason) for reason in reasons}


def test_a_row_that_is_cut_off(as_csv: AsCsv, give: Give, out: Path) -> None:
    prepare(give(as_csv() + "2024-02-05,1\n"), out)
    assert "402,Sales,,missing" in (out / "quarantine.csv").read_text().splitlines()


def test_weekdays_from_1_where_0_was_asked_for(as_csv: AsCsv, give: Give, out: Path) -> None:
    assert "set weekday_base to 1, and week_starts to monday." in refusal(give(as_csv()), out, Options(weekday_base=0))


@pytest.mark.parametrize("notes", [('"open', '"again'), ('5" disk', '3" disk')])
def test_quotes_that_hide_rows(notes: tuple[str, str], as_csv: AsCsv, give: Give, out: Path) -> None:
    header, *lines = as_csv(places={(300, "Sales"): 0}).splitlines()
    lines[7] += f",{notes[0]}"
    lines[9] += f",{notes[1]}"
    message = refusal(give("\n".join([f"{header},Note", *lines])), out)
    assert message == 'Row 9 opens a quote and hides the rows below it: remove the stray " from source.csv.'


def test_parquet_with_thousands_that_may_be_decimals(frame: pl.DataFrame, tmp_path: Path, out: Path) -> None:
    texts = (pl.col("Sales") / 1000).map_elements("{:.3f}".format, return_dtype=pl.String)
    frame.with_columns(Sales=texts).write_parquet(tmp_path / "source.parquet")
    message = refusal(tmp_path / "source.parquet", out)
    assert "with '3.800' in row 1: set decimal to point or comma" in message


@pytest.mark.parametrize("place", [(9, "Sales"), (9, "Date"), (401, "Sales")])
def test_a_quote_that_is_not_closed(place: tuple[int, str], as_csv: AsCsv, give: Give, out: Path) -> None:
    message = refusal(give(as_csv(places={place: '"77'})), out)
    assert f"Row {place[0]} opens a quote" in message


def test_a_share_of_bad_rows_just_below_and_above_what_is_allowed(as_csv: AsCsv, give: Give, out: Path) -> None:
    some = {(row, "Sales"): "" for row in range(2, 10)}
    assert prepare(give(as_csv(places=some)), out).rows_quarantined == 8
    message = refusal(give(as_csv(places={**some, (10, "Sales"): ""})), out)
    assert "Sales: 9 of 400 rows have no value (the first is row 2)" in message
    assert "set max_bad_rows to 0.023, now 0.02" in message
    assert (out / "quarantine.csv").read_text().count("missing") == 9
    shown = refusal_to_markdown(message, first_faults(out, 5)).splitlines()
    assert shown[2] == message
    assert shown[-1] == "| 6 | Sales |  | missing |"


def test_the_cure_in_the_message_cures(as_csv: AsCsv, give: Give, out: Path) -> None:
    places = {(row, "Sales"): "" for row in range(2, 11)}
    assert prepare(give(as_csv(places=places)), out, Options(max_bad_rows=0.023)).rows_kept == 391


OUTLIERS: dict[str, tuple[Callable[[int], int], list[str]]] = {
    "a tenth far away": (lambda number: number * (90 if number % 11 == 0 else 1), ["iqr_factor", "max_outliers"]),
    # a factor of nothing is nothing
    "most the same": (lambda number: 1600 if number % 5 else 1500, ["max_outliers"]),
}


@pytest.mark.parametrize(("spell", "names"), OUTLIERS.values(), ids=OUTLIERS.keys())
def test_each_value_that_a_refusal_for_outliers_names_works(
    spell: Callable[[int], int], names: list[str], as_csv: AsCsv, give: Give, tmp_path: Path
) -> None:
    source = give(as_csv(spell={"Sales": spell}))
    (tmp_path / "refused").mkdir()
    message = refusal(source, tmp_path / "refused", Options(outliers="iqr"))
    named = dict(re.findall(r"(iqr_factor|max_outliers) to ([0-9.]*[0-9])", message))
    assert list(named) == names
    assert "outliers to by_kind or none" in message
    cures: list[dict[str, object]] = [{"outliers": "iqr", name: float(value)} for name, value in named.items()]
    cures += [{"outliers": "by_kind"}, {"outliers": "none"}]
    for number, cure in enumerate(cures):
        (tmp_path / f"{number}").mkdir()
        report = prepare(source, tmp_path / f"{number}", Options.model_validate(cure))
        assert (report.outliers.share > 0.05) == ("max_outliers" in cure)


def test_a_test_size_that_leaves_a_side_empty(frame: pl.DataFrame, give: Give, out: Path) -> None:
    source = give(frame.head(30).write_csv())
    assert "set test_size nearer to 0.5" in refusal(source, out, Options(test_size=0.001))
    assert "of the random split" in refusal(source, out, Options(test_size=0.999, split="random"))
