"""Rare clients on raw sockets: an offer of HTTP/2, HTTP/1.0, a closed sending side, nobody who reads."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.service.conftest import CODES
from tests.service.middleware.test_slow_clients import connected
from tests.service.server_process import serving

BODY = b'{"DayOfWeek": 3, "Season": 1, "Holiday": 0}'
POST = b"POST /predict/ HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n" % len(BODY)
OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running API, with a few predictions."""
    folder: Path = tmp_path_factory.mktemp("protocol")
    with serving(folder, API_PATIENCE_SECONDS="1") as (url, _):
        httpx.post(f"{url}/predict/batch", json=[CODES] * 5_000).raise_for_status()
        yield url


def received(client: socket.socket) -> bytes:
    """Everything until the server closes."""
    return b"".join(iter(lambda: client.recv(65_536), b""))


@pytest.mark.parametrize("pieces", [[OFFER + b"\r\n" + BODY], [OFFER[:30], OFFER[30:] + b"\r\n", BODY[:9], BODY[9:]]])
def test_an_offer_of_http_2_is_declined_and_the_request_answered(server: str, pieces: list[bytes]) -> None:
    with connected(server) as client:
        client.sendall(POST)
        for piece in pieces:
            client.sendall(piece)
            time.sleep(0.05)
        assert client.recv(65_536).startswith(b"HTTP/1.1 200 ")
        client.sendall(POST + b"Connection: close\r\n\r\n" + BODY)  # the connection goes on as HTTP/1.1
        assert received(client).startswith(b"HTTP/1.1 200 ")


def test_requests_behind_an_offer_are_answered_in_order(server: str) -> None:
    last = POST.replace(b"/predict/", b"/nowhere") + b"Connection: close\r\n\r\n" + BODY
    with connected(server) as client:
        client.sendall(POST + OFFER + b"\r\n" + BODY + POST + OFFER + b"\r\n" + BODY + last)
        answers = received(client).split(b"HTTP/1.1 ")[1:]
    assert [answer[:3] for answer in answers] == [b"200", b"200", b"404"]


def test_a_tunnel_is_refused(server: str) -> None:
    with connected(server) as client:
        client.sendall(b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert received(client).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_http_1_0_finds_an_export_without_chunk_sizes(server: str, form: str) -> None:
    with connected(server) as client:
        client.sendall(b"GET /registry/export?format=%s HTTP/1.0\r\nHost: x\r\n\r\n" % form.encode())
        head, _, body = received(client).partition(b"\r\n\r\n")
    assert b"chunked" not in head
    whole = httpx.get(f"{server}/registry/export?format={form}").content
    assert len(whole.splitlines()) > 5_000
    assert body in whole or whole.startswith(body[:100])
    assert len(body) == len(whole)


def test_http_1_0_gets_short_answers_with_their_length(server: str) -> None:
    with connected(server) as client:
        client.sendall(POST.replace(b"1.1", b"1.0") + b"\r\n" + BODY)
        head, _, body = received(client).partition(b"\r\n\r\n")
    assert b"content-length: %d" % len(body) in head
    assert body.startswith(b'{"DayOfWeek":3,')


@pytest.mark.parametrize("requests", [1, 3])
def test_whoever_closed_the_sending_side_is_answered(server: str, requests: int) -> None:
    with connected(server) as client:
        client.sendall((POST + b"\r\n" + BODY) * requests)
        client.shutdown(socket.SHUT_WR)
        assert received(client).count(b"HTTP/1.1 200 ") == requests


def test_whoever_closed_within_a_request_stores_nothing(server: str) -> None:
    before = httpx.get(f"{server}/registry/?limit=1").json()["items"]
    with connected(server) as client:
        client.sendall(POST + b"\r\n" + BODY[:9])
        client.shutdown(socket.SHUT_WR)
        assert received(client) == b""
    assert httpx.get(f"{server}/registry/?limit=1").json()["items"] == before


def test_whoever_never_reads_is_cut_off(server: str) -> None:
    with connected(server) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            ask_until(time.monotonic() + 20, client)


def ask_until(deadline: float, client: socket.socket) -> None:
    """Ask for long pages, and read none."""
    while time.monotonic() < deadline:
        client.sendall(b"GET /registry/?limit=500 HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.02)
