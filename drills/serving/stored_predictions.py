"""Compare the predictions that clients received with the history."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import httpx

from drills.load.generator import LoadGenerator
from drills.result import DrillResult
from drills.servers.api import Api

Item = dict[str, Any]


def export_history(api: Api) -> list[Item]:
    """Return every stored prediction, as the API exports it."""
    with (
        httpx.Client(base_url=api.url, timeout=60) as client,
        client.stream("GET", "/registry/export", params={"format": "ndjson"}) as response,
    ):
        response.raise_for_status()
        return [json.loads(line) for line in response.iter_lines()]


def compare_with_history(result: DrillResult, loads: Iterable[LoadGenerator], stored: list[Item]) -> None:
    """Check that every prediction received is stored once and unchanged, and that no key has two."""
    received = [item for load in loads for item in load.predictions()]
    by_id = {item["id"]: item for item in stored}
    result.expect(len(by_id) == len(stored), f"{len(stored) - len(by_id)} ids are in the history twice")
    lost = sum(item["id"] not in by_id for item in received)
    result.expect(not lost, f"{lost} predictions that clients received are not in the history")
    changed = sum(by_id.get(item["id"], item) != item for item in received)
    result.expect(not changed, f"{changed} stored predictions differ from what clients received")
    repeated = sum(count > 1 for count in Counter(item["Date"] for item in stored if item["Date"]).values())
    result.expect(not repeated, f"{repeated} idempotency keys have more than one prediction")
    undelivered = len(by_id.keys() - {item["id"] for item in received})
    result.observe(
        f"{len(received):,} predictions received, each stored once, unchanged; {undelivered:,} stored but not received"
    )


def expect_only_503(result: DrillResult, load: LoadGenerator) -> None:
    """Check that clients got responses of status 200, or problem documents of status 503 with Retry-After."""
    result.expect(not load.disconnected, f"{load.disconnected} requests lost their connection")
    result.expect(not load.unexpected, f"unexpected responses: {dict(load.unexpected.most_common(3))}")


def expect_no_errors(result: DrillResult, load: LoadGenerator) -> None:
    """Check that every request got a response of status 200."""
    failed = load.disconnected or load.unexpected or load.unavailable
    result.expect(not failed, f"{load.disconnected} disconnected, {load.unexpected}, {load.unavailable}")
