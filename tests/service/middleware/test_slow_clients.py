"""Clients that never finish, or speak no HTTP, on raw sockets: they are sent away, and nobody waits for them."""

import json
import re
import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.service.conftest import CODES
from tests.service.server_process import serving

PATIENCE = 1.0
HEAD = b"POST /predict/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n"
SLOW = {
    "connects and says nothing": b"",
    "never ends its headers": b"POST /predict/ HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "never sends its body": HEAD,
    "never ends its body": HEAD + b'{"DayOf',
    "never ends its upload": HEAD.replace(b"/predict/", b"/predict/batch").replace(b"application/json", b"text/csv"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running API with little patience."""
    folder: Path = tmp_path_factory.mktemp("slow")
    with serving(folder, API_PATIENCE_SECONDS=str(PATIENCE)) as (url, _):
        yield url


def connected(url: str) -> socket.socket:
    """A raw connection."""
    address = httpx.URL(url)
    return socket.create_connection((address.host, address.port or 80), timeout=10)


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW.keys())
def test_whoever_is_silent_is_sent_away(server: str, sent: bytes) -> None:
    with connected(server) as client:
        client.sendall(sent)
        received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert received.startswith(b"HTTP/1.1 408 ") if b"\r\n\r\n" in sent else received == b""
    assert (b"/problems/too-slow" in received) is (b"\r\n\r\n" in sent)


def test_they_are_counted_as_what_they_were_told(server: str) -> None:
    def counted(status: int) -> float:
        text = httpx.get(f"{server}/metrics").text
        line = rf'^steam_sales_requests_total{{.*path="/predict",status_code="{status}"}} (\S+)$'
        return sum(float(count) for count in re.findall(line, text, re.MULTILINE))

    before = counted(408)
    with connected(server) as client:
        client.sendall(HEAD)
        assert client.recv(65_536).startswith(b"HTTP/1.1 408 ")
    assert counted(408) == before + 1
    assert counted(200) == 0


def test_two_hundred_of_them_hold_up_nobody(server: str) -> None:
    slow = [connected(server) for _ in range(200)]
    try:
        for number, client in enumerate(slow):
            client.sendall(list(SLOW.values())[number % len(SLOW)])
        with httpx.Client(base_url=server) as quick:
            began = time.monotonic()
            assert [quick.post("/predict/", json=CODES).status_code for _ in range(50)] == [200] * 50
            assert time.monotonic() - began < PATIENCE * 5
    finally:
        for each in slow:
            each.close()


def test_a_client_that_moves_slowly_but_moves_is_served(server: str) -> None:
    body = b'{"DayOfWeek": 3, "Season": 1, "Holiday": 0}'
    with connected(server) as client:
        client.sendall(HEAD.replace(b"40", str(len(body)).encode()))
        for start in range(0, len(body), 9):
            time.sleep(PATIENCE * 0.3)
            client.sendall(body[start : start + 9])
        assert client.recv(65_536).startswith(b"HTTP/1.1 200 ")


START = b"POST /predict/ HTTP/1.1\r\nHost: x\r\n"
NO_HTTP = {
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    "an unknown method": START.replace(b"POST", b"BREW") + b"\r\n",
    "two lengths": START + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "a length and chunks": START + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk without length": START + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "a NUL in a header": START + b"X: a\x00b\r\n\r\n",
    "an endless address": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
}


def parse_response(received: bytes) -> tuple[int, bytes, dict[str, object]]:
    """Status, head and problem of an answer."""
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), head, json.loads(body)


@pytest.mark.parametrize("sent", NO_HTTP.values(), ids=NO_HTTP.keys())
def test_what_is_no_http_is_told_so_in_a_problem_document(server: str, sent: bytes) -> None:
    with connected(server) as client:
        client.sendall(sent)
        status, head, problem = parse_response(b"".join(iter(lambda: client.recv(65_536), b"")))
    assert (status, problem["type"]) == (400, "/problems/no-http")
    for line in (b"content-type: application/problem+json", b"x-content-type-options: nosniff", b"connection: close"):
        assert line in head


def test_headers_that_never_end_are_not_collected(server: str) -> None:
    with connected(server) as client:
        client.sendall(START)
        for _ in range(1_000):
            client.sendall(b"X: " + b"a" * 1_000 + b"\r\n")
            if select.select([client], [], [], 0.001)[0]:
                break
        status, _, problem = parse_response(b"".join(iter(lambda: client.recv(65_536), b"")))
    assert (status, problem["type"]) == (431, "/problems/head-too-long")


def test_what_follows_a_request_is_not_its_answer(server: str) -> None:
    body = b'{"DayOfWeek": 3, "Season": 1, "Holiday": 0}'
    with connected(server) as client:
        client.sendall(HEAD.replace(b"40", str(len(body)).encode()) + body + b"no request\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert not received or received.startswith(b"HTTP/1.1 200 ")


def test_no_socket_is_opened_past_the_doors(server: str) -> None:
    asked = b"GET /predict/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    with connected(server) as client:
        client.sendall(asked + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        assert client.recv(65_536).startswith(b"HTTP/1.1 405 ")
