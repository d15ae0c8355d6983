"""Dates of the user's own from a small table, as `make etl EVENTS=events.csv` gives them. Knows no Prefect."""

import csv
from pathlib import Path

from pydantic import ValidationError

from domain.calendar import Event
from flows.errors import CurableError

COLUMNS = "start,end,name"


def read_events(path: Path) -> list[dict[str, object]]:
    """Return the events of a CSV file with the columns start, end and name, as parameters of the flow.

    `end` and `name` may be empty or left out.

    Raises:
        CurableError: the file is not there, has other columns, or a row is no event; names the row.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise CurableError(f"{path} cannot be read ({error.strerror}): give a CSV file {COLUMNS}.") from error
    return [_event(path, number, row) for number, row in enumerate(rows, 2)]


def _event(path: Path, number: int, row: dict[str, str]) -> dict[str, object]:
    given = {name.strip().lower(): text.strip() for name, text in row.items() if name and text and text.strip()}
    try:
        return Event.model_validate(given).model_dump(mode="json", exclude_none=True)
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(map(str, wrong["loc"])) or "the row"
        raise CurableError(
            f"{path}, row {number}: {where}: {wrong['msg']}. Write the columns {COLUMNS}, dates as 2026-06-25."
        ) from error
