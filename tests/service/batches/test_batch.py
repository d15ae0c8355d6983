"""A batch is answered and stored like single requests, in the order sent, all of it or nothing."""

import csv
import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import encode
from pydantic import TypeAdapter, ValidationError

from service.batches.json_reader import read_json
from service.batches.rows import ensure_valid
from service.errors import BadInputError
from service.prediction.predictor import Predictor
from service.prediction.requests import PredictionRequest
from tests.service.conftest import CODES, Client, champion
from tests.service.requests import BAD_ROWS
from tests.service.server_process import serving

DATE = {"Date": "2026-12-24"}
QUESTIONS: list[dict[str, Any]] = [CODES, DATE, CODES | {"DayOfWeek": 7}, CODES, {"Date": "1970-01-01"}]
CSV = {"Content-Type": "text/csv"}
APART = ("id", "created_at")


def without_names(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in APART}


def test_a_list_is_answered_in_its_order_as_single_questions_are(client: Client) -> None:
    answer = client.post("/predict/batch", json=QUESTIONS)
    items = answer.json()["items"]
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    singly = [client.post("/predict/", json=question).json() for question in QUESTIONS]
    assert list(map(without_names, items)) == list(map(without_names, singly))
    assert [list(item) for item in items] == [list(item) for item in singly]


def test_a_batch_is_stored_as_it_was_answered_and_its_ids_ascend(client: Client) -> None:
    items = client.post("/predict/batch", json=QUESTIONS).json()["items"]
    assert client.get("/registry/").json()["items"] == items[::-1]
    assert client.get(f"/registry/{items[1]['id']}").json() == items[1]
    assert 'steam_sales_predictions_total{model_version="1"} 5.0' in client.get("/metrics").text


def test_an_empty_list_is_answered_with_one(client: Client) -> None:
    assert client.post("/predict/batch", content="[]").json() == {"items": []}


@pytest.mark.parametrize(("row", "field"), BAD_ROWS)
def test_one_bad_row_is_named_by_its_number_and_refuses_all(client: Client, row: str, field: str) -> None:
    answer = client.post("/predict/batch", content=f"[{json.dumps(CODES)}, {row}, {json.dumps(DATE)}]")
    faults = answer.json()["errors"]
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert {fault["row"] for fault in faults} == {2}
    assert field in [fault["field"] for fault in faults]
    assert "row 2" in answer.json()["detail"]
    assert client.get("/registry/").json()["items"] == []


@pytest.mark.parametrize("body", ["", "{}", "null", "[", "[1]", json.dumps(CODES), "[" * 5000, "[[]]"])
def test_what_is_no_list_of_questions_is_refused(client: Client, body: str) -> None:
    assert client.post("/predict/batch", content=body).status_code == 400


def test_a_list_is_of_ten_thousand_at_most(client: Client) -> None:
    most = [CODES] * 10_000
    assert len(client.post("/predict/batch", json=most).json()["items"]) == 10_000
    answer = client.post("/predict/batch", json=[*most, CODES])
    assert (answer.status_code, "10000" in answer.json()["detail"]) == (400, True)
    assert client.post("/predict/batch", content=b" " * 3_000_000).status_code == 413


CELL = st.one_of(st.integers(-1, 9), st.sampled_from([None, True, 3.0, "3", "2026-12-24", "2026-13-01", 1e400, 2**70]))
OWN = st.one_of(st.none(), st.integers(-9, 9), st.text(max_size=3), st.lists(st.booleans(), max_size=2))
ROW = st.dictionaries(st.sampled_from(["DayOfWeek", "Season", "Holiday", "Date"]), CELL)
ONE_BY_ONE: TypeAdapter[Any] = TypeAdapter(list[PredictionRequest])


@given(st.lists(st.one_of(ROW, st.just(CODES), st.just(DATE)), max_size=4))
def test_the_quick_way_takes_what_the_single_route_takes(rows: list[dict[str, Any]]) -> None:
    body = json.dumps(rows).encode()
    try:
        wanted = ONE_BY_ONE.validate_json(body)
    except ValidationError:
        wanted = None
    try:
        found = read_json(body)
        ensure_valid(found, Predictor(champion()))
    except BadInputError:
        assert wanted is None
    else:
        assert [found.unique[place] for place in found.row_index] == wanted


