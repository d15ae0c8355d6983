"""The API as an operator runs it: a process of its own, that may be killed at any moment."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path

import httpx
import psutil

from tests.service.conftest import CODES, answers, until
from tests.service.server_process import serving

MEMORY_LIMIT_MB = 150  # 105 as a rule; scikit-learn would be 130 more


def ask_until_it_dies(url: str) -> list[str]:
    """Ids of the answers a client received before the server was gone."""
    received: list[str] = []
    with httpx.Client(base_url=url) as client:
        for _ in count():
            try:
                answer = client.post("/predict/", json=CODES)
            except httpx.TransportError:
                return received
            assert answer.status_code == 200
            received.append(answer.json()["id"])
    raise AssertionError("unreachable")


def test_what_was_answered_outlives_a_kill(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as clients, serving(tmp_path) as (url, server):
        asking = [clients.submit(ask_until_it_dies, url) for _ in range(8)]
        until(lambda: stored_in(tmp_path) > 200)
        server.kill()
        received = [name for client in asking for name in client.result()]
    assert len(received) > 100
    with serving(tmp_path) as (url, _), httpx.Client(base_url=url) as client:
        kept = [line.split(",")[0] for line in client.get("/registry/export").text.splitlines()[1:]]
    assert len(kept) == len(set(kept))
    assert set(received) <= set(kept)


def stored_in(home: Path) -> int:
    """How many predictions the file holds."""
    with closing(sqlite3.connect(home / "api" / "history.db")) as history:
        return int(history.execute("SELECT count(*) FROM predictions").fetchone()[0])


def test_a_full_disk_is_a_503_and_nothing_is_acknowledged(tmp_path: Path) -> None:
    with serving(tmp_path) as (url, server), httpx.Client(base_url=url) as client:
        assert client.post("/predict/", json=CODES).status_code == 200
        _, hard = server.rlimit(psutil.RLIMIT_FSIZE)
        server.rlimit(psutil.RLIMIT_FSIZE, (1, hard))  # no file may grow, as on a full disk
        answer = client.post("/predict/", json=CODES)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/history-unavailable")
        assert len(client.get("/registry/").json()["items"]) == 1
        server.rlimit(psutil.RLIMIT_FSIZE, (hard, hard))
        assert client.post("/predict/", json=CODES).status_code == 200
        assert len(client.get("/registry/").json()["items"]) == 2


def test_a_large_body_is_refused_over_the_wire(tmp_path: Path) -> None:
    with serving(tmp_path) as (url, _), httpx.Client(base_url=url) as client:
        for body in (b"x" * 10_000_000, (b"x" * 100_000 for _ in range(100))):  # with a length, and in chunks
            assert client.post("/predict/", content=body).status_code == 413
        assert client.post("/predict/", json=CODES).status_code == 200


def test_it_stays_small(tmp_path: Path) -> None:
    with serving(tmp_path) as (url, server):
        for path in ("health", "registry/", "docs", "model/days"):
            assert answers(f"{url}/{path}")
        assert httpx.post(f"{url}/predict/", json=CODES).status_code == 200
        assert server.memory_info().rss / 2**20 < MEMORY_LIMIT_MB
