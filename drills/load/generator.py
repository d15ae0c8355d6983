"""Clients that send requests without a pause, each on its own connection, and record the responses."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from drills.load.connection import CONNECTION_ERRORS, TIMEOUT_SECONDS, Connection, Response
from drills.load.requests import LoadRequest, batch_requests, idempotent_requests, single_requests

OK, SERVICE_UNAVAILABLE = 200, 503
_RETRY_SECONDS = 0.05
_RECONNECT_AFTER_RESPONSES = 10
_IDEMPOTENT_CLIENTS = 3
_BATCH_CLIENTS = 3


class OkResponse(NamedTuple):
    """A response of status 200."""

    sent_at: float
    """When its request was sent, by the monotonic clock."""
    body: bytes


class LoadGenerator:
    """The clients of one API, and everything that they received."""

    def __init__(self, port: int, connections: int, first_day: int = 0) -> None:
        """Keys are used for dates from `first_day` on, in days after 1970-01-01: no earlier load may have used them."""
        self._port = port
        singles = connections - _IDEMPOTENT_CLIENTS - _BATCH_CLIENTS
        self._request_streams = [
            *(idempotent_requests(client, _IDEMPOTENT_CLIENTS, first_day) for client in range(_IDEMPOTENT_CLIENTS)),
            *(batch_requests() for _ in range(_BATCH_CLIENTS)),
            *(single_requests() for _ in range(singles)),
        ]
        self.responses: list[list[OkResponse]] = [[] for _ in self._request_streams]
        self.unavailable: Counter[str] = Counter()
        """Problem documents of status 503 with Retry-After, by type."""
        self.unexpected: Counter[str] = Counter()
        """Every other response, which no client should see."""
        self.disconnected = 0
        """Requests whose connection was refused or closed."""
        self._stopping = False

    @property
    def response_count(self) -> int:
        """Number of responses of status 200."""
        return sum(map(len, self.responses))

    def predictions(self) -> list[dict[str, Any]]:
        """Return every prediction that a client received."""
        return [item for responses in self.responses for response in responses for item in predictions_in(response)]

    @asynccontextmanager
    async def running(self) -> AsyncIterator["LoadGenerator"]:
        """Run the clients during the block. Afterwards each waits for its last response."""
        pairs = zip(self._request_streams, self.responses, strict=True)
        clients = asyncio.gather(*(self._run_client(requests, responses) for requests, responses in pairs))
        try:
            yield self
        finally:
            self._stopping = True
            await clients

    async def _run_client(self, requests: Iterator[LoadRequest], responses: list[OkResponse]) -> None:
        connection = Connection(self._port)
        request = next(requests)
        while not self._stopping:
            if await self._send(connection, request, responses) or not request.has_idempotency_key:
                request = next(requests)
            if len(responses) == _RECONNECT_AFTER_RESPONSES:  # by then another process may have less to do
                connection.close()
        connection.close()

    async def _send(self, connection: Connection, request: LoadRequest, responses: list[OkResponse]) -> bool:
        sent_at = time.monotonic()
        try:
            response = await connection.send(request.content)
        except CONNECTION_ERRORS:
            self.disconnected += 1
        except TimeoutError:
            self.unexpected[f"no response in {TIMEOUT_SECONDS} s"] += 1
        else:
            if response.status == OK:
                responses.append(OkResponse(sent_at, response.body))
                return True
            self._record_error(response)
        await asyncio.sleep(_RETRY_SECONDS)
        return False

    def _record_error(self, response: Response) -> None:
        is_problem = response.headers.get("content-type") == "application/problem+json"
        has_retry_after = response.headers.get("retry-after", "").isdigit()
        if response.status == SERVICE_UNAVAILABLE and is_problem and has_retry_after:
            self.unavailable[json.loads(response.body)["type"]] += 1
        else:
            self.unexpected[f"{response.status}: {response.body[:200]!r}"] += 1


def predictions_in(response: OkResponse) -> list[dict[str, Any]]:
    """Return the predictions in a response: one, or those of a batch."""
    body = json.loads(response.body)
    return list(body.get("items", [body]))
