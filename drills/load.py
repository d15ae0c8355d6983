"""Clients that ask again and again on connections of their own, and keep what they were told."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from drills.asking import CUT, PATIENCE, Answer, Connection
from drills.questions import Question, batches, keyed, plain

OK, UNAVAILABLE = 200, 503
_PAUSE = 0.05
_AGAIN = 10
_KEYED = 3
_BATCHED = 3


class Received(NamedTuple):
    """An answer of status 200."""

    sent: float
    """When its question left, by the monotonic clock."""
    body: bytes


class Load:
    """What all clients of an API saw."""

    def __init__(self, port: int, connections: int, first_date: int = 0) -> None:
        """`first_date`: days after 1970-01-01 from which no question was asked with a key before."""
        self._port = port
        alone = connections - _KEYED - _BATCHED
        keys = [keyed(number, _KEYED, first_date) for number in range(_KEYED)]
        self._asking = [*keys, *(batches() for _ in range(_BATCHED)), *(plain() for _ in range(alone))]
        self.received: list[list[Received]] = [[] for _ in self._asking]
        self.refused: Counter[str] = Counter()
        """Problem documents of status 503 that say when to ask again, by type."""
        self.strange: Counter[str] = Counter()
        """Everything else that no client should see."""
        self.cut = 0
        """Requests whose connection was cut, or not to be had."""
        self._stopping = False

    @property
    def answered(self) -> int:
        """How many requests were answered 200."""
        return sum(map(len, self.received))

    def items(self) -> list[dict[str, Any]]:
        """Every prediction that a client was told."""
        return [item for answers in self.received for answer in answers for item in items_of(answer)]

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Load"]:
        """The clients ask as long as the block lasts; each then waits for its last answer."""
        pairs = zip(self._asking, self.received, strict=True)
        clients = asyncio.gather(*(self._ask(questions, received) for questions, received in pairs))
        try:
            yield self
        finally:
            self._stopping = True
            await clients

    async def _ask(self, questions: Iterator[Question], received: list[Received]) -> None:
        connection = Connection(self._port)
        question = next(questions)
        while not self._stopping:
            if await self._answered(connection, question, received) or not question.keyed:
                question = next(questions)
            if len(received) == _AGAIN:  # by then another process may have less to do
                connection.close()
        connection.close()

    async def _answered(self, connection: Connection, question: Question, received: list[Received]) -> bool:
        sent = time.monotonic()
        try:
            answer = await connection.ask(question.request)
        except CUT:
            self.cut += 1
        except TimeoutError:
            self.strange[f"no answer in {PATIENCE} s"] += 1
        else:
            if answer.status == OK:
                received.append(Received(sent, answer.body))
                return True
            self._refused(answer)
        await asyncio.sleep(_PAUSE)
        return False

    def _refused(self, answer: Answer) -> None:
        problem = answer.headers.get("content-type") == "application/problem+json"
        if answer.status == UNAVAILABLE and problem and answer.headers.get("retry-after", "").isdigit():
            self.refused[json.loads(answer.body)["type"]] += 1
        else:
            self.strange[f"{answer.status}: {answer.body[:200]!r}"] += 1


def items_of(answer: Received) -> list[dict[str, Any]]:
    """The predictions in an answer: one, or a batch of them."""
    told = json.loads(answer.body)
    return list(told.get("items", [told]))
