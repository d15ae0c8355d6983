"""Opens a source: unpacks it, writes a sheet of a workbook as CSV, turns a table, and finds its header."""

from dataclasses import dataclass, replace
from pathlib import Path

from domain.dialect.columns import Request
from domain.dialect.layout import Layout, find_layout, header_line, lines_of
from flows.data.options import Options
from flows.data.reading.archives import container_of, unpack
from flows.data.reading.encoding import SAMPLE_BYTES, look
from flows.data.reading.turned import turn
from flows.data.reading.workbook import Sheet, sheet_as_csv

# how far a header is looked for, if it is not in the first bytes
LARGE_SAMPLE_BYTES = 1 << 25


@dataclass(frozen=True)
class TextSource:
    """A file of text or Parquet, and what it was taken from.

    `head` is its first text; polars can read the file as it is if it `is_plain`. `name` is the one to show. `sheet`
    is that of a workbook, of which `text_numbers` and `serials_from` are known. `notices` say what was chosen.
    """

    path: Path
    kind: str
    name: str
    encoding: str = ""
    head: str = ""
    is_plain: bool = True
    archive: str = ""
    sheet: str = ""
    text_numbers: frozenset[int] | None = None
    serials_from: str | None = None
    notices: tuple[tuple[str, str], ...] = ()


def open_source(source: Path, scratch: Path, options: Options) -> TextSource:
    """The text or the Parquet file in a source.

    Raises:
        DataError: it holds no table, or several, or is damaged.
    """
    unpacked = unpack(source, scratch, options.sheet)
    if container_of(unpacked.path) == "workbook":
        sheet = sheet_as_csv(unpacked.path, scratch, "" if unpacked.archive == options.sheet else options.sheet)
        return replace(_of_sheet(sheet, unpacked.path), archive=unpacked.archive)
    head = look(unpacked.path)
    return TextSource(
        unpacked.path, head.kind, unpacked.path.name, head.encoding, head.text, head.plain, unpacked.archive
    )


def _of_sheet(sheet: Sheet, workbook: Path) -> TextSource:
    kind = workbook.suffix.removeprefix(".").lower()
    said = (("sheet", f"The sheet {sheet.name!r} is read, the only one with a table of dates."),)
    return TextSource(
        sheet.path,
        kind if kind in {"xlsx", "xls", "xlsb", "xlsm", "ods"} else "workbook",
        workbook.name,
        encoding="utf-8",
        head=look(sheet.path).text,
        sheet=sheet.name,
        text_numbers=sheet.text_numbers,
        serials_from=sheet.serials_from,
        notices=said if sheet.is_chosen else (),
    )


def layout_of(opened: TextSource, scratch: Path, request: Request, options: Options) -> tuple[TextSource, Layout]:
    """The layout of a text, which is turned first if a column a day was asked for.

    Raises:
        DataError: it has no header, or its columns are missing or not clear.
    """
    line = header_line(lines_of(opened.head), request)
    if (line is None or line.is_weak) and opened.path.stat().st_size > SAMPLE_BYTES:
        opened = replace(opened, head=look(opened.path, LARGE_SAMPLE_BYTES).text)
    if line and line.is_wide and options.days_in_columns:
        path = turn(opened.path, opened.encoding, line, scratch)
        opened = replace(opened, path=path, encoding="utf-8", head=look(path).text, is_plain=True, text_numbers=None)
    layout = find_layout(opened.head, request)
    certain = opened.text_numbers is not None and layout.columns.places.get("Sales") not in opened.text_numbers
    return opened, replace(layout, are_numbers=certain, serials_from=opened.serials_from)
