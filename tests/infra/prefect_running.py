"""Real Prefect servers: one as `make up` starts it, one as the containers do while no password is set."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from infra.embedded import prefect_login
from infra.embedded.home import Home
from infra.embedded.parts import parts, shared_environment
from infra.embedded.settings import PORTS, ROOT, Settings, inherit_environment
from tests.infra.launched import free_ports, until

WITHOUT_PASSWORD = (
    "from infra.security.prefect_server import serve; serve('127.0.0.1', {port}, ['localhost', 'prefect'])"
)
SECONDS = 120

MAX_RETRIES = 10
RETRY_SECONDS = 0.5


@dataclass(frozen=True)
class Running:
    """A server, its port, and `user:password`, empty where it wants none."""

    port: int
    login: str
    settings: Settings

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        """A client that may do everything."""
        auth = prefect_login.PrefectAuth(self.url, self.login) if self.login else None
        return httpx.Client(base_url=f"{self.url}/api", auth=auth, trust_env=False, timeout=30)

    def post(self, path: str, **body: Any) -> Any:
        """The JSON of a successful POST."""
        with self.client() as client:
            answer = client.post(path, json=body)
            # SQLite is locked while another service of the server writes; Prefect's own client retries too
            for _ in range(MAX_RETRIES):
                if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                    break
                time.sleep(RETRY_SECONDS)
                answer = client.post(path, json=body)
            return answer.raise_for_status().json()

    def deployment(self) -> str:
        """The id of a deployment that nobody works on."""
        flow = self.post("/flows/", name="a-flow")["id"]
        return str(self.post("/deployments/", name="a-deployment", flow_id=flow)["id"])

    def runs(self) -> int:
        """How many runs there are."""
        return int(self.post("/flow_runs/count"))


@contextmanager
def embedded(home: Path) -> Iterator[Running]:
    """The server of the embedded stack, on the home, told what the launcher tells it."""
    settings = _settings(home)
    Home(home).create_folders()
    login = prefect_login.ensure(Home(home).prefect_login)
    part = next(part for part in parts(settings) if part.name == "prefect")
    told = shared_environment(settings, inherit_environment()) | dict(part.environment)
    told |= {"PREFECT_SERVER_API_AUTH_STRING": login, "PREFECT_API_AUTH_STRING": login}
    with _started(part.arguments.split(), told, part.ready_url, home):
        yield Running(settings.prefect_port, login, settings)


@contextmanager
def without_password(home: Path) -> Iterator[Running]:
    """A server that asks for nothing, as in containers on loopback before `make env`."""
    settings = _settings(home)
    port = settings.prefect_port
    told = shared_environment(settings, inherit_environment()) | {"PREFECT_SERVER_UI_API_URL": "/api"}
    command = ["-c", WITHOUT_PASSWORD.format(port=port)]
    with _started(command, told, f"http://127.0.0.1:{port}/api/ready", home):
        yield Running(port, "", settings)


def _settings(home: Path) -> Settings:
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    return Settings.model_validate({"steam_sales_home": home, **ports})


@contextmanager
def _started(arguments: Sequence[str], told: dict[str, str], ready: str, folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.log").open("w") as log:
        command = [sys.executable, *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | told, stdout=log, stderr=log)
        try:
            until(lambda: _answers(ready) or process.poll() is not None, SECONDS)
            assert process.poll() is None, (folder / "server.log").read_text()
            yield
        finally:
            process.terminate()
            process.wait(30)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).is_success
    except httpx.HTTPError:
        return False
