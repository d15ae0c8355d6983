"""Several processes of one API on one PostgreSQL server: one history, one count, one champion."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from pydantic import SecretStr, ValidationError

from service.model_loading import disk_cache
from service.settings import Settings
from service.telemetry.metrics import Metrics
from tests.service.conftest import CODES, answers, champion, free_port, process, until
from tests.service.storage.test_postgres import Server, server

__all__ = ["server"]

WORKERS, CLIENTS, QUESTIONS = 2, 8, 25
# a process that counts beside others, and is killed with seven predictions waiting
COUNTING = """
import os, signal, sys
from pathlib import Path
os.environ["PROMETHEUS_MULTIPROC_DIR"] = sys.argv[1]
from service.telemetry.metrics import Metrics
metrics = Metrics(Path(sys.argv[1]))
metrics.watch("waiting", "Predictions that wait for a commit", lambda: 7, "livesum")
metrics.committed([])
print(metrics.text().decode(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@contextmanager
def workers_of(server: Server, tmp_path: Path, **more: str) -> Iterator[tuple[str, psutil.Process]]:
    """Address and parent of two workers with a champion on disk."""
    disk_cache.save(tmp_path / "api", champion())
    port = free_port()
    environment = {
        "STEAM_SALES_HOME": str(tmp_path),
        "API_PORT": str(port),
        "MLFLOW_PORT": str(free_port()),
        "API_WORKERS": str(WORKERS),
        "API_DATABASE_URL": server.url,
        **more,
    }
    with process("-m", "service", **environment) as running:
        url = f"http://127.0.0.1:{port}"
        until(lambda: answers(f"{url}/health/ready"), 60)
        yield url, psutil.Process(running.pid)


@pytest.fixture
def serving(server: Server, tmp_path: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Two workers, as `workers_of` starts them."""
    with workers_of(server, tmp_path) as running:
        yield running


def spawned(parent: psutil.Process) -> list[psutil.Process]:
    """Its workers."""
    return [child for child in parent.children() if "spawn_main" in " ".join(child.cmdline())]


def prediction_ids(url: str) -> list[str]:
    """Ids of the answers to one client that asks anew each time."""
    return [str(httpx.post(f"{url}/predict/", json=CODES).json()["id"]) for _ in range(QUESTIONS)]


def test_who_stood_still_for_a_moment_goes_on(serving: tuple[str, psutil.Process]) -> None:
    url, parent = serving
    before = spawned(parent)
    for worker in before:
        worker.suspend()
    time.sleep(7)  # what is tested is time itself: uvicorn would wait for 5 s, and then kill them
    for worker in before:
        worker.resume()
    until(lambda: answers(f"{url}/health/ready"))
    assert {worker.pid for worker in spawned(parent)} == {worker.pid for worker in before}


def test_they_store_in_one_history_and_count_together(serving: tuple[str, psutil.Process]) -> None:
    url, parent = serving
    until(lambda: len(spawned(parent)) == WORKERS)
    with ThreadPoolExecutor(CLIENTS) as clients:
        received = [name for names in clients.map(prediction_ids, [url] * CLIENTS) for name in names]
    kept = [line.split(",")[0] for line in httpx.get(f"{url}/registry/export").text.splitlines()[1:]]
    assert sorted(kept) == sorted(received)
    for _ in range(5):  # whichever process answers
        text = httpx.get(f"{url}/metrics").text
        assert f'steam_sales_predictions_total{{model_version="1"}} {CLIENTS * QUESTIONS}.0' in text
        assert "steam_sales_waiting 0.0" in text
        assert len(re.findall("^steam_sales_model_age_seconds ", text, re.MULTILINE)) == 1


def test_one_file_is_for_one_process() -> None:
    with pytest.raises(ValidationError, match="set API_DATABASE_URL to a PostgreSQL server"):
        Settings(api_workers=WORKERS)
    url = SecretStr("postgresql://steam@127.0.0.1/steam")
    assert Settings(api_workers=WORKERS, api_database_url=url).api_workers == WORKERS


def test_a_killed_process_shows_nothing_more_and_stays_counted(tmp_path: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", COUNTING, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert "steam_sales_waiting 7.0" in killed.stdout
    text = Metrics(tmp_path).text().decode()
    assert "steam_sales_waiting" not in text
    assert "steam_sales_commit_rows_count 1.0" in text


def test_workers_leave_with_a_parent_that_was_killed(serving: tuple[str, psutil.Process]) -> None:
    url, parent = serving
    workers = spawned(parent)
    shared = Path(workers[0].environ()["PROMETHEUS_MULTIPROC_DIR"])
    parent.kill()
    until(lambda: not any(worker.is_running() for worker in workers), 60)
    assert not answers(f"{url}/health")
    assert not shared.exists()


def test_they_hold_one_limit_together_whoever_a_client_says_it_is(server: Server, tmp_path: Path) -> None:
    with workers_of(server, tmp_path, API_RATE_LIMIT="30") as (url, parent):
        until(lambda: len(spawned(parent)) == WORKERS)
        started = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as clients:
            told = list(clients.map(lambda number: status(url, number), range(120)))
        earned = (time.monotonic() - started) / 2
    assert 429 in told
    assert told.count(200) <= 30 + earned + 1


def status(url: str, number: int) -> int:
    """Of an answer to one that calls itself another each time; no proxy is trusted to say so."""
    return httpx.get(f"{url}/model", headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
