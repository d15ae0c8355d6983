"""What to say of a text that has no header to read a table by."""

import re
import unicodedata
from collections.abc import Sequence

from domain.dialect.cells import looks_like_number
from domain.dialect.date_patterns import looks_like_date
from domain.dialect.errors import DataError
from domain.dialect.header_line import HeaderLine, split
from domain.dialect.headers import Kind, code_column, kind_of

_SHOWN_CHARACTERS = 60
_OTHER_SEPARATORS = (":", "~", r"\^", "/", " +")
_WHOLE_HEADER = "Date,DayOfWeek,Season,Holiday,Sales"


def no_header(lines: Sequence[str], separators: str) -> DataError:
    """The refusal of a text in which no line names columns."""
    first = next((line.strip() for line in lines if line.strip()), "")
    if any(unicodedata.category(letter) in {"Cc", "Cn"} and letter != "\t" for letter in first[:100]):
        return DataError("The file holds no text: give the table as CSV or Parquet.")
    shown = first[:_SHOWN_CHARACTERS]
    if not any(separator in first for separator in separators) and _other_separator(first):
        return DataError(
            f"Row 1 ({shown!r}) is a header with a wrong separator: "
            "separate the columns of the file by a comma, semicolon, tab or |."
        )
    return DataError(
        f"Row 1 ({shown!r}) is no header: start the file with the line {_cure(first, separators)}, "
        "or set date_column and sales_column to two names of the row that is."
    )


def has_other_separator(line: HeaderLine) -> bool:
    """Whether a header is one field only because another mark stands between its columns."""
    return len(line.fields) == 1 and not line.has_dates_below and _other_separator(line.fields[0])


def _other_separator(line: str) -> bool:
    """Whether a line names a date and an amount between which a mark stands that we do not know."""
    for separator in _OTHER_SEPARATORS:
        parts = [part for part in re.split(separator, line) if part.strip()]
        kinds = {kind_of(part) for part in parts} & {Kind.DATE, Kind.DATE_LIKELY}
        if kinds and any(kind_of(part) in {Kind.SALES, Kind.UNITS} or code_column(part) for part in parts):
            return True
    return False


def _cure(first: str, separators: str) -> str:
    """A header that fits the first row, if that is a row of data."""
    separator = max(separators, key=first.count)
    cells = split(first, separator)
    dates = [place for place, cell in enumerate(cells) if looks_like_date(cell)]
    numbers = [place for place, cell in enumerate(cells) if looks_like_number(cell)]
    if len(cells) == len(_WHOLE_HEADER.split(",")) or len(dates) != 1 or not numbers:
        return _WHOLE_HEADER
    names = [f"Column{place + 1}" for place in range(len(cells))]
    names[dates[0]], names[numbers[-1]] = "Date", "Sales"
    return separator.join(names)


def days_in_columns(line: HeaderLine) -> DataError:
    """The refusal of a table that has a column a day."""
    days = [cell.strip() for cell in line.fields if looks_like_date(cell)]
    return DataError(
        f"Row {line.row} has a column a day ({days[0]} to {days[-1]}): turn the table, so that each day is a row, "
        "or set days_in_columns to true."
    )
