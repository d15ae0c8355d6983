"""The password that infra leaves in the home opens Prefect to flows and service; no Prefect elsewhere is sent it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.settings import Settings as FlowsSettings
from infra.embedded.prefect_login import ensure
from service.clients.prefect import RETRAIN_DEPLOYMENT, PrefectClient
from service.errors import PipelineUnavailableError
from service.http_clients import make_clients
from service.settings import Settings as ApiSettings
from tests.infra.prefect_running import Running, embedded

ELSEWHERE = "https://prefect.example.org/api"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with embedded(tmp_path_factory.mktemp("prefect")) as running:
        yield running


def test_both_rooms_read_the_file_that_infra_writes(tmp_path: Path) -> None:
    login = ensure(tmp_path / "prefect-login")
    assert FlowsSettings(steam_sales_home=tmp_path).prefect_login == login
    assert ApiSettings(steam_sales_home=tmp_path).prefect_login == tuple(login.split(":"))


def test_a_prefect_elsewhere_is_not_sent_it_and_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure(tmp_path / "prefect-login")
    monkeypatch.setenv("STEAM_SALES_HOME", str(tmp_path))
    monkeypatch.setenv("PREFECT_API_URL", ELSEWHERE)
    assert FlowsSettings().prefect_environment == {"PREFECT_API_URL": ELSEWHERE}
    assert ApiSettings().prefect_login is None
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "ana:theirs")
    assert FlowsSettings().prefect_environment["PREFECT_API_AUTH_STRING"] == "ana:theirs"
    assert ApiSettings().prefect_login == ("ana", "theirs")


def test_without_a_file_there_is_no_password(tmp_path: Path) -> None:
    assert FlowsSettings(steam_sales_home=tmp_path).prefect_login == ""
    assert ApiSettings(steam_sales_home=tmp_path).prefect_login is None


@pytest.mark.parametrize(
    ("known", "sentence"), [(True, "etl_proceso_steam_sales/steam-sales"), (False, "wants another password")]
)
def test_the_command_line_uses_it(server: Running, tmp_path: Path, known: bool, sentence: str) -> None:
    home = server.settings.steam_sales_home if known else tmp_path
    told = {"STEAM_SALES_HOME": str(home), "PREFECT_PORT": str(server.port), "PREFECT_HOME": str(tmp_path)}
    given = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | told
    done = subprocess.run(
        [sys.executable, "-m", "flows", "etl"], env=given, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1
    assert sentence in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(("known", "sentence"), [(True, "no deployment"), (False, "PREFECT_API_AUTH_STRING")])
def test_the_api_uses_it(server: Running, tmp_path: Path, known: bool, sentence: str) -> None:
    home = server.settings.steam_sales_home if known else tmp_path
    settings = ApiSettings(steam_sales_home=home, prefect_port=server.port)

    async def ask() -> None:
        clients = make_clients(settings)
        try:
            await PrefectClient(clients.prefect, settings.links).start_run(RETRAIN_DEPLOYMENT, {}, "a test", None)
        finally:
            await clients.aclose()

    with pytest.raises(PipelineUnavailableError, match=sentence):
        asyncio.run(ask())
