"""Promote versions under load and compare every response with the version that it names."""

import asyncio
import time
from itertools import pairwise
from math import inf
from typing import Any, NamedTuple

from drills.load.generator import LoadGenerator, predictions_in
from drills.processes import wait_until
from drills.result import DrillResult
from drills.servers.mlflow import Mlflow, Table

MAX_SWITCH_SECONDS = 2.0
Items = list[dict[str, Any]]


class Promotion(NamedTuple):
    """A version, and when MLflow confirmed it as the champion, by the monotonic clock."""

    version: str
    at: float


async def promote(mlflow: Mlflow, load: LoadGenerator, version: str) -> Promotion:
    """Promote a version and wait until every client has sent a request after the allowed time."""
    await asyncio.to_thread(mlflow.promote, version)
    promotion = Promotion(version, time.monotonic())
    latest = promotion.at + MAX_SWITCH_SECONDS
    await wait_until(
        lambda: all(responses and responses[-1].sent_at > latest for responses in load.responses),
        "every client sends a request",
    )
    return promotion


def check_responses(
    result: DrillResult, load: LoadGenerator, tables: dict[str, Table], promotions: list[Promotion]
) -> None:
    """Check that each response is of one known version, and none of the old one after the allowed time."""
    batches = [(one.sent_at, predictions_in(one)) for responses in load.responses for one in responses]
    wrong = sum(not _is_of_one_version(items, tables) for _, items in batches)
    result.expect(not wrong, f"{wrong} responses differ from what the version they name predicts")
    ends = [*promotions, Promotion("", inf)]
    late = max(_seconds_late(batches, promotion, following.at) for promotion, following in pairwise(ends))
    result.expect(late <= MAX_SWITCH_SECONDS, f"an older version still responded {late:.2f} s after a promotion")
    versions = " → ".join(promotion.version for promotion in promotions)
    result.observe(
        f"{len(batches):,} responses, {versions}; the last of an older version {late:.2f} s after a promotion"
    )


def _is_of_one_version(items: Items, tables: dict[str, Table]) -> bool:
    if len({item["model_version"] for item in items}) != 1:
        return False
    table = tables[items[0]["model_version"]]
    return all(item["prediction"] == table[item["DayOfWeek"], item["Season"], item["Holiday"]] for item in items)


def _seconds_late(batches: list[tuple[float, Items]], promotion: Promotion, next_promotion: float) -> float:
    """Return the seconds from a promotion to the last request that another version responded to."""
    older = [
        sent_at - promotion.at
        for sent_at, items in batches
        if promotion.at < sent_at < next_promotion - MAX_SWITCH_SECONDS / 2
        and items[0]["model_version"] != promotion.version
    ]
    return max(older, default=0.0)
