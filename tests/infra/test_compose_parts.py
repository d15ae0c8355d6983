"""What the containers run beside the rooms: new secrets, the door before MLflow, the health check."""

import asyncio
import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from dotenv import dotenv_values

from infra.compose import healthcheck, new_env
from infra.compose.settings import Mlflow
from infra.security.asgi import Receive, Scope, Send
from infra.security.basic_auth import BasicAuth

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_new_secrets_open_no_door_by_words_and_prefects_is_one(tmp_path: Path) -> None:
    new_env.write(tmp_path / ".env")
    told = dotenv_values(tmp_path / ".env")
    assert told["PREFECT_API_AUTH_STRING"] == told["PREFECT_SERVER_API_AUTH_STRING"]
    assert told["API_OPEN"] == told["WEB_OPEN"] == ""


def test_new_secrets_are_the_owners_and_never_replace_old_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / ".env"
    assert new_env.main(file) is None
    before = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    reason = new_env.main(file)
    assert reason is not None
    assert "stays as it is" in reason
    assert file.read_text() == before
    said = capsys.readouterr().out
    assert not any(word in said for word in before.replace("=", " ").split() if len(word) >= 48)


async def _inside(scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


@pytest.mark.parametrize(
    ("path", "login", "status"),
    [
        ("/", None, 401),
        ("/", ("admin", "pass"), 200),
        ("/", ("admin", "wrong"), 401),
        ("/", ("root", "pass"), 401),
        ("/health", None, 200),
        ("/health/", None, 401),
        ("/api/health", None, 401),
    ],
)
def test_a_door_opens_to_its_password_only(path: str, login: tuple[str, str] | None, status: int) -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(BasicAuth(_inside, "admin", "pass"))
        async with httpx.AsyncClient(transport=transport, base_url="http://mlflow") as client:
            return await client.get(path, auth=login)

    answer = asyncio.run(ask())
    assert answer.status_code == status
    assert status == 200 or answer.headers["www-authenticate"].startswith("Basic")


def test_a_door_is_closed_to_sockets_too() -> None:
    said: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        said.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/", "headers": []}
    asyncio.run(BasicAuth(_inside, "admin", "pass")(scope, receive, send))
    assert said == [{"type": "websocket.close", "code": 1008}]


class _Server(BaseHTTPRequestHandler):
    """Answers 200 to who knows a secret; a POST with the workers of a pool."""

    workers: tuple[dict[str, str | None], ...] = ()

    def _answer(self, body: bytes = b"{}") -> None:
        known = self.headers["Authorization"] in ("Bearer key", "Basic dXNlcjpwYXNz")
        self.send_response(200 if known else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(json.dumps(self.workers).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing."""


@contextmanager
def serving(*workers: dict[str, str | None]) -> Iterator[str]:
    handler = type("Handler", (_Server,), {"workers": workers})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("secret", "well"), [("key", True), ("user:pass", True), ("", False), ("other", False)])
def test_health_is_an_answer_to_who_may_ask(secret: str, well: bool) -> None:
    with serving() as url:
        assert (healthcheck.check([url], secret) is None) is well


def test_health_of_a_server_that_is_away_is_a_sentence() -> None:
    with serving() as url:
        pass
    assert url in (healthcheck.check([url], "") or "")


def test_a_worker_is_healthy_while_prefect_hears_of_it() -> None:
    beat = datetime.now(UTC).isoformat()
    with serving({"name": "worker-a-1", "last_heartbeat_time": beat}) as url:
        assert healthcheck.check([url, "--worker", "worker-a-"], "key") is None
        assert "worker-b-" in (healthcheck.check([url, "--worker", "worker-b-"], "key") or "")


@pytest.mark.parametrize(("age", "well"), [(0, True), (74, True), (76, False)])
def test_a_silent_worker_is_not_healthy(age: int, well: bool) -> None:
    beat = (NOW - timedelta(seconds=age)).isoformat()
    assert (
        healthcheck.has_recent_heartbeat([{"name": "worker-a-1", "last_heartbeat_time": beat}], "worker-a-", NOW)
        is well
    )
    assert not healthcheck.has_recent_heartbeat([{"name": "worker-a-1", "last_heartbeat_time": None}], "worker-a-", NOW)


def test_mlflow_knows_the_variables_it_is_told() -> None:
    from mlflow import environment_variables, server

    from infra.compose.mlflow_server import environment

    told = environment(
        Mlflow.model_validate(
            {
                "aws_endpoint_url": "http://minio:9000",
                "aws_access_key_id": "us",
                "aws_secret_access_key": "secret",
                "mlflow_database_url": "postgresql+psycopg://mlflow:x@postgres/mlflow",
                "mlflow_artifacts": "s3://mlflow",
                "mlflow_allowed_hosts": "mlflow:5000",
                "mlflow_tracking_password": "4f1b8c0d9e2a7356",
            }
        )
    )
    known = {value for name, value in vars(server).items() if name.endswith("ENV_VAR")}
    known |= {one.name for one in vars(environment_variables).values() if hasattr(one, "name")}
    assert set(told) <= known
