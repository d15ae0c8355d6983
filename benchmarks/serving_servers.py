"""Starts the servers that `benchmarks.serving` compares, each in a process group that stands still while others run."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import psutil

from benchmarks.serving_model import MODEL
from benchmarks.serving_requests import API_KEY, KINDS, Kind, bodies
from service.security.api_keys import format_entry

START_SECONDS = 180
ANY, GUARDED = KINDS["distinct bodies"], KINDS["key, rate limit"]
SENT = tuple(kind for kind in KINDS.values() if kind.body != "frame")
CONSTANT = "Litestar, a constant"
PEERS = {
    CONSTANT: ("benchmarks.serving_peers", "litestar"),
    "FastAPI, ONNX Runtime": ("benchmarks.serving_peers", "onnx"),
}
SLOW_PEERS = {
    "FastAPI, scikit-learn": ("benchmarks.serving_peers", "sklearn"),
    "LitServe, batching": ("benchmarks.serving_litserve",),
}


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    name: str
    url: str
    kinds: tuple[Kind, ...]
    """The kinds of request that it is sent."""
    group: int
    log: Path

    def go(self) -> None:
        """Let it run."""
        os.killpg(self.group, signal.SIGCONT)

    def halt(self) -> None:
        """Let it stand still."""
        os.killpg(self.group, signal.SIGSTOP)


def start_all(folder: Path, registry: str, stack: ExitStack, *, slow_peers: bool) -> list[Server]:
    """Every server that can run here, one after the other, each at rest."""
    servers = _both("This API, SQLite", folder, stack)
    if binaries():
        url = postgresql(stack)
        servers += _both("This API, PostgreSQL", folder, stack, API_DATABASE_URL=url)
        more = {"API_DATABASE_URL": url, "API_WORKERS": "2"}
        servers += _both("This API, PostgreSQL, 2 processes", folder, stack, **more)
    for name, peer in (PEERS | (SLOW_PEERS if slow_peers else {})).items():
        port = _free_port()
        command = ("-m", *peer, str(port), str(folder))
        servers.append(_start(name, f"http://127.0.0.1:{port}/predict/", (ANY,), command, folder, stack))
    return [*servers, _mlflow(folder, registry, stack)] if slow_peers else servers


def _both(name: str, folder: Path, stack: ExitStack, **more: str) -> list[Server]:
    """This API open, and with an API key, a rate limit and traces; each with a history of its own on SQLite."""
    guards = {
        "API_KEYS": format_entry("benchmark", ["predict"], API_KEY),
        "API_RATE_LIMIT": "10000000",
        "API_TRACES_URL": f"http://127.0.0.1:{_collector(folder, stack)}/v1/traces",
    }
    guarded = folder / f"guarded-{_free_port()}"
    shutil.copytree(folder / "api", guarded / "api", ignore=shutil.ignore_patterns("history*"))
    return [
        replace(ours(name, folder, stack, **more), kinds=tuple(kind for kind in SENT if not kind.guarded)),
        replace(ours(name, guarded, stack, **more, **guards), kinds=tuple(kind for kind in SENT if kind.guarded)),
    ]


def _collector(folder: Path, stack: ExitStack) -> int:
    """The port of a process that takes spans and forgets them."""
    port = _free_port()
    with (folder / "collector.log").open("ab") as output:
        command = [sys.executable, "-m", "benchmarks.serving_collector", str(port)]
        running = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    stack.callback(_end, running)
    return port


def _mlflow(folder: Path, registry: str, stack: ExitStack) -> Server:
    port = _free_port()
    options = ("-m", f"models:/{MODEL}/1", "-h", "127.0.0.1", "-p", str(port), "--env-manager", "local")
    return _start(
        "mlflow models serve",
        f"http://127.0.0.1:{port}/invocations",
        (KINDS["frame"],),
        ("-m", "mlflow", "models", "serve", *options),
        folder,
        stack,
        MLFLOW_TRACKING_URI=registry,
        MLFLOW_DISABLE_TELEMETRY="true",
        PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # it starts uvicorn by its name
    )


def ours(name: str, folder: Path, stack: ExitStack, **more: str) -> Server:
    """This API with its champion and history in a folder, `more` being settings; at rest."""
    port = _free_port()
    environment = {
        "STEAM_SALES_HOME": str(folder),
        "API_PORT": str(port),
        "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{_free_port()}",
        "API_POLL_SECONDS": "60",
        **more,
    }
    kinds = (GUARDED,) if "API_KEYS" in more else (ANY,)
    return _start(name, f"http://127.0.0.1:{port}/predict/", kinds, ("-m", "service"), folder, stack, **environment)


def _start(
    name: str,
    url: str,
    kinds: tuple[Kind, ...],
    command: tuple[str, ...],
    folder: Path,
    stack: ExitStack,
    **environment: str,
) -> Server:
    log = folder / f"{_free_port()}.log"
    with log.open("wb") as output:
        running = subprocess.Popen(
            [sys.executable, *command],
            env=os.environ | environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    stack.callback(_end, running)
    server = Server(name, url, kinds, running.pid, log)
    _until_it_answers(server, running)
    _until_it_rests(running.pid)
    server.halt()
    return server


def _until_it_answers(server: Server, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    body = bodies(server.kinds[0])[0]
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {API_KEY}"}
    while running.poll() is None and time.monotonic() < deadline:
        try:
            answer = httpx.post(server.url, content=body, headers=headers, timeout=5)
            if answer.status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit(f"{server.name} does not answer:\n{server.log.read_text(errors='replace')[-3000:]}")


def _until_it_rests(group: int) -> None:
    """What a server imports after its first answer is not to be measured."""
    family = [psutil.Process(group), *psutil.Process(group).children(recursive=True)]
    for _ in range(60):
        before = sum(sum(member.cpu_times()[:2]) for member in family)
        time.sleep(0.5)
        if sum(sum(member.cpu_times()[:2]) for member in family) - before < 0.1:
            return


def _end(running: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def binaries() -> list[Path]:
    """Folders of PostgreSQL's programs, the newest last; none where it is not installed."""
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def postgresql(stack: ExitStack) -> str:
    """The URL of a cluster as initdb makes it, on this folder's disk, with nothing of its durability turned off."""
    from tempfile import TemporaryDirectory

    folder, port = Path(stack.enter_context(TemporaryDirectory())), _free_port()
    user = "nobody" if os.getuid() == 0 else None  # PostgreSQL refuses root
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries()[-1] / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    run("initdb", "-U", "steam", "-A", "trust")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    stack.callback(run, "pg_ctl", "-w", "-m", "immediate", "stop")
    return f"postgresql://steam@127.0.0.1:{port}/postgres"
