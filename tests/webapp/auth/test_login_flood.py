"""Guesses made at once, against a server process: few are tried, nobody else waits, and the memory stays."""

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.webapp.auth.logins import ANA, OLGA
from tests.webapp.sockets import closed_port
from webapp.auth.users import create_entry

GUESSES = 200
MAX_GROWTH_BYTES = 64 << 20
PROXIED = {"X-Forwarded-For": "203.0.113.9"}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, psutil.Process]]:
    """The page of two users, which believes a proxy on this machine who asks; its address and its process."""
    port = closed_port()
    environment = os.environ | {
        "STEAM_SALES_HOME": str(tmp_path_factory.mktemp("home")),
        "WEB_PORT": str(port),
        "WEB_USERS": f"{create_entry('ana', 'viewer', ANA)} {create_entry('olga', 'admin', OLGA)}",
        "WEB_PROXIES": "127.0.0.1",
    }
    url = f"http://127.0.0.1:{port}"
    with (
        subprocess.Popen([sys.executable, "-m", "webapp"], env=environment) as server,
        httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client,
    ):
        try:
            assert client.get(f"{url}/health").status_code == 200
            log_in(url, "olga", "a wrong password")  # what a hash loads for the first time is no growth
            yield url, psutil.Process(server.pid)
        finally:
            server.terminate()


def log_in(url: str, name: str, password: str, headers: dict[str, str] | None = None) -> int:
    return httpx.post(f"{url}/login", data={"name": name, "password": password}, headers=headers).status_code


def seconds_to_log_in(url: str, name: str, password: str, headers: dict[str, str] | None = None) -> float:
    start = time.monotonic()
    assert log_in(url, name, password, headers) == 303
    return time.monotonic() - start


@pytest.fixture
def patience_seconds(web: tuple[str, psutil.Process]) -> float:
    """How long a login may take: a second, or that of a few at once where the machine does much else.

    A hundred passwords in front of it, as without a queue, would take longer.
    """
    return 1 + 20 * min(seconds_to_log_in(web[0], "olga", OLGA, PROXIED) for _ in range(3))


async def guess_at_once(url: str, names: list[str]) -> Counter[int]:
    limits = httpx.Limits(max_connections=len(names))
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as client:
        forms = ({"name": name, "password": "a wrong password"} for name in names)
        answers = await asyncio.gather(*(client.post("/login", data=form) for form in forms))
    return Counter(answer.status_code for answer in answers)


@pytest.mark.parametrize("guessed", [lambda _: "ana", lambda n: f"name{n}"], ids=["one name", "many names"])
def test_guesses_made_at_once_are_refused_and_hold_nobody_up(
    web: tuple[str, psutil.Process], patience_seconds: float, guessed: Callable[[int], str]
) -> None:
    url, process = web
    before = process.memory_info().rss
    answers = asyncio.run(guess_at_once(url, [guessed(n) for n in range(GUESSES)]))
    assert answers[401] <= 50
    assert answers[429] + answers[503] == GUESSES - answers[401]
    assert seconds_to_log_in(url, "ana", ANA, PROXIED) < patience_seconds
    assert seconds_to_log_in(url, "olga", OLGA) < patience_seconds
    assert process.memory_info().rss - before < MAX_GROWTH_BYTES


def test_others_log_in_while_somebody_guesses(web: tuple[str, psutil.Process], patience_seconds: float) -> None:
    url, _ = web

    async def guess_meanwhile() -> tuple[Counter[int], list[float]]:
        guessing = asyncio.create_task(guess_at_once(url, ["ana"] * GUESSES))
        logins = [await asyncio.to_thread(seconds_to_log_in, url, "ana", ANA, PROXIED)]
        while not guessing.done():
            logins.append(await asyncio.to_thread(seconds_to_log_in, url, "ana", ANA, PROXIED))
        return await guessing, logins

    answers, logins = asyncio.run(guess_meanwhile())
    assert answers[401] <= 50
    assert max(logins) < patience_seconds


def test_a_session_ends_with_the_process_where_no_secret_is_set(web: tuple[str, psutil.Process]) -> None:
    home = Path(web[1].environ()["STEAM_SALES_HOME"])
    assert log_in(web[0], "olga", OLGA, PROXIED) == 303
    assert list(home.rglob("*")) == []
