"""Clients that never finish, on raw sockets: they are sent away, and nobody waits for them."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.service.conftest import CODES
from tests.service.test_process import serving

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
