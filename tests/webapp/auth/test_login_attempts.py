"""How many passwords may be tried, by whom, and that nobody can lock out another."""

import asyncio
from collections.abc import Callable

import pytest

from webapp.auth.login_attempts import AttemptLimits, LoginAttempts, source_of
from webapp.auth.password_queue import (
    MAX_PENDING_BY_ADDRESS,
    MAX_PENDING_HASHES,
    RESERVED_FOR_KNOWN,
    PasswordQueue,
    PasswordQueueFullError,
)
from webapp.auth.passwords import hash_password

LIMITS = AttemptLimits(by_source=3, by_address=5, by_name=8, seconds=60)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> LoginAttempts:
    return LoginAttempts(LIMITS, clock)


def allowed(attempts: LoginAttempts, sources: list[tuple[str, str]]) -> int:
    return sum(attempts.begin(source_of(*source)) == 0 for source in sources)


@pytest.mark.parametrize(
    ("guess", "limit"),
    [
        (lambda _: ("192.0.2.1", "ana"), LIMITS.by_source),
        (lambda n: ("192.0.2.1", f"name{n}"), LIMITS.by_address),
        (lambda n: (f"192.0.2.{n}", "ana"), LIMITS.by_name),
        (lambda n: (f"2001:db8::{n}", f"name{n}"), LIMITS.by_address),
        (lambda n: (f"::ffff:192.0.2.{n}", "ana"), LIMITS.by_name),
        (lambda n: ("192.0.2.1", "a" * (64 + n)), LIMITS.by_source),
    ],
    ids=["name and address", "address", "name", "network", "mapped", "long names"],
)
def test_guesses_are_limited(attempts: LoginAttempts, guess: Callable[[int], tuple[str, str]], limit: int) -> None:
    assert allowed(attempts, [guess(n) for n in range(50)]) == limit


def test_the_wait_is_told_and_ends(attempts: LoginAttempts, clock: Clock) -> None:
    ana = source_of("192.0.2.1", "ana")
    for clock.now in (0, 10, 20):
        assert attempts.begin(ana) == 0
    assert attempts.begin(ana) == 40
    clock.now = 60
    assert attempts.begin(ana) == 0


def test_who_guesses_a_name_locks_out_neither_another_name_nor_another_address(attempts: LoginAttempts) -> None:
    assert allowed(attempts, [("192.0.2.1", "ana")] * 200) == LIMITS.by_source
    assert allowed(attempts, [("192.0.2.2", "ana"), ("192.0.2.1", "olga")]) == 2


def test_nobody_locks_out_who_logged_in_from_here_before(attempts: LoginAttempts) -> None:
    ana = source_of("192.0.2.1", "ana")
    attempts.begin(ana)
    attempts.succeed(ana)
    allowed(attempts, [(f"192.0.2.{n}", "ana") for n in range(2, 50)])
    allowed(attempts, [("192.0.2.1", f"name{n}") for n in range(50)])
    assert attempts.begin(source_of("192.0.2.1", "eva")) > 0
    assert attempts.begin(source_of("192.0.2.60", "ana")) > 0
    assert attempts.begin(ana) == 0


def test_right_passwords_are_not_counted(attempts: LoginAttempts) -> None:
    ana = source_of("192.0.2.1", "ana")
    for _ in range(50):
        assert attempts.begin(ana) == 0
        attempts.succeed(ana)


def verify_at_once(queue: PasswordQueue, addresses: list[str], *, known: bool = False) -> int:
    """Verify a right password for each address at once. How many were verified; the others were refused."""
    password_hash = hash_password("a long password")

    async def verify() -> list[bool | BaseException]:
        asked = (queue.verify("a long password", password_hash, address, known=known) for address in addresses)
        return await asyncio.gather(*asked, return_exceptions=True)

    results = asyncio.run(verify())
    assert {type(result) for result in results} <= {bool, PasswordQueueFullError}
    return results.count(True)


@pytest.mark.parametrize(
    ("addresses", "known", "places"),
    [
        (["192.0.2.1"] * 100, False, MAX_PENDING_BY_ADDRESS),
        ([f"192.0.2.{n}" for n in range(100)], False, MAX_PENDING_HASHES - RESERVED_FOR_KNOWN),
        (["192.0.2.1"] * 100, True, MAX_PENDING_HASHES),
    ],
    ids=["one address", "all addresses", "known"],
)
def test_the_queue_of_passwords_has_few_places(addresses: list[str], known: bool, places: int) -> None:
    queue = PasswordQueue()
    assert verify_at_once(queue, addresses, known=known) == places
    assert verify_at_once(queue, addresses[:1]) == 1
