"""The proxy of the production stack, really run: TLS, host names, replicas, and what it tells those behind it."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from tests.infra.behind_proxy import CADDY, FILE, REPLICAS, Proxied, proxied
from tests.infra.launched import until

UPLOAD = 104_857_600


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    with proxied(tmp_path_factory.mktemp("proxy")) as one:
        yield one


@pytest.fixture
def client(proxy: Proxied) -> Iterator[httpx.Client]:
    with httpx.Client(verify=proxy.tls(), trust_env=False, timeout=30) as one:
        yield one


@pytest.mark.parametrize("certificates", ["internal", "us@example.org"])
def test_the_file_is_valid_and_in_order(certificates: str) -> None:
    told = {"PROXY_CERTIFICATES": certificates, "PROXY_DOMAIN": "example.org", "HOME": "/nonexistent"}
    command = [CADDY, "adapt", "--validate", "--config", str(FILE), "--adapter", "caddyfile"]
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "us@example.org" in done.stdout or certificates == "internal"
    formatted = subprocess.run([CADDY, "fmt", str(FILE)], capture_output=True, text=True, check=True).stdout
    assert formatted == FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("host", "behind"),
    [("localhost", REPLICAS[:1]), ("api.localhost", REPLICAS), ("prefect.localhost", REPLICAS[1:])],
)
def test_each_host_name_has_a_certificate_and_leads_to_its_server(
    proxy: Proxied, client: httpx.Client, host: str, behind: tuple[str, ...]
) -> None:
    assert proxy.ask(client, host, "/").json()["name"] in behind


def test_who_asks_is_told_truly_whatever_they_say_of_themselves(proxy: Proxied, client: httpx.Client) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
    answer = proxy.ask(client, "api.localhost", "/", headers=forged)
    told = answer.json()
    assert (told["client"], told["scheme"]) == ("127.0.0.1", "https")
    headers = {name: told["headers"][name] for name in ("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host")}
    host = f"api.localhost:{proxy.port}"
    assert headers == {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https", "x-forwarded-host": host}
    assert told["headers"]["host"] == host
    assert "strict-transport-security" not in answer.headers
    assert answer.headers.get("server") != "Caddy"


def test_both_replicas_answer_and_one_that_leaves_is_not_missed(proxy: Proxied, client: httpx.Client) -> None:
    def names(number: int) -> set[str]:
        answers = [proxy.ask(client, "api.localhost", "/predict/", "POST", json={}) for _ in range(number)]
        assert {answer.status_code for answer in answers} == {200}
        return {answer.json()["name"] for answer in answers}

    assert names(40) == set(REPLICAS)
    proxy.stop(REPLICAS[0])
    assert names(20) == {REPLICAS[1]}
    proxy.start(REPLICAS[0])
    until(lambda: REPLICAS[0] in names(10), 30)


@pytest.mark.parametrize(("method", "times"), [("POST", range(1, 2)), ("GET", range(2, 1000))])
def test_what_was_sent_is_asked_again_only_where_that_is_safe(
    proxy: Proxied, client: httpx.Client, method: str, times: range
) -> None:
    before = sum(replica.asked[f"{method} /drop"] for replica in proxy.replicas.values())
    assert proxy.ask(client, "api.localhost", "/drop", method).status_code >= 500
    assert sum(replica.asked[f"{method} /drop"] for replica in proxy.replicas.values()) - before in times


def test_an_event_arrives_while_the_answer_is_still_written(proxy: Proxied, client: httpx.Client) -> None:
    answer = client.send(proxy.request(client, "localhost", "/events"), stream=True)
    lines = answer.iter_lines()
    assert next(lines) == "data: first"
    proxy.replicas[REPLICAS[0]].go_on.set()
    assert "data: second" in list(lines)


def test_a_socket_stays_open_through_it(proxy: Proxied) -> None:
    raw = socket.create_connection(("127.0.0.1", proxy.port))
    url = f"wss://prefect.localhost:{proxy.port}/api/events/out"
    with connect(url, sock=raw, ssl=proxy.tls(), proxy=None) as one:
        one.send("hello")
        assert one.recv() == "hello"


def test_a_file_as_large_as_the_api_takes_passes(proxy: Proxied, client: httpx.Client) -> None:
    body = (bytes(1 << 20) for _ in range(UPLOAD >> 20))
    assert proxy.ask(client, "api.localhost", "/predict/batch", "POST", content=body).json()["length"] == UPLOAD


def test_it_counts_for_prometheus(proxy: Proxied) -> None:
    text = httpx.get(f"http://127.0.0.1:{proxy.metrics}/metrics", trust_env=False).text
    assert "caddy_http_requests_total" in text


def test_other_names_are_not_served(proxy: Proxied) -> None:
    with httpx.Client(verify=proxy.tls(), trust_env=False) as client, pytest.raises(httpx.ConnectError):
        proxy.ask(client, "evil.example", "/")


def test_its_keys_are_its_own(proxy: Proxied) -> None:
    key: Path = proxy.folder / "caddy/pki/authorities/local/root.key"
    assert key.stat().st_mode & 0o077 == 0
