"""Tables of random days in random dialects are read back equal, or refused with a cure that works: never otherwise."""

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import event, given, settings
from hypothesis import strategies as st

from flows.data import DataError, Options
from flows.data.reading.read import read
from tests.flows.data.reading.test_containers import workbook

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
DIAS = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"]
Spell = Callable[[date], str]


def _long_spanish(day: date) -> str:
    return f"{DIAS[day.weekday()]}, {day.day} de {MONTHS[day.month - 1]} de {day.year}"


def _formatted(pattern: str) -> Spell:
    return lambda day: day.strftime(pattern)


DATES: dict[str, Spell] = {
    pattern: _formatted(pattern)
    for pattern in (
        "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%y", "%m/%d/%y", "%y/%m/%d",
        "%b %d, %Y", "%d %B %Y", "%d-%b-%y", "%a %d/%m/%Y", "%A, %B %d, %Y", "%Y-%m-%dT%H:%M:%S-07:00",
        "%m/%d/%Y 12:00:00 AM", "%Y-%m-%d 00:00:00 -0700 PDT", "%d/%m/%Y 09:05",
    )
} | {
    "unix": lambda day: str((day - date(1970, 1, 1)).days * 86_400),
    "unix ms": lambda day: str((day - date(1970, 1, 1)).days * 86_400_000),
    "es largo": _long_spanish,
    "es corto": lambda day: f"{day.day}-{MONTHS[day.month - 1][:3]}-{day.year}",
}  # fmt: skip


def _grouped(number: float, point: str, group: str) -> str:
    return f"{abs(number):,.2f}".replace(",", "\0").replace(".", point).replace("\0", group)


def _signed(number: float, text: str) -> str:
    return f"-{text}" if number < 0 else text


NUMBERS: dict[str, Callable[[float], str]] = {
    "plain": lambda n: f"{n:.2f}",
    "comma": lambda n: f"{n:.2f}".replace(".", ","),
    "English": lambda n: _signed(n, _grouped(n, ".", ",")),
    "Spanish": lambda n: _signed(n, _grouped(n, ",", ".")),
    "Swiss": lambda n: _signed(n, _grouped(n, ".", "'")),
    "narrow spaces": lambda n: _signed(n, _grouped(n, ",", "\u202f")),
    "dollars": lambda n: f"(${_grouped(n, '.', ',')})" if n < 0 else f"${_grouped(n, '.', ',')}",
    "euros": lambda n: _signed(n, f"{_grouped(n, ',', '.')} €"),
    "trailing minus": lambda n: f"{_grouped(n, '.', '')}{'-' if n < 0 else ''}",
    "whole thousands": lambda n: _signed(n, f"{abs(n):,.0f}"),
    "whole Spanish thousands": lambda n: _signed(n, f"{abs(n):,.0f}".replace(",", ".")),
}
HEADERS = [
    ("Date", "Sales"), ("Fecha", "Ventas"), ("ds", "y"), ("Day", "Net Units Sold"), ("Begin Date", "Units"),
    ("FECHA DE VENTA", "Unidades vendidas"), ("order_date", "Quantity"), ("When", "How many"),
]  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How a table is written."""

    date: str
    number: str
    header: tuple[str, str]
    separator: str
    above: str
    below: str
    end: str
    container: str
    encoding: str


DIALECT = st.builds(
    Dialect,
    date=st.sampled_from(sorted(DATES)),
    number=st.sampled_from(sorted(NUMBERS)),
    header=st.sampled_from(HEADERS),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    above=st.sampled_from(["", "Shop report\n\n", "From,2024-12-01\nTo,2025-12-31\n", "# line\n" * 60]),
    below=st.sampled_from(["", "\n\n", "\nSource: the shop\n"]),
    end=st.sampled_from(["\n", "\r\n"]),
    container=st.sampled_from(["text", "text", "zip", "gz", "xlsx"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
# amounts that show their decimals, so that most files decide their mark
TABLE = st.tuples(
    st.dates(date(2015, 1, 1), date(2025, 6, 1)),
    st.lists(st.integers(-500, 5_000_000).map(lambda cents: cents / 100), min_size=8, max_size=50),
)


def written(folder: Path, dialect: Dialect, days: list[date], amounts: list[float]) -> Path:
    rows = [
        [DATES[dialect.date](day), NUMBERS[dialect.number](units)] for day, units in zip(days, amounts, strict=True)
    ]
    if dialect.container == "xlsx":
        cells: list[list[object]] = [[*dialect.header]]
        cells.extend([*row] for row in rows)
        return workbook(folder / "book.xlsx", {"Sheet": cells})
    quoted = [[f'"{cell}"' if dialect.separator in cell else cell for cell in row] for row in rows]
    declared = f"sep={dialect.separator}\n" if dialect.separator not in ",;" else ""
    lines = [dialect.separator.join(row) for row in [list(dialect.header), *quoted]]
    text = declared + dialect.above + "\n".join(lines) + "\n" + dialect.below
    content = text.replace("\n", dialect.end).encode(dialect.encoding)
    source = folder / f"sales.{dialect.container}"
    if dialect.container == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("sales.csv", content)
        content = packed.getvalue()
    source.write_bytes(gzip.compress(content) if dialect.container == "gz" else content)
    return source


def cure(message: str, dialect: Dialect) -> dict[str, str]:
    """What the message says to set, and how the file is written: it must be one of the values that it names."""
    if "set date_column and sales_column to" in message:
        return dict(zip(("date_column", "sales_column"), dialect.header, strict=True))
    if "set date_order to" in message:
        order = {"%d": "day_first", "%m": "month_first", "%y": "year_first", "%a": "day_first"}[dialect.date[:2]]
        assert order in message
        return {"date_order": order}
    assert "set decimal to point or comma" in message
    points = {"plain", "English", "Swiss", "dollars", "trailing minus", "whole thousands"}
    return {"decimal": "point" if dialect.number in points else "comma"}


@settings(deadline=None, max_examples=150)
@given(dialect=DIALECT, table=TABLE)
def test_a_dialect_is_read_back_equal_or_cured(dialect: Dialect, table: tuple[date, list[float]]) -> None:
    first, amounts = table
    amounts = [float(f"{units:.0f}") if "whole" in dialect.number else units for units in amounts]
    days = [first + timedelta(days=n) for n in range(len(amounts))]
    options: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        source = written(Path(folder), dialect, days, amounts)
        for _ in range(4):
            try:
                parsed, form = read(source, Path(folder), Options.model_validate(options), lambda _: None)
            except DataError as error:
                given_cure = cure(str(error), dialect)
                event(f"asked for {' and '.join(given_cure)}")
                assert not given_cure.items() <= options.items()
                options |= given_cure
                continue
            break
        rows = parsed.rows.select("Date", pl.col("Sales").cast(pl.Float64)).collect()
    if form.decimal == "plain" and "whole" in dialect.number:
        # a number with a mark too rare to decide it is a fault, never another number
        expected = dict(zip(days, amounts, strict=True))
        assert all(expected[day] == units for day, units in rows.iter_rows())
        return
    assert rows.rows() == list(zip(days, amounts, strict=True))
    assert parsed.rows_bad == parsed.rows_beside
