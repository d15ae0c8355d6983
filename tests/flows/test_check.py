"""How a table is understood: what the ETL would make of it or why it refuses it, and tables that the API holds."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from flows.data.checking import options_in
from flows.storage.data_store import DataStore
from flows.storage.sources import SourceError
from flows.storage.uploads import UploadServer, UploadServerError, fetch_upload
from tests.flows.flow_environment import FlowEnvironment
from tests.flows.test_etl import ETL, sales

CHECK = "flows.check:check_sales_data"
ID, KEY = "a" * 43, "secret-key"


@pytest.fixture
def environment(forked: dict[str, str], tmp_path: Path) -> FlowEnvironment:
    return FlowEnvironment(tmp_path, "http://127.0.0.1:1", forked)


@pytest.fixture
def api() -> Iterator[str]:
    """A server that holds one table, for whoever has the key."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers.get("Authorization") == f"Bearer {KEY}"
            found = self.path == f"/data/files/{ID}"
            body = sales(120).write_csv().encode() if allowed and found else b""
            self.send_response(200 if body else 404 if allowed else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def artifact(prefect_url: str, key: str) -> Any:
    found = httpx.get(f"{prefect_url}/artifacts/{key}/latest", trust_env=False).raise_for_status().json()
    data = found["data"]
    return json.loads(data) if isinstance(data, str) else data


def test_a_table_is_checked_and_loaded_from_the_api_and_the_key_is_written_nowhere(
    environment: FlowEnvironment, api: str, prefect_url: str
) -> None:
    source = {"source": f"upload:{ID}/mine.csv"}
    told = {"API_URL": api, "API_KEY": KEY}
    assert environment.start(CHECK, source, **told).result()[0] == "COMPLETED"
    check = artifact(prefect_url, "data-check")
    assert (check["accepted"], check["report"]["days"], len(check["days"])) == (True, 120, 120)
    assert check["columns"] == ["Date", "DayOfWeek", "Season", "Holiday", "Sales"]
    store = DataStore((environment.folder / "data").as_uri(), {})
    assert store.pointer() is None
    assert environment.start(ETL, source, **told).result()[0] == "COMPLETED"
    manifest = store.current()
    assert (manifest.source, manifest.source_has_secret) == (source["source"], False)
    listed = artifact(prefect_url, "data-versions")
    assert (listed["current"], listed["versions"][0]["version"]) == (manifest.version, manifest.version)
    assert KEY not in manifest.model_dump_json() + json.dumps(listed)
    assert "nothing changed" in environment.start(ETL, {}, **told).result()[1]
    state, message = environment.start(ETL, source, API_URL=api).result()
    assert (state, "API_KEY" in message) == ("FAILED", True)


def test_a_refused_table_says_which_columns_may_be_chosen(environment: FlowEnvironment, prefect_url: str) -> None:
    table = environment.folder / "two.csv"
    rows = sales(60).select("Date", Units="Sales", Ventas="Season")
    rows.write_csv(table)
    assert environment.start(CHECK, {"source": str(table)}).result()[0] == "COMPLETED"
    check = artifact(prefect_url, "data-check")
    assert (check["accepted"], check["report"], check["columns"]) == (False, None, ["Date", "Units", "Ventas"])
    assert "sales_column" in check["named_options"]


def test_options_are_found_where_a_sentence_names_them_and_not_where_it_uses_the_word() -> None:
    assert options_in(["leave one, or set aggregate to last (the later row), sum or keep"]) == ("aggregate",)
    assert options_in(["The sheet of today has no events and no seed: save the sheet as CSV."]) == ()
    named = options_in(["if they are true, set outliers to none", "list them in options.events"])
    assert named == ("events", "outliers")
    assert options_in(["give the whole table, or use force to take this one"]) == ("force",)


@pytest.mark.parametrize("source", [f"upload:{ID}/../x", f"upload:{ID}", "upload:short/a.csv", f"upload:{ID}/.hidden"])
def test_a_source_that_names_no_table_is_asked_of_nobody(source: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="upload:ID/NAME"):
        fetch_upload(source, tmp_path, UploadServer("http://127.0.0.1:1", KEY))


def test_a_table_that_is_gone_and_an_api_that_is_down_are_told_apart(api: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="upload it again"):
        fetch_upload(f"upload:{'b' * 43}/a.csv", tmp_path, UploadServer(api, KEY))
    with pytest.raises(UploadServerError, match="does not answer"):
        fetch_upload(f"upload:{ID}/a.csv", tmp_path, UploadServer("http://127.0.0.1:1", KEY))
