"""The same table as other people write it: what comes out must not differ."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.data import Options, prepare

AsCsv = Callable[..., str]
Give = Callable[[str | bytes], Path]
SPANISH = ("Fecha", "DiaSemana", "Estacion", "Feriado", "Ventas")
DIAS = ("Lunes", "martes", "MIÉRCOLES", "jueves", "Vie", "sábado", "Domingo")
SEASONS = ("Summer", "autumn", "Winter", "SPRING")
ESTACIONES = ("Verano", "otoño", "INVIERNO", "primavera")


def dates(pattern: str) -> dict[str, Callable[[date], str]]:
    return {"Date": lambda day: day.strftime(pattern)}


def sales(pattern: str) -> dict[str, Callable[[int], str]]:
    return {"Sales": lambda number: pattern.format(number // 1000, number % 1000, number)}


WRITTEN: dict[str, dict[str, object]] = {
    "as we write it": {},
    "carriage returns": {"end": "\r\n"},
    "old Mac line ends": {"end": "\r"},
    "two carriage returns": {"end": "\r\r\n"},
    "semicolons": {"separator": ";"},
    "tabs": {"separator": "\t"},
    "bars": {"separator": "|"},
    "headers in any case, padded": {"header": (" DATE", "day_of_week ", "Day-Season"[4:], " holiday", "SALES ")},
    "headers in Spanish": {"header": SPANISH, "separator": ";"},
    "headers with accents": {"header": ("FECHA", "Día de la semana", "Estación", "Festivo", "ventas")},
    "decimal comma": {"spell": sales("{2},0"), "separator": ";"},
    "quoted decimal comma": {"spell": sales('"{2},00"')},
    "decimal point": {"spell": sales("{2}.0")},
    "powers of ten": {"spell": sales("{2}e0")},
    "quoted thousands": {"spell": sales('"{0},{1:03}"')},
    "Spanish thousands": {"spell": sales("{0}.{1:03}"), "separator": ";"},
    "Spanish thousands and decimals": {"spell": sales("{0}.{1:03},0"), "separator": ";"},
    "English thousands and decimals": {"spell": sales("{0},{1:03}.00"), "separator": "\t"},
    "thousands by spaces": {"spell": sales("{0} {1:03}")},
    "thousands by narrow spaces": {"spell": sales("{0}\u202f{1:03}")},
    "thousands by apostrophes": {"spell": sales("{0}'{1:03}")},
    "d/m/Y": {"spell": dates("%d/%m/%Y")},
    "d/m/y": {"spell": dates("%d/%m/%y")},
    "m/d/y": {"spell": dates("%m/%d/%y")},
    "y-m-d": {"spell": dates("%y-%m-%d")},
    "weekday in front": {"spell": dates("%a %d/%m/%Y")},
    "weekday behind": {"spell": dates("%m/%d/%Y (%A)")},
    "names of months": {"spell": dates("%d-%b-%Y")},
    "long names of months": {"spell": dates('"%A, %B %d, %Y"')},
    "hours of twelve": {"spell": dates("%m/%d/%Y 03:15 PM")},
    "Unix times": {"spell": {"Date": lambda day: (day - date(1970, 1, 1)).days * 86_400 + 3_600}},
    "Unix times in milliseconds": {"spell": {"Date": lambda day: (day - date(1970, 1, 1)).days * 86_400_000}},
    "dollars": {"spell": sales('"${0},{1:03}.00"')},
    "euros behind": {"spell": sales("{0}.{1:03},00 €"), "separator": ";"},
    "the code of a currency": {"spell": sales("EUR {2}.00")},
    "d-m-Y": {"spell": dates("%d-%m-%Y")},
    "d.m.Y": {"spell": dates("%d.%m.%Y")},
    "m/d/Y": {"spell": dates("%m/%d/%Y")},
    "m/d/Y with a time": {"spell": dates("%m/%d/%Y 12:00:00 AM")},
    "compact dates": {"spell": dates("%Y%m%d")},
    "dates with slashes": {"spell": dates("%Y/%m/%d")},
    "dates with a zone": {"spell": dates("%Y-%m-%dT00:00:00+02:00")},
    "dates with a zone alone": {"spell": dates("%Y-%m-%d+02:00")},
    "dates in UTC": {"spell": dates("%Y-%m-%d 00:00:00Z")},
    "dates late in the evening": {"spell": dates("%Y-%m-%d 23:59:59-05:00")},
    "weekday words": {"spell": {"DayOfWeek": lambda code: DIAS[code - 1]}},
    "weekday words in English": {"spell": {"DayOfWeek": lambda code: date(2024, 1, code).strftime("%A")}},
    "season words": {"spell": {"Season": lambda code: SEASONS[code - 1]}},
    "season words in Spanish": {"spell": {"Season": lambda code: ESTACIONES[code - 1]}},
    "holidays yes and no": {"spell": {"Holiday": lambda code: ("no", "Yes")[code]}},
    "holidays sí and no": {"spell": {"Holiday": lambda code: ("No", "Sí")[code]}},
    "holidays named": {"spell": {"Holiday": lambda code: ("No Holiday", "Holiday")[code]}},
    "holidays named in Spanish": {"spell": {"Holiday": lambda code: ("Laborable", "Festivo")[code]}},
    "holidays true and false": {"spell": {"Holiday": lambda code: str(bool(code))}},
    "codes as floats": {"spell": dict.fromkeys(("DayOfWeek", "Season", "Holiday"), lambda code: f"{code}.0")},
    "everything quoted": {"spell": dict.fromkeys(("Date", "DayOfWeek", "Sales"), lambda value: f'"{value}"')},
    "everything padded": {"spell": dict.fromkeys(("Date", "DayOfWeek", "Sales"), lambda value: f" {value} ")},
}


@pytest.fixture(scope="session")
def expected(as_csv: AsCsv, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """train.csv and test.csv of the table as we write it."""
    folder = tmp_path_factory.mktemp("expected")
    source = folder / "source.csv"
    source.write_text(as_csv(), encoding="utf-8")
    out = folder / "out"
    out.mkdir()
    prepare(source, out)
    return (out / "train.csv").read_bytes(), (out / "test.csv").read_bytes()


def check(source: Path, out: Path, expected: tuple[bytes, bytes], options: Options | None = None) -> None:
    report = prepare(source, out, options)
    assert report.rows_quarantined == 0
    assert ((out / "train.csv").read_bytes(), (out / "test.csv").read_bytes()) == expected


def test_what_is_expected_is_the_table(expected: tuple[bytes, bytes], frame: pl.DataFrame) -> None:
    sides = [pl.read_csv(side, try_parse_dates=True) for side in expected]
    assert pl.concat(sides).sort("Date").rows() == frame.rows()


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN.keys())
def test_other_ways_to_write_it(
    written: dict[str, object], as_csv: AsCsv, give: Give, out: Path, expected: tuple[bytes, bytes]
) -> None:
    check(give(as_csv(**written)), out, expected)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
def test_encodings(encoding: str, as_csv: AsCsv, give: Give, out: Path, expected: tuple[bytes, bytes]) -> None:
    text = as_csv(spell={"Season": lambda code: ESTACIONES[code - 1]}, header=("Fecha", *SPANISH[1:]))
    check(give(text.encode(encoding)), out, expected)


def test_latin_1_that_starts_only_after_the_head(as_csv: AsCsv, give: Give, out: Path) -> None:
    blanks = "\n" * 300_000
    text = as_csv(places={(401, "Season"): "otoño"}).replace("\n", blanks, 1)
    # 2024-02-04 is a winter's day in the table, so the word must change the row
    report = prepare(give(text.encode("latin-1")), out)
    assert (report.format.encoding, report.rows_kept) == ("latin-1", 400)
    assert "2024-02-04,7,2,1," in (out / "train.csv").read_text() + (out / "test.csv").read_text()


@pytest.mark.parametrize("above", ["sep=;\n", "Ventas diarias\n\n", "\n\n"])
def test_lines_above_the_header(
    above: str, as_csv: AsCsv, give: Give, out: Path, expected: tuple[bytes, bytes]
) -> None:
    check(give(above + as_csv(separator=";")), out, expected)


def test_old_line_ends_below_a_new_one(as_csv: AsCsv, give: Give, out: Path, expected: tuple[bytes, bytes]) -> None:
    check(give(as_csv(end="\r").replace("\r", "\n", 1)), out, expected)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_notes_of_several_lines(end: str, as_csv: AsCsv, give: Give, out: Path, expected: tuple[bytes, bytes]) -> None:
    header, *lines = as_csv().splitlines()
    note = f'"two lines, one comma:{end}, ""quoted"" on 2024-01-01"'
    check(give(end.join([f"{header},Note", *(f"{line},{note}" for line in lines)])), out, expected)


def test_an_inch_is_no_quote(as_csv: AsCsv, give: Give, out: Path, expected: tuple[bytes, bytes]) -> None:
    header, *lines = as_csv().splitlines()
    check(give("\n".join([f"{header},Note", *(f'{line},5" disk' for line in lines)])), out, expected)


def test_blank_lines_and_empty_rows_are_counted(
    as_csv: AsCsv, give: Give, out: Path, expected: tuple[bytes, bytes]
) -> None:
    check(give(as_csv().replace("\n", "\n\n", 3) + ",,,,\n\n"), out, expected)


def test_more_columns_than_ours_are_never_used(
    as_csv: AsCsv, give: Give, out: Path, expected: tuple[bytes, bytes]
) -> None:
    header, *lines = as_csv().splitlines()
    text = "\n".join([f"Price,{header},Note,", *(f'{n},{line},"a, ""b""",' for n, line in enumerate(lines))])
    check(give(text), out, expected)


