"""The whole embedded stack, started once for all tests here, in a folder and on ports of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.embedded.home import Home
from infra.embedded.prefect_login import PrefectAuth
from infra.embedded.settings import PORTS, ROOT, Settings
from tests.infra.launched import Launched, launch, until

CODES = {"DayOfWeek": 3, "Season": 1, "Holiday": 0}
REAL = ROOT.parent / "shared" / "data" / "steam_selling_games.csv"
SAMPLE = ROOT / "data" / "steam_selling_games.csv"
READY = "Ctrl-C stops everything"
PATIENCE_SECONDS = 240


@dataclass
class Stack:
    """A running stack, and the answer that its API gave before it had a model."""

    launched: Launched
    client: httpx.Client
    before_the_first_model: httpx.Response | None = None

    def await_first_model(self) -> None:
        """Until the launcher has printed its table; asks for a prediction as soon as the API is up."""
        until(lambda: self.answers(f"{self.settings.api_url}/health"), PATIENCE_SECONDS)
        login = Home(self.launched.home).prefect_login.read_text().strip()
        self.client.auth = PrefectAuth(self.settings.prefect_url, login)
        self.before_the_first_model = self.client.post(f"{self.settings.api_url}/predict/", json=CODES)
        self.launched.await_words(READY, PATIENCE_SECONDS)

    @cached_property
    def settings(self) -> Settings:
        """Its addresses and folders."""
        told = self.launched.environment
        ports = {port: told[port.upper()] for port in PORTS}
        return Settings.model_validate({"steam_sales_home": self.launched.home, **ports})

    def answers(self, url: str) -> bool:
        """Whether a GET gets a 200."""
        try:
            return self.client.get(url).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def api(self, method: str, path: str, **what: Any) -> Any:
        """The JSON of a successful call of the API."""
        return self.client.request(method, f"{self.settings.api_url}{path}", **what).raise_for_status().json()

    def prefect(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON of a successful POST to Prefect's API; like its own client, asks again where SQLite was busy."""
        for _ in range(10):
            answer = self.client.post(f"{self.settings.prefect_url}/api{path}", json=body)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
        return answer.raise_for_status().json()

    def mlflow(self, path: str, **query: str) -> Any:
        """The JSON of a successful GET of MLflow's API."""
        url = f"{self.settings.mlflow_url}/api/2.0/mlflow/{path}"
        return self.client.get(url, params=query).raise_for_status().json()

    def flows(self, *words: str) -> str:
        """What `python -m flows`, which `make etl` and its like call, says on this stack."""
        command = [sys.executable, "-m", "flows", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.launched.environment, capture_output=True, text=True, check=False, timeout=240
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def again(self) -> None:
        """Stop it and start it on the same home, ports and source."""
        assert self.launched.stop() == 0
        before = self.launched
        same = {name: before.environment[name] for name in (*map(str.upper, PORTS), "STEAM_SALES_SOURCE")}
        self.launched = launch(["infra.embedded"], before.home, before.output, **same)
        self.launched.await_words(READY, PATIENCE_SECONDS)


@contextmanager
def running(folder: Path, source: Path = SAMPLE, **variables: str) -> Iterator[Stack]:
    """A stack on a source, with its home in `folder`, once its first model is in service."""
    told = {"STEAM_SALES_SOURCE": str(source), **variables}
    # servers close what was idle for five seconds, and a request sent into the closing is lost
    fresh = httpx.Limits(keepalive_expiry=2)
    with httpx.Client(timeout=90, trust_env=False, limits=fresh) as client:
        stack = Stack(launch(["infra.embedded"], folder / "home", folder / "output", **told), client)
        try:
            stack.await_first_model()
            yield stack
        finally:
            stack.launched.end()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack on the sample, started once for all tests."""
    with running(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.fixture(scope="session")
def real_file() -> Path:
    """The real file that users have."""
    if not REAL.exists():
        pytest.skip(f"the real file is not at {REAL.relative_to(ROOT.parent)}, beside the repository")
    return REAL
