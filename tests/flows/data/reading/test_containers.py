"""Workbooks and archives: the one table in them is read, and several are named."""

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from flows.data import DataError
from flows.data.reading.archives import copy_limited
from tests.flows.data.reading.conftest import Parse

DAYS = [date(2025, 1, 1) + timedelta(days=n) for n in range(40)]
EXPECTED = {day: float(100 + n) for n, day in enumerate(DAYS)}
CSV = "Date,Sales\n" + "".join(f"{day},{units:.0f}\n" for day, units in EXPECTED.items())
Rows = list[list[object]]


def workbook(path: Path, sheets: dict[str, Rows], *, date_1904: bool = False, hidden: str = "") -> Path:
    """Write sheets; dates are cells of dates, as Excel has them."""
    book = xlsxwriter.Workbook(str(path), {"date_1904": date_1904})
    form = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(place, column, cell, form)
                elif cell is not None:
                    sheet.write(place, column, cell)
        if name == hidden:
            sheet.hide()
    book.close()
    return path


def table(spell: Callable[[date], object] = lambda day: day) -> Rows:
    return [["Date", "Sales"], *([spell(day), units] for day, units in EXPECTED.items())]


def test_a_sheet_keeps_its_row_numbers(tmp_path: Path, parse: Parse) -> None:
    rows: Rows = [["Ventas de la tienda"], [], *table()]
    rows[10][1] = "n.d."
    parsed = parse(workbook(tmp_path / "book.xlsx", {"Ventas": rows}), max_bad_rows=1.0)
    assert parsed.table.faults.collect().rows() == [(11, "Sales", "n.d.", "not_a_number")]
    assert parsed.days == {day: units for day, units in EXPECTED.items() if day != DAYS[7]}
    assert (parsed.form.kind, parsed.form.sheet, parsed.form.separator) == ("xlsx", "Ventas", "")


def test_numbers_and_times_of_cells_are_certain(tmp_path: Path, parse: Parse) -> None:
    rows = table(lambda day: datetime.combine(day, time(13, 30)))
    rows[1][1], rows[2][1] = 1.234, 98765.4321
    parsed = parse(workbook(tmp_path / "book.xlsx", {"Sheet": rows}))
    assert [parsed.days[DAYS[0]], parsed.days[DAYS[1]]] == [1.234, 98765.4321]


def test_day_numbers_of_a_workbook_are_dates(tmp_path: Path, parse: Parse) -> None:
    for from_1904, day_zero in ((False, date(1899, 12, 30)), (True, date(1904, 1, 1))):
        rows = table(lambda day, day_zero=day_zero: (day - day_zero).days)  # type: ignore[misc]
        source = workbook(tmp_path / f"{from_1904}.xlsx", {"Sheet": rows}, date_1904=from_1904)
        assert parse(source).days == EXPECTED


def test_the_total_below_is_no_day(tmp_path: Path, parse: Parse) -> None:
    notes: list[Rows] = [[["Total", 4780]], [[None, 4780]], [[], ["Source: the shop"], ["Page 1 of 1"]]]
    for number, below in enumerate(notes):
        parsed = parse(workbook(tmp_path / f"{number}.xlsx", {"Sheet": [*table(), *below]}))
        assert parsed.days == EXPECTED
        assert parsed.table.rows_beside == parsed.table.rows_bad == len([row for row in below if row])
        assert set(parsed.table.faults.collect()["reason"]) <= {"total_row", "note"}


def test_the_only_sheet_with_a_table_is_taken(tmp_path: Path, parse: Parse) -> None:
    sheets: dict[str, Rows] = {"About": [["Made by the shop"]], "Daily": table(), "Old": table()}
    parsed = parse(workbook(tmp_path / "book.xlsx", sheets, hidden="Old"))
    assert parsed.days == EXPECTED
    assert "The sheet 'Daily' is read" in parsed.notices["sheet"]


def test_of_several_sheets_one_is_asked_for(tmp_path: Path, parse: Parse) -> None:
    doubled = [table()[0], *([day, 2 * units] for day, units in EXPECTED.items())]
    source = workbook(tmp_path / "book.xlsx", {"Game A": table(), "Game B": doubled})
    with pytest.raises(DataError, match="2 sheets with a table: set sheet to one of Game A, Game B"):
        parse(source)
    assert parse(source, sheet="game b").days == {day: 2 * units for day, units in EXPECTED.items()}
    with pytest.raises(DataError, match="no sheet 'Game C': set sheet to one of Game A, Game B"):
        parse(source, sheet="Game C")


