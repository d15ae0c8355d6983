"""The ETL as a flow: which source it reads again, what it writes down of it, and when it leaves all as it is."""

from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import polars as pl
import pytest
from prefect.blocks.system import Secret
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.orchestration.status import source_line
from flows.storage.data_store import DataStore
from tests.flows.flow_environment import FlowEnvironment

ETL = "flows.etl:etl_proceso_steam_sales"


def sales(days: int, level: int = 300) -> pl.DataFrame:
    """A file of a date and a number, up to the day before yesterday."""
    first = date.today() - timedelta(days=days + 1)  # noqa: DTZ011 - a day more or less does not matter
    rows = [(first + timedelta(days=n), level + 40 * ((first + timedelta(days=n)).isoweekday())) for n in range(days)]
    weekdays = [(day, day.isoweekday(), (day.month // 3 + 2) % 4 + 1, 0, units) for day, units in rows]
    return pl.DataFrame(weekdays, schema=["Date", "DayOfWeek", "Season", "Holiday", "Sales"], orient="row")


@pytest.fixture
def environment(forked: dict[str, str], tmp_path: Path) -> FlowEnvironment:
    return FlowEnvironment(tmp_path, "http://127.0.0.1:1", forked)


@pytest.fixture
def store(environment: FlowEnvironment) -> DataStore:
    return DataStore((environment.folder / "data").as_uri(), {})


def etl(environment: FlowEnvironment, *, source: object = None, **parameters: object) -> tuple[str, str]:
    given = {"source": str(source)} if source else {}
    return environment.start(ETL, {**given, **parameters}).result()


def test_the_night_reads_the_same_source_again_with_the_same_options(
    environment: FlowEnvironment, store: DataStore
) -> None:
    source = environment.folder / "mine.csv"
    sales(100).write_csv(source)
    assert etl(environment, source=source, options={"outliers": "none", "min_rows": 50})[0] == "COMPLETED"
    first = store.current()
    state, message = etl(environment)
    assert (state, store.current().version) == ("COMPLETED", first.version)
    assert "nothing changed" in message
    again = store.current()
    assert again.read_at
    assert first.read_at
    assert again.read_at > first.read_at
    assert f"Source: {source}, read last at {again.read_at:%Y-%m-%d %H:%M}" in source_line(again)
    sales(103).write_csv(source)
    assert etl(environment)[0] == "COMPLETED"
    grown = store.current()
    assert grown.version != first.version
    assert (grown.source, grown.options) == (str(source), first.options)
    assert etl(environment, options={"split": "chronological"})[0] == "COMPLETED"
    assert store.current().options == {**first.options, "split": "chronological"}


def test_a_shortened_source_is_refused_unless_forced(environment: FlowEnvironment, store: DataStore) -> None:
    whole, short = environment.folder / "whole.csv", environment.folder / "short.csv"
    sales(200).write_csv(whole)
    sales(200).head(40).write_csv(short)
    assert etl(environment, source=whole)[0] == "COMPLETED"
    version = store.current().version
    state, message = etl(environment, source=short)
    assert (state, store.current().version) == ("FAILED", version)
    assert "160 of the 200 days" in message
    assert "force" in message
    assert etl(environment, source=short, force=True)[0] == "COMPLETED"
    assert store.current().rows["read"] == 40


@pytest.fixture
def private() -> Iterator[str]:
    """A server that gives its file to whoever knows the signature."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path.endswith("?signature=hidden")
            body = sales(90).write_csv().encode() if found else b""
            self.send_response(200 if found else 403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/sales.csv"
    server.shutdown()
    server.server_close()


def test_a_secret_is_not_stored_and_the_night_says_what_it_needs(
    environment: FlowEnvironment, store: DataStore, private: str
) -> None:
    address = f"{private}?signature=hidden"
    assert etl(environment, source=address)[0] == "COMPLETED"
    manifest = store.current()
    assert manifest.source_has_secret
    assert "hidden" not in manifest.model_dump_json()
    state, message = etl(environment)
    assert state == "FAILED"
    assert "STEAM_SALES_SOURCE" in message
    assert "hidden" not in message
    result = environment.start(ETL, {}, STEAM_SALES_SOURCE=address).result()
    assert result[0] == "COMPLETED"
    assert "nothing changed" in result[1]


def test_the_night_reads_an_address_from_a_secret_block(
    environment: FlowEnvironment, store: DataStore, private: str, prefect_url: str
) -> None:
    with temporary_settings({PREFECT_API_URL: prefect_url}):
        Secret(value=f"{private}?signature=hidden").save("steam-sales-source", overwrite=True)
    assert etl(environment, source="secret:steam-sales-source")[0] == "COMPLETED"
    manifest = store.current()
    assert (manifest.source, manifest.source_has_secret) == ("secret:steam-sales-source", False)
    assert "nothing changed" in etl(environment)[1]


def test_a_secret_block_that_is_not_there_is_named(environment: FlowEnvironment) -> None:
    state, message = etl(environment, source="secret:nobody-made-it")
    assert state == "FAILED"
    assert "no Secret block nobody-made-it" in message