def test_weekdays_from_0_when_asked(as_csv: AsCsv, give: Give, out: Path, expected: tuple[bytes, bytes]) -> None:
    source = give(as_csv(spell={"DayOfWeek": lambda code: code - 1}))
    check(source, out, expected, Options(weekday_base=0))


@pytest.mark.parametrize("header", [("Date", "Holiday", "Sales"), ("Date", "DayOfWeek", "Season", "Holiday", "Sales")])
def test_derived_from_the_date(
    header: tuple[str, ...], frame: pl.DataFrame, give: Give, out: Path, expected: tuple[bytes, bytes]
) -> None:
    wrong = frame.with_columns(DayOfWeek=pl.lit(9), Season=pl.lit("?"))
    check(give(wrong.select(header).write_csv()), out, expected, Options(derive_from_date=True))


def test_derived_for_the_south(frame: pl.DataFrame, give: Give, out: Path) -> None:
    report = prepare(give(frame.write_csv()), out, Options(derive_from_date=True, hemisphere="south"))
    written = pl.concat(pl.read_csv(out / name, try_parse_dates=True) for name in ("train.csv", "test.csv"))
    opposite = {1: 3, 2: 4, 3: 1, 4: 2}
    assert written.sort("Date")["Season"].to_list() == [opposite[code] for code in frame["Season"]]
    assert report.rows_kept == 400