def test_an_open_document(tmp_path: Path, parse: Parse) -> None:
    def cell(value: object) -> str:
        if isinstance(value, date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in table())
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Hoja1">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "book.ods", "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr("content.xml", content)
    parsed = parse(tmp_path / "book.ods")
    assert (parsed.days, parsed.form.kind, parsed.form.sheet) == (EXPECTED, "ods", "Hoja1")


def test_any_damaged_byte_of_a_workbook_is_refused_or_harmless(tmp_path: Path, parse: Parse) -> None:
    whole = workbook(tmp_path / "book.xlsx", {"Sheet": table()}).read_bytes()
    damaged = tmp_path / "damaged.xlsx"
    refused = 0
    for place in range(0, len(whole), 97):
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            assert parse(damaged).days == EXPECTED
        except DataError:
            refused += 1
    assert refused > 10


@pytest.mark.parametrize("damage", [slice(0, 400), slice(400, None)])
def test_half_a_workbook(damage: slice, tmp_path: Path, parse: Parse) -> None:
    source = workbook(tmp_path / "book.xlsx", {"Sheet": table()})
    source.write_bytes(b"PK\x03\x04" + source.read_bytes()[damage])
    with pytest.raises(DataError, match="damaged Excel or ZIP file: save the sheet as CSV"):
        parse(source)


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_one_table_in_an_archive(tmp_path: Path, parse: Parse) -> None:
    source = tmp_path / "sales.csv.gz"
    source.write_bytes(gzip.compress(CSV.encode()))
    parsed = parse(source)
    assert (parsed.days, parsed.form.archive) == (EXPECTED, "gzip")
    kept = zipped(tmp_path / "one.zip", {"__MACOSX/._a.csv": b"", "in/a.csv": CSV.encode(), "in/.DS_Store": b"x"})
    parsed = parse(kept)
    assert (parsed.days, parsed.form.archive) == (EXPECTED, "in/a.csv")
    book = workbook(tmp_path / "book.xlsx", {"A": table(), "B": table()}).read_bytes()
    assert parse(zipped(tmp_path / "book.zip", {"book.xlsx": book}), sheet="B").form.sheet == "B"


def test_of_several_tables_in_an_archive_one_is_asked_for(tmp_path: Path, parse: Parse) -> None:
    source = zipped(tmp_path / "two.zip", {"a.csv": CSV.encode(), "b.csv": b"Date,Sales\n2025-01-01,7\n"})
    with pytest.raises(DataError, match=r"two\.zip has 2 tables: set sheet to one of a\.csv, b\.csv"):
        parse(source)
    assert parse(source, sheet="b.csv").days == {date(2025, 1, 1): 7}
    with pytest.raises(DataError, match=r"no table named 'c\.csv': set sheet to one of a\.csv, b\.csv"):
        parse(source, sheet="c.csv")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(CSV.encode())[:-20], "damaged or locked archive: unpack it"),
        (gzip.compress(gzip.compress(CSV.encode())), "holds another archive"),
        (b"\x1f\x8b" + b"\0" * 30, "damaged or locked archive"),
    ],
)
def test_an_archive_that_cannot_be_unpacked(content: bytes, message: str, tmp_path: Path, parse: Parse) -> None:
    source = tmp_path / "sales.gz"
    source.write_bytes(content)
    with pytest.raises(DataError, match=message):
        parse(source)


def test_an_archive_larger_than_it_should_be_is_not_unpacked(tmp_path: Path) -> None:
    packed = io.BytesIO(gzip.compress(b"\0" * 10_000_000))
    with gzip.open(packed) as content, pytest.raises(DataError, match=r"holds more than 2 MB: unpack it"):
        copy_limited(content, tmp_path / "out", "bomb.gz", limit=2 << 20)
    assert (tmp_path / "out").stat().st_size <= 2 << 20


def test_text_with_tabs(tmp_path: Path, parse: Parse) -> None:
    for name in ("sales.tsv", "sales.txt"):
        source = tmp_path / name
        source.write_text(CSV.replace(",", "\t"))
        assert parse(source).days == EXPECTED
