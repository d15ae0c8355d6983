"""The parts that choosing a column works on. Knows names and samples, no rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.dialect.cells import ColumnSample
from domain.dialect.errors import DataError
from domain.dialect.headers import Kind
from domain.dialect.vocabulary import fold

MAX_LISTED_COLUMNS = 20


@dataclass(frozen=True)
class Column:
    """A column of a table, by its name and a sample of its cells."""

    place: int
    name: str
    kind: Kind
    sample: ColumnSample


@dataclass(frozen=True)
class Request:
    """What a person asks for: the names of the columns of dates and of sales; empty to find them."""

    date_column: str = ""
    sales_column: str = ""
    wants_sales: bool = True


@dataclass(frozen=True)
class Table:
    """The columns to choose from; `where` says where the header stands."""

    columns: tuple[Column, ...]
    where: str
    request: Request
    header: tuple[str, ...]

    @property
    def names(self) -> str:
        """The names of all columns, for a sentence."""
        return _sentence([name for name in self.header if name])


def listed(columns: Sequence[Column]) -> str:
    """The names of some columns, for a sentence."""
    return _sentence([column.name for column in columns])


def _sentence(names: Sequence[str]) -> str:
    more = ["…"] if len(names) > MAX_LISTED_COLUMNS else []
    return ", ".join([*names[:MAX_LISTED_COLUMNS], *more])


def named(table: Table, option: str, name: str) -> Column:
    """The column that an option names, in any case.

    Raises:
        DataError: none or several are named so.
    """
    exact = [column for column in table.columns if column.name == name.strip()]
    found = exact or [column for column in table.columns if fold(column.name) == fold(name)]
    if len(found) == 1:
        return found[0]
    what = "no column is named so" if not found else f"{len(found)} columns are named so"
    raise DataError(f"{option} is {name!r}, but {what} in {table.where}: set it to one of {table.names}.")
