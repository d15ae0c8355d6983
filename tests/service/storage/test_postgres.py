"""The same history on a real PostgreSQL server, that may come late and go away."""

import asyncio
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from litestar.testing import TestClient
from pydantic import SecretStr
from sqlalchemy import Select, select

from service.app import create_app
from service.model_loading import disk_cache
from service.prediction.record import pending
from service.settings import Settings
from service.storage.factory import connect
from service.storage.history import History
from service.storage.tables import PREDICTIONS
from service.telemetry.metrics import Metrics
from tests.service.champions import row
from tests.service.conftest import CODES, Client, champion, free_port, until
from tests.service.storage.test_migrations import OPEN


@dataclass(frozen=True)
class Server:
    """A PostgreSQL cluster in a folder."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Of its database."""
        return f"postgresql://steam@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        data, log = str(self.folder / "data"), str(self.folder / "log")
        run("pg_ctl", "-D", data, "-w", "-t", "240", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once, as a power cut would."""
        run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")


def run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; they refuse to be run by root."""
    user = "nobody" if os.getuid() == 0 else None
    subprocess.run([program, *arguments], check=True, user=user, stdout=subprocess.DEVNULL, cwd="/")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A running cluster, made for these tests."""
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not on the PATH")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.getuid() == 0:
            os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
        run("initdb", "-D", str(folder / "data"), "-U", "steam", "-A", "trust", "--no-sync")
        server = Server(folder, free_port())
        server.start()
        yield server
        server.stop()


@pytest.fixture
def client(server: Server, settings: Settings) -> Iterator[Client]:
    """The API on it."""
    disk_cache.save(settings.state, champion())
    there = settings.model_copy(update={"api_database_url": SecretStr(server.url)})
    with TestClient(create_app(there)) as client:
        yield client


def test_processes_that_start_together_migrate_once(server: Server) -> None:
    started = [subprocess.Popen([sys.executable, "-c", OPEN, server.url]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0] * 3


def test_predictions_are_stored_paged_and_filtered_as_on_sqlite(client: Client) -> None:
    answered = [client.post("/predict/", json=CODES | {"DayOfWeek": day}).json() for day in (1, 2, 3)]
    first = client.get("/registry/", params={"limit": 2}).json()
    rest = client.get("/registry/", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert first["items"] + rest["items"] == answered[::-1]
    since = client.get("/registry/", params={"since": answered[1]["created_at"], "Season": 1}).json()
    assert since["items"] == answered[:0:-1]
    assert client.get(f"/registry/{answered[0]['id']}").json() == answered[0]


@pytest.mark.parametrize("rows", [1, 2, 16, 17, 1_000])
def test_a_commit_of_any_number_of_rows_stores_each_of_them(server: Server, rows: int) -> None:
    made = [row() for _ in range(rows)]

    async def scenario() -> list[dict[str, object]]:
        database = connect(server.url, 5)
        history = History(database, 1_000, Metrics())
        await history.open()
        await asyncio.gather(*(history.store(pending(each)) for each in made))
        kept = await database.read(in_these([each["id"] for each in made]))
        await history.close()
        return kept

    kept = {each["id"]: each for each in asyncio.run(scenario())}
    assert kept == {each["id"]: each for each in made}


def in_these(names: list[UUID]) -> Select[Any]:
    """The predictions of these names."""
    return select(PREDICTIONS).where(PREDICTIONS.c.id.in_(names))


def test_a_batch_is_stored_as_it_was_answered(client: Client) -> None:
    items = client.post("/predict/batch", json=[CODES, {"Date": "2026-12-24"}, CODES]).json()["items"]
    assert client.get("/registry/", params={"limit": 3}).json()["items"] == items[::-1]


def test_one_idempotency_key_is_one_prediction(client: Client) -> None:
    def ask(_: int) -> str:
        return str(client.post("/predict/", json=CODES, headers={"Idempotency-Key": "once"}).json()["id"])

    with ThreadPoolExecutor(4) as clients:
        assert len(set(clients.map(ask, range(20)))) == 1
    other = client.post("/predict/", json=CODES | {"Season": 3}, headers={"Idempotency-Key": "once"})
    assert other.status_code == 422


def test_a_server_that_goes_and_comes_back(server: Server, client: Client) -> None:
    kept = client.post("/predict/", json=CODES).json()
    server.stop()
    for answer in (client.post("/predict/", json=CODES), client.get("/registry/"), client.get("/health/ready")):
        assert answer.status_code == 503
        assert answer.json()["type"].endswith("/history-unavailable")
    server.start()
    until(lambda: client.post("/predict/", json=CODES).status_code == 200)
    assert client.get(f"/registry/{kept['id']}").json() == kept


def test_a_server_that_was_restarted_while_nobody_asked(server: Server, client: Client) -> None:
    def ask() -> list[int]:
        with ThreadPoolExecutor(4) as clients:
            singly = clients.map(lambda _: client.post("/predict/", json=CODES), range(8))
            keyed = client.post("/predict/", json=CODES, headers={"Idempotency-Key": str(uuid4())})
            pages = clients.map(lambda _: client.get("/registry/"), range(4))
            batch = client.post("/predict/batch", json=[CODES])
            return [answer.status_code for answer in (*singly, keyed, *pages, batch)]

    assert set(ask()) == {200}
    server.stop()
    server.start()
    assert set(ask()) == {200}


def test_a_server_that_comes_late(server: Server, settings: Settings) -> None:
    disk_cache.save(settings.state, champion())
    late = settings.model_copy(update={"api_database_url": SecretStr(server.url)})
    server.stop()
    with TestClient(create_app(late)) as client:
        assert client.post("/predict/", json=CODES).status_code == 503
        assert client.get("/health").status_code == 200
        server.start()
        until(lambda: client.post("/predict/", json=CODES).status_code == 200)
