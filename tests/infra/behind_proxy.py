"""Infra's Caddy on free ports, and what stands behind it in a test: servers that tell what reached them, and names."""

import asyncio
import json
import socket
import ssl
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import uvicorn

from infra.embedded.settings import ROOT
from service.middleware.proxy_headers import ProxyHeaders
from tests.infra.launched import free_ports, until

FILE = ROOT / "infra" / "proxy" / "Caddyfile"
CADDY = str(Path(sys.executable).with_name("caddy"))
REPLICAS = ("127.0.0.2", "127.0.0.3")


@dataclass
class Replica:
    """An ASGI application that tells who asked it what; `/drop` breaks off, `/events` waits between two."""

    name: str
    asked: Counter[str] = field(default_factory=Counter)
    go_on: Event = field(default_factory=Event)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """See ASGI."""
        if scope["type"] == "websocket":
            await _echo(receive, send)
            return
        self.asked[f"{scope['method']} {scope['path']}"] += 1
        length = 0
        while (message := await receive())["type"] == "http.request":
            length += len(message.get("body", b""))
            if not message.get("more_body"):
                break
        if scope["path"] == "/drop":
            receive.__self__.transport.abort()
            return
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        told = {"name": self.name, "client": scope["client"][0], "scheme": scope["scheme"]}
        await self._tell(scope["path"], json.dumps(told | {"headers": headers, "length": length}).encode(), send)

    async def _tell(self, path: str, body: bytes, send: Any) -> None:
        kind = b"text/event-stream" if path == "/events" else b"application/json"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
        if path == "/events":
            await send({"type": "http.response.body", "body": b"data: first\n\n", "more_body": True})
            await asyncio.to_thread(self.go_on.wait)
            body = b"data: second\n\n"
        await send({"type": "http.response.body", "body": body})


async def _echo(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


@contextmanager
def serving(app: Any, host: str, port: int) -> Iterator[None]:
    """The application on a server of its own."""
    options: dict[str, Any] = {"lifespan": "off", "log_config": None, "proxy_headers": False}
    server = uvicorn.Server(uvicorn.Config(app, host, port, timeout_graceful_shutdown=1, **options))
    thread = Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def naming(*addresses: str) -> Iterator[int]:
    """A name server for which every name has these addresses; its port."""
    answers = b"".join(struct.pack("!HHHIH", 0xC00C, 1, 1, 0, 4) + socket.inet_aton(one) for one in addresses)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        port = int(server.getsockname()[1])
        thread = Thread(target=_answer_names, args=[server, answers, len(addresses)])
        thread.start()
        try:
            yield port
        finally:
            server.sendto(b"", ("127.0.0.1", port))
            thread.join()


def _answer_names(server: socket.socket, answers: bytes, number: int) -> None:
    while True:
        query, who = server.recvfrom(512)
        if not query:
            return
        end = query.index(b"\0", 12) + 5
        of_ipv4 = query[end - 4 : end - 2] == b"\0\1"
        head = query[:2] + struct.pack("!HHHHH", 0x8180, 1, number if of_ipv4 else 0, 0, 0)
        server.sendto(head + query[12:end] + (answers if of_ipv4 else b""), who)


def told(port: int, metrics: int, behind: int, names: int) -> str:
    """The file, with what a test has for what the stack has."""
    text = FILE.read_text(encoding="utf-8")
    for ours, theirs in (
        ("https_port 8443", f"https_port {port}"),
        ("http://:2020", f"http://127.0.0.1:{metrics}"),
        ("dynamic a api 8000 {", f"dynamic a api.test {behind} {{\n\t\t\tresolvers udp/127.0.0.1:{names}"),
        ("web:7860", f"127.0.0.2:{behind}"),
        ("prefect:4200", f"127.0.0.3:{behind}"),
        ("mlflow:5000", f"127.0.0.3:{behind}"),
    ):
        assert ours in text
        text = text.replace(ours, theirs)
    return text


@dataclass
class Proxied:
    """A proxy that runs, and what is behind it."""

    port: int
    metrics: int
    behind: int
    folder: Path
    replicas: dict[str, Replica]
    running: dict[str, ExitStack]

    def tls(self) -> ssl.SSLContext:
        """Trusts its authority and nobody else."""
        return ssl.create_default_context(cafile=str(self.folder / "caddy/pki/authorities/local/root.crt"))

    def start(self, name: str) -> None:
        """A replica, as the stack runs it."""
        stack = self.running[name] = ExitStack()
        stack.enter_context(serving(ProxyHeaders(self.replicas[name], "127.0.0.1"), name, self.behind))

    def stop(self, name: str) -> None:
        """A replica, as the stack stops it."""
        self.running[name].close()

    def ask(self, client: httpx.Client, host: str, path: str, method: str = "GET", **what: Any) -> httpx.Response:
        """Ask a host of it."""
        return client.send(self.request(client, host, path, method, **what))

    def request(self, client: httpx.Client, host: str, path: str, method: str = "GET", **what: Any) -> httpx.Request:
        """A question to a host of it."""
        headers = {"Host": f"{host}:{self.port}"} | what.pop("headers", {})
        named = {"sni_hostname": host}
        return client.build_request(
            method, f"https://127.0.0.1:{self.port}{path}", headers=headers, extensions=named, **what
        )


@contextmanager
def proxied(folder: Path) -> Iterator[Proxied]:
    """Caddy with infra's file, two replicas of an API behind one name."""
    port, metrics, behind = free_ports(3)
    one = Proxied(port, metrics, behind, folder, {name: Replica(name) for name in REPLICAS}, {})
    with ExitStack() as stack:
        for name in REPLICAS:
            one.start(name)
            stack.callback(one.stop, name)
        names = stack.enter_context(naming(*REPLICAS))
        (folder / "Caddyfile").write_text(told(port, metrics, behind, names), encoding="utf-8")
        environment = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
        command = [CADDY, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
        log = stack.enter_context((folder / "log").open("w"))
        process = stack.enter_context(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        stack.callback(process.terminate)
        until(lambda: _listens(metrics) and (folder / "caddy/certificates/local/mlflow.localhost").exists(), 30)
        yield one


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
