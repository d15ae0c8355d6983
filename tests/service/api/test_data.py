"""Tables over HTTP: stored privately, handed out to whoever may, and bounded; runs are started only for tables."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from service.app import create_app
from service.security.api_keys import SCOPES, Scope, format_entry, new_key
from service.settings import Settings
from service.storage.uploads import StoredTable, UploadStore, removable, safe_name
from tests.service.conftest import Client

TABLE = b"Date,Sales\n2026-06-25,310\n"
NO_ID = "x" * 43
WEAK: tuple[Scope, ...] = ("read", "predict")


def upload(client: Client, name: str = "sales.csv", body: bytes = TABLE) -> Any:
    answer = client.post("/data/files", params={"name": name}, content=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_table_comes_back_as_it_was_sent_and_lies_where_nobody_else_reads(client: Client, tmp_path: Path) -> None:
    table = upload(client)
    assert (table["name"], table["bytes"]) == ("sales.csv", len(TABLE))
    found = client.get(f"/data/files/{table['id']}")
    assert (found.status_code, found.content) == (200, TABLE)
    folder = tmp_path / "uploads"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\sales\June.xlsx", "June.xlsx"),
        ("...", "table"),
        ("a\nb;c.csv", "a_b_c.csv"),
        ("año 2026.ods", "año 2026.ods"),
        ("x" * 200 + ".csv", "x" * 96 + ".csv"),
    ],
)
def test_a_name_is_the_last_part_without_what_a_path_could_mean(name: str, shown: str) -> None:
    assert safe_name(name) == shown


@pytest.mark.parametrize("table_id", [NO_ID, "..%2F..%2Fapi%2Fhistory.db", "short", "*" * 43])
def test_what_is_no_table_is_not_found(client: Client, table_id: str) -> None:
    assert client.get(f"/data/files/{table_id}").status_code in ({404} if table_id == NO_ID else {400, 404})


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({"url": "/data/files?name=a.csv", "content": b""}, "body"),
        ({"url": "/data/files", "content": TABLE}, "name"),
        ({"url": "/data/load", "json": {"file": "../x"}}, "file"),
        ({"url": "/data/check", "json": {"options": [1]}}, "options"),
        ({"url": "/data/rollback", "json": {"version": "../1"}}, "version"),
    ],
)
def test_what_is_wrong_names_its_field(client: Client, request_: dict[str, Any], field: str, tmp_path: Path) -> None:
    answer = client.post(**request_)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not list(tmp_path.glob("uploads/*"))


def test_a_table_above_the_limit_is_refused_and_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    with TestClient(create_app(settings.model_copy(update={"api_upload_limit": 1_024}))) as client:
        assert client.post("/data/files", params={"name": "a"}, content=b"x" * 1_025).status_code == 413
    assert not list(tmp_path.glob("uploads/*"))


def test_a_load_wants_a_table_that_is_there_and_a_prefect_that_answers(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    table = upload(client)
    for path in ("/data/load", "/data/check"):
        assert client.post(path, json={"file": NO_ID}).json()["type"] == "/problems/no-such-table"
        with caplog.at_level(logging.CRITICAL):
            assert client.post(path, json={"file": table["id"]}).status_code == 503
    for path in ("/data/versions", f"/data/checks/{'0' * 8}-0000-4000-8000-{'0' * 12}", "/model/training"):
        with caplog.at_level(logging.CRITICAL):
            assert client.get(path).json()["type"] == "/problems/pipeline-unavailable"


def test_a_page_of_another_site_may_not_ask(client: Client) -> None:
    for path in ("/data/files?name=a", "/data/check", "/data/load", "/data/rollback"):
        answer = client.post(path, headers={"Sec-Fetch-Site": "cross-site"}, json={"version": "1"})
        assert answer.status_code == 403, path


def test_only_an_admin_key_sends_and_fetches_a_table(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    keys: dict[Scope, str] = {scope: new_key() for scope in SCOPES}
    entries = " ".join(format_entry(scope, [scope], key) for scope, key in keys.items())
    with TestClient(create_app(settings.model_copy(update={"api_keys": entries}))) as client:
        headers = {scope: {"Authorization": f"Bearer {key}"} for scope, key in keys.items()}
        table = client.post("/data/files?name=a.csv", content=TABLE, headers=headers["admin"]).json()["id"]
        for path in (f"/data/files/{table}", f"//data/files/{table}", f"/data//files/{table}"):
            for scope in WEAK:
                assert client.get(path, headers=headers[scope]).content != TABLE, path
        assert client.get(f"/data/files/{table}", headers=headers["admin"]).content == TABLE
        assert client.get(f"/data/files/{table}").status_code == 401
        for path in ("/data/files?name=a.csv", "/data/check", "/data/load", "/data/rollback"):
            for scope in WEAK:
                assert client.post(path, json={}, headers=headers[scope]).status_code == 403
        with caplog.at_level(logging.CRITICAL):
            assert client.get("/data/versions", headers=headers["read"]).status_code == 503


def table(number: int, hours: float = 0, *, loaded: bool = False, size: int = 10) -> StoredTable:
    return StoredTable(f"{number}", "a", size, datetime(2026, 11, 23, tzinfo=UTC) - timedelta(hours=hours), loaded)


def test_tables_go_when_they_are_old_or_too_many_and_what_is_in_use_stays() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    old, in_use = table(1, 25), table(2, 2_000, loaded=True)
    assert removable([old, in_use], now, 1_000) == [old]
    many = [table(number, number / 10) for number in range(25)]
    assert removable([*many, in_use], now, 1_000) == many[:-7:-1]
    large = table(30, 0, size=995)
    assert removable([table(3, 1), table(4, 2), in_use, large], now, 1_005) == [table(4, 2), table(3, 1)]


def test_a_new_table_removes_what_has_expired(tmp_path: Path) -> None:
    store = UploadStore(tmp_path / "uploads", 100)
    tables = []
    for _ in range(3):
        part = store.begin()
        part.write_bytes(b"x" * 60)
        tables.append(store.finish(part, "a.csv"))
        if len(tables) == 1:
            store.mark_loaded(tables[0])
    assert [bool(store.find(table.id)) for table in tables] == [True, False, True]