@pytest.mark.parametrize(
    ("order", "pattern"), [("day_first", "%d/%m/%Y"), ("month_first", "%m/%d/%Y")], ids=["day first", "month first"]
)
def test_an_order_that_was_asked_for(order: str, pattern: str, frame: pl.DataFrame, give: Give, out: Path) -> None:
    early = frame.filter(pl.col("Date").dt.day() <= 12).with_columns(pl.col("Date").dt.strftime(pattern))
    report = prepare(give(early.write_csv()), out, Options.model_validate({"date_order": order}))
    assert (report.rows_kept, report.first_date, report.last_date) == (early.height, "2023-01-01", "2024-02-04")


def test_decimals_that_were_asked_for(as_csv: AsCsv, give: Give, out: Path, expected: tuple[bytes, bytes]) -> None:
    source = give(as_csv(spell=sales("{0},{1:03}"), separator=";"))
    check(source, out, expected, Options(decimal="point"))


@pytest.mark.parametrize(
    "types",
    [
        {},
        {
            "Date": pl.Datetime("us", "Europe/Madrid"),
            "Sales": pl.Float64,
            "DayOfWeek": pl.Float32,
            "Holiday": pl.Boolean,
        },
        {"Date": pl.String, "Sales": pl.Decimal(10, 2), "Season": pl.UInt8},
        {"Sales": pl.String, "Season": pl.String},
    ],
    ids=["plain types", "times and floats", "texts and decimals", "texts for numbers"],
)
def test_parquet(
    types: dict[str, pl.DataType], frame: pl.DataFrame, tmp_path: Path, out: Path, expected: tuple[bytes, bytes]
) -> None:
    source = tmp_path / "source"
    casts = [pl.col(name).cast(kind) for name, kind in types.items() if name != "Date"]
    zoned = isinstance(types.get("Date"), pl.Datetime)
    day = pl.col("Date").cast(pl.Datetime("us")).dt.replace_time_zone("Europe/Madrid") if zoned else pl.col("Date")
    frame.with_columns(*casts, day).write_parquet(source)
    check(source, out, expected)
