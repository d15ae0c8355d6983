"""A request sent twice with one key is one prediction, whoever else sends it at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.service.conftest import CODES, Client
from tests.service.server_process import serving

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def test_a_repeated_request_is_answered_by_the_stored_prediction(client: Client) -> None:
    first, again = (client.post("/predict/", json=CODES, headers=KEY) for _ in range(2))
    assert first.json() == again.json()
    assert (first.status_code, again.status_code) == (200, 200)
    assert client.get("/registry/").json()["items"] == [first.json()]
    assert client.post("/predict/", json=CODES).json()["id"] != first.json()["id"]


def test_a_date_is_remembered_as_well_and_quotes_do_not_matter(client: Client) -> None:
    question = {"Date": "2026-12-24"}
    first = client.post("/predict/", json=question, headers={"Idempotency-Key": '"a"'}).json()
    assert client.post("/predict/", json=question, headers={"Idempotency-Key": "a"}).json() == first


@pytest.mark.parametrize("other", [CODES | {"Season": 2}, {"Date": "2026-12-24"}])
def test_the_same_key_with_another_question_is_refused(client: Client, other: dict[str, object]) -> None:
    client.post("/predict/", json=CODES, headers=KEY)
    answer = client.post("/predict/", json=other, headers=KEY)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-reused")
    assert len(client.get("/registry/").json()["items"]) == 1


def test_what_was_refused_does_not_take_the_key(client: Client) -> None:
    assert client.post("/predict/", json={}, headers=KEY).status_code == 400
    assert client.post("/predict/", json=CODES, headers=KEY).status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 256, "two words"])
def test_a_key_that_cannot_be_one_is_refused(client: Client, key: str) -> None:
    answer = client.post("/predict/", json=CODES, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Idempotency-Key")


BATCH = [CODES, {"Date": "2026-12-24"}, CODES]
FILE = "Date,DayOfWeek,Season,Holiday\n,3,1,0\n2026-12-24,,,\n,3,1,0\n"
AS_CSV = KEY | {"Content-Type": "text/csv"}


def test_a_batch_sent_again_is_answered_by_what_is_stored(client: Client) -> None:
    first, again = (client.post("/predict/batch", json=BATCH, headers=KEY) for _ in range(2))
    assert (first.status_code, again.status_code, again.text) == (200, 200, first.text)
    items = first.json()["items"]
    assert client.get("/registry/").json()["items"] == items[::-1]
    assert client.post("/predict/", json=CODES, headers=KEY).json()["id"] not in {item["id"] for item in items}


@pytest.mark.parametrize("other", [BATCH[:2], [*BATCH, CODES], BATCH[::-1][1:], [CODES] * 3])
def test_the_key_of_a_batch_with_another_batch_is_refused(client: Client, other: list[dict[str, object]]) -> None:
    client.post("/predict/batch", json=BATCH, headers=KEY)
    answer = client.post("/predict/batch", json=other, headers=KEY)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-reused")
    assert len(client.get("/registry/").json()["items"]) == 3


def test_a_file_sent_again_is_answered_by_what_is_stored_and_the_rest_is_predicted(client: Client) -> None:
    short, long = ("DayOfWeek,Season,Holiday\n" + "3,1,0\n" * rows for rows in (2_500, 2_600))
    first, again = (client.post("/predict/batch", content=short, headers=AS_CSV).text for _ in range(2))
    assert (len(first.splitlines()), again) == (2_501, first)
    whole = client.post("/predict/batch", content=long, headers=AS_CSV).text  # as if the first had been cut
    assert (len(whole.splitlines()), whole.startswith(first)) == (2_601, True)
    assert client.post("/predict/batch", content=FILE, headers=AS_CSV).status_code == 422


@pytest.mark.parametrize("tail", ["", "4,1,0\n" * 100, "3,1,0\n" * 99, "3,1,0\n" * 101])
def test_a_file_that_is_another_in_its_second_part_only_is_refused(client: Client, tail: str) -> None:
    first, other = ("DayOfWeek,Season,Holiday\n" + "3,1,0\n" * 2_500 + rest for rest in ("3,1,0\n" * 100, tail))
    client.post("/predict/batch", content=first, headers=AS_CSV)
    answer = client.post("/predict/batch", content=other, headers=AS_CSV)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-reused")
    assert len(client.get("/registry/export").text.splitlines()) == 2_601


def test_requests_at_the_same_moment_get_one_answer_that_a_restart_keeps(tmp_path: Path) -> None:
    with serving(tmp_path) as (url, _), ThreadPoolExecutor(8) as clients:
        asking = [clients.submit(httpx.post, f"{url}/predict/", json=CODES, headers=KEY) for _ in range(40)]
        ids = {answer.result().json()["id"] for answer in asking}
        assert len(ids) == 1
        assert len(httpx.get(f"{url}/registry/").json()["items"]) == 1
    with serving(tmp_path) as (url, _):
        assert httpx.post(f"{url}/predict/", json=CODES, headers=KEY).json()["id"] in ids