@given(st.lists(st.tuples(st.sampled_from([CODES, DATE]), st.dictionaries(st.text(max_size=3), OWN)), max_size=4))
def test_fields_of_the_caller_do_not_change_the_request(rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    names = {"DayOfWeek", "Season", "Holiday", "Date"}
    own = [{name: value for name, value in fields.items() if name not in names} for _, fields in rows]
    body = json.dumps([request | fields for (request, _), fields in zip(rows, own, strict=True)]).encode()
    found = read_json(body)
    plain = read_json(json.dumps([request for request, _ in rows]).encode())
    assert [found.unique[place] for place in found.row_index] == [plain.unique[place] for place in plain.row_index]
    assert [json.loads(encode(fields)) for fields in found.own or [{}] * len(rows)] == json.loads(json.dumps(own))


def test_fields_of_the_caller_come_back_beside_the_prediction(client: Client) -> None:
    own = {"id": "A-17", "shop": {"name": "Øst", "rows": [1, None]}}
    items = client.post("/predict/batch", json=[CODES | own, DATE]).json()["items"]
    assert items[0]["sent"] == own
    assert "sent" not in items[1]
    stored = client.get(f"/registry/{items[0]['id']}").json()
    assert stored == {name: value for name, value in items[0].items() if name != "sent"}


def test_columns_of_the_caller_come_back_in_the_answer(client: Client) -> None:
    text = 'id;Fecha;note\r\nA-1;2026-12-24;"says ""hi"", twice"\r\nA-2;2026-12-25;\r\nA-3;2026-12-24;=1+1\r\n'
    header, *rows = csv.reader(StringIO(upload(client, text).text))
    exported_header, *exported = csv.reader(StringIO(client.get("/registry/export").text))
    assert header == [*exported_header, "sent_id", "note"]
    assert [row[-2:] for row in rows] == [["A-1", 'says "hi", twice'], ["A-2", ""], ["A-3", "=1+1"]]
    assert [row[:-2] for row in rows] == exported[::-1]


def test_a_repeated_batch_is_answered_with_the_fields_sent_now(client: Client) -> None:
    key = {"Idempotency-Key": "own-fields"}
    first = client.post("/predict/batch", json=[CODES | {"n": 1}], headers=key).json()["items"]
    again = client.post("/predict/batch", json=[CODES | {"n": 2}], headers=key).json()["items"]
    assert again == [first[0] | {"sent": {"n": 2}}]


def upload(client: Client, text: str | bytes) -> httpx.Response:
    return client.post("/predict/batch", content=text, headers=CSV)


def test_a_file_is_answered_by_a_file_in_its_order(client: Client) -> None:
    answer = upload(client, "\ufeffSeason,DayOfWeek,Holiday\r\n1,3,0\r\n\r\n4,7,1\r\n1,3,0\r\n")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    header, *lines = answer.text.splitlines()
    exported = client.get("/registry/export").text.splitlines()
    assert header == exported[0]
    assert lines == exported[:0:-1]
    assert [line.split(",")[2:5] for line in lines] == [["3", "1", "0"], ["7", "4", "1"], ["3", "1", "0"]]


def test_a_file_may_name_dates_and_codes_row_by_row(client: Client) -> None:
    lines = upload(client, "Date,DayOfWeek,Season,Holiday\n2026-12-25,,,\n,3,1,0\n").text.splitlines()[1:]
    assert [line.split(",")[2:6] for line in lines] == [["5", "3", "1", "2026-12-25"], ["3", "1", "0", ""]]


@pytest.mark.parametrize(
    "text",
    [
        "DayOfWeek;Season;Holiday\n3;1;0\n7;4;1\n",
        "dayofweek\tSEASON\t Holiday \n3\t1\t0\n7\t4\t1\n",
        "Día de la semana;Estación;Feriado\r\n3;1;0\r\n7;4;1\r\n",
        "day_of_week, SEASON , holi-day\n3,1,0\n7,4,1\n",
        "\ufeffdia_de_la_semana,estacion,festivo\n3,1,0\n7,4,1",
    ],
)
def test_a_file_may_be_written_as_spreadsheets_write_it(client: Client, text: str) -> None:
    lines = upload(client, text).text.splitlines()[1:]
    assert [line.split(",")[2:5] for line in lines] == [["3", "1", "0"], ["7", "4", "1"]]


def test_a_file_of_many_parts_is_stored_whole(client: Client) -> None:
    days = "\n".join(str(date(2026, 1, 1) + timedelta(days=number % 900)) for number in range(25_000))
    lines = upload(client, f"Date\n{days}\n").text.splitlines()[1:]
    assert [line.split(",")[5] for line in lines] == days.split("\n")
    assert lines == client.get("/registry/export").text.splitlines()[:0:-1]


def test_a_file_in_which_dates_come_after_codes_is_stored_as_it_is_answered(client: Client) -> None:
    codes, dates = "3,1,0,\n" * 2_600, ",,,2026-12-24\n" * 2_600
    lines = upload(client, f"DayOfWeek,Season,Holiday,Date\n{codes}{dates}{codes}").text.splitlines()[1:]
    assert [line.split(",")[5] for line in lines] == [""] * 2_600 + ["2026-12-24"] * 2_600 + [""] * 2_600
    assert lines == client.get("/registry/export").text.splitlines()[:0:-1]


@pytest.mark.parametrize(
    ("text", "row", "field"),
    [
        ("DayOfWeek,Season,Holiday\n3,1,0\n8,1,0\n", 2, "DayOfWeek"),
        ("DayOfWeek,Season,Holiday\n" + "3,1,0\n" * 12_000 + "3,x,0\n", 12_001, "Season"),
        ("DayOfWeek,Season,Holiday\n3,1\n", 1, "body"),
        ("DayOfWeek,Season,Holiday\n3,1,\n", 1, "Holiday"),
        ("DayOfWeek,Season,Holiday\n3.0,1,0\n", 1, "DayOfWeek"),
        ("Date,Season\n2026-12-24,1\n", 1, "Season"),
        ("Date\n24/12/2026\n", 1, "Date"),
        ("DayOfWeek,Season,Sales\n3,1,9\n", None, "header"),
        ("Sales\n9\n", None, "header"),
        ("Date,Fecha,Sales\n2026-12-24,2026-12-24,9\n", None, "header"),
        ("Date,Sales\n2026-12-24\n", 1, "body"),
        ("DayOfWeek,Season;Holiday\n3,1;0\n", None, "header"),
        ("Date,Date\n", None, "header"),
        ("DayOfWeek,Season,Holiday*\n", None, "header"),
        ("", None, "header"),
        ('Date\n"2026-12-24\n', None, "body"),
    ],
)
def test_one_bad_line_is_named_and_refuses_the_file(client: Client, text: str, row: int | None, field: str) -> None:
    answer = upload(client, text)
    fault = answer.json()["errors"][0]
    assert (answer.status_code, fault.get("row"), fault["field"]) == (400, row, field)
    assert client.get("/registry/").json()["items"] == []


def test_a_file_that_is_no_text_is_refused(client: Client) -> None:
    assert upload(client, "Date\n2026-12-24\n".encode("utf-16")).status_code == 400


def test_a_large_file_takes_no_memory_and_one_too_large_is_refused(tmp_path: Path) -> None:
    rows = 300_000
    with serving(tmp_path) as (url, server), httpx.Client(base_url=url, timeout=60) as client:
        upload = b"DayOfWeek,Season,Holiday\n" + b"3,1,0\n" * rows
        client.post("/predict/batch", content=upload[: len(upload) // 60 * 6 + 1], headers=CSV)
        before = server.memory_info().rss
        with client.stream("POST", "/predict/batch", content=upload, headers=CSV) as answer:
            assert sum(chunk.count(b"\n") for chunk in answer.iter_raw()) == rows + 1
        assert server.memory_info().rss - before < 60 * 2**20
        chunks = (b" " * 2**20 for _ in range(101))
        assert client.post("/predict/batch", content=chunks, headers=CSV).status_code == 413
        assert client.post("/predict/", json=CODES).status_code == 200


def test_a_disk_that_fills_up_cuts_the_answer_and_what_was_sent_is_stored(tmp_path: Path) -> None:
    with serving(tmp_path) as (url, server), httpx.Client(base_url=url, timeout=60) as client:
        file = b"DayOfWeek,Season,Holiday\n" + b"3,1,0\n" * 400_000
        received: list[str] = []
        with (
            client.stream("POST", "/predict/batch", content=file, headers=CSV) as answer,
        ):
            _, hard = server.rlimit(psutil.RLIMIT_FSIZE)
            server.rlimit(psutil.RLIMIT_FSIZE, (1, hard))
            with pytest.raises(httpx.RemoteProtocolError):
                received.extend(answer.iter_lines())
        server.rlimit(psutil.RLIMIT_FSIZE, (hard, hard))
        stored = client.get("/registry/export").text
        assert all(line in stored for line in received[1:1000])
        assert client.post("/predict/batch", json=[CODES]).status_code == 200
