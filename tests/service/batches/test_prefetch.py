"""One is made while the one before it is used; failures come in their turn, and nothing is left running."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from service.batches.prefetch import prefetch


class Producer:
    """Counts the items it produced; each takes a turn of the loop."""

    def __init__(self, most: int, fails_at: int | None = None) -> None:
        self.started, self.produced = 0, 0
        self._most, self._fails_at = most, fails_at

    async def items(self) -> AsyncIterator[int]:
        """From 0 on."""
        for number in range(self._most):
            self.started += 1
            await asyncio.sleep(0)
            if number == self._fails_at:
                raise OSError(f"number {number}")
            self.produced += 1
            yield number


def test_all_come_in_order_and_one_is_made_ahead() -> None:
    async def scenario() -> None:
        made, seen = Producer(5), []
        async for number in prefetch(made.items()):
            await asyncio.sleep(0.01)
            seen.append(number)
            assert made.produced == min(number + 2, 5)
        assert seen == [0, 1, 2, 3, 4]

    asyncio.run(scenario())


def test_a_failure_comes_after_what_was_made_before_it() -> None:
    async def scenario() -> None:
        numbers = prefetch(Producer(5, fails_at=2).items())
        assert [await anext(numbers), await anext(numbers)] == [0, 1]
        with pytest.raises(OSError, match="number 2"):
            await anext(numbers)

    asyncio.run(scenario())


@pytest.mark.parametrize("fails_at", [None, 1])
def test_who_stops_leaves_nothing_under_way(fails_at: int | None) -> None:
    async def scenario() -> None:
        made = Producer(5, fails_at)
        numbers = prefetch(made.items())
        assert await anext(numbers) == 0
        await numbers.aclose()  # type: ignore[attr-defined]  # it is a generator
        assert made.started == 2
        assert made.produced == (2 if fails_at is None else 1)

    asyncio.run(scenario())
