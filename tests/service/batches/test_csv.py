"""A file is read as the csv module reads it, whatever it repeats and however long it is."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import ALL_CODES
from service.api.batches import _check_csv as check_csv
from service.batches.csv_reader import CHUNK_ROWS, read_csv
from service.batches.csv_table import open_table
from service.batches.predict import BatchPredictor
from service.batches.render import to_csv
from service.batches.rows import CheckedRow, CheckedRows
from service.errors import BadInputError
from service.prediction.champion import Champion
from service.prediction.predictor import Predictor
from service.prediction.requests import DateRequest
from tests.service.champions import dated
from tests.service.conftest import champion

NOW = datetime(2026, 11, 23, 16, 20, tzinfo=UTC)
HEADER = "DayOfWeek,Season,Holiday,Date\n"
DAYS = [date(1970, 1, 1) + timedelta(days=number) for number in range(20_000)]


def read(rows: str) -> Iterator[CheckedRows]:
    return read_csv(BytesIO((HEADER + rows).encode()))


def requests(chunks: Iterator[CheckedRows]) -> list[CheckedRow]:
    """Of every row, in order; each chunk is used before the next is read."""
    return [rows.unique[place] for rows in chunks for place in rows.row_index]


CELL = st.text(st.sampled_from('ab"\n\r ,;é'), max_size=4)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@given(st.lists(st.lists(CELL, min_size=1, max_size=3), max_size=8), ENDS, st.booleans())
def test_rows_and_cells_are_those_of_the_csv_module(rows: list[list[str]], end: str, raw: bool) -> None:
    text = StringIO(newline="")
    if raw:
        text.write(end.join(",".join(cells) for cells in rows))
    else:
        csv.writer(text, lineterminator=end).writerows(rows)
    written = "x,y,z" + end + text.getvalue()
    try:
        wanted = [tuple(cells) for cells in csv.reader(StringIO(written, newline=""), strict=True) if cells]
    except csv.Error:
        with pytest.raises(BadInputError), open_table(BytesIO(written.encode())) as table:
            list(table.rows)
        return
    with open_table(BytesIO(written.encode())) as table:
        assert [table.header, *map(table.cells, table.rows)] == wanted


def test_a_line_that_is_no_csv_is_named_below_lines_that_were_known() -> None:
    rows = "3,1,0,\n" * 4_000 + ',,,"2026-12-24"\n' + "3,1,0,\n" * 4_000 + '"3"x,1,0,\n'
    with pytest.raises(BadInputError, match="line 8003 is not CSV"):
        list(read(rows))


def test_more_days_than_are_remembered_are_asked_in_their_order() -> None:
    days = [*DAYS, *DAYS[::-1], *DAYS[5_000:5_100]]
    found = requests(read("".join(f",,,{day}\n" for day in days)))
    assert [question.Date for question in found if isinstance(question, DateRequest)] == days


@pytest.mark.parametrize("bad", ["3,5,0,", ",,,2026-02-30", "3,1", '"3",1,"x",'])
@pytest.mark.parametrize("above", [0, CHUNK_ROWS - 1, CHUNK_ROWS, 19_999])
def test_a_bad_row_is_named_however_many_stand_above_it(above: int, bad: str) -> None:
    rows = chain((f",,,{day}\n" for day in DAYS[:above]), ["\n", f"{bad}\n"] * 2)
    with pytest.raises(BadInputError) as raised:
        check_csv(BytesIO((HEADER + "".join(rows)).encode()), Predictor(champion()))
    assert {fault.row for fault in raised.value.errors} == {above + 1}


def test_a_model_of_dates_names_the_first_row_it_cannot_be_asked() -> None:
    rows = "".join(f",,,{day}\n" for day in DAYS[15_000:]) * 2 + "3,1,0,\n"
    with pytest.raises(BadInputError) as raised:
        check_csv(BytesIO((HEADER + rows).encode()), Predictor(dated()))
    assert [(fault.row, fault.code) for fault in raised.value.errors] == [(10_001, "date-needed")]


def test_what_a_part_repeats_is_answered_as_before_with_an_id_and_a_moment_of_its_own() -> None:
    predictor = BatchPredictor(Predictor(champion()))
    rows = "".join(f",,,{day}\n" for day in DAYS[:CHUNK_ROWS])
    chunks = [
        to_csv(predictor.predict(rows_, NOW + timedelta(seconds=number))).splitlines()
        for number, rows_ in enumerate(read(rows * 2))
    ]
    first, again = ([line.split(",", 2) for line in part] for part in chunks)
    assert [line[2] for line in first] == [line[2] for line in again]
    assert [{line[1] for line in part} for part in (first, again)] == [
        {"2026-11-23T16:20:00Z"},
        {"2026-11-23T16:20:01Z"},
    ]
    assert len({line[0] for line in first + again}) == 2 * CHUNK_ROWS


def test_what_another_champion_predicted_is_not_answered() -> None:
    (rows,) = read("3,1,0,\n,,,2026-12-24\n")
    other: Champion = champion().model_copy(update={"version": "2", "predictions": [7.0] * len(ALL_CODES)})
    batches = [BatchPredictor(Predictor(each)).predict(rows, NOW) for each in (champion(), other)]
    assert [{row["model_version"] for row in batch.rows} for batch in batches] == [{"1"}, {"2"}]
    assert {row["prediction"] for row in batches[1].rows} == {7.0}
