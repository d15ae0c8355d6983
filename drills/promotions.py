"""Promotes versions under load, and holds every answer against the version that it names."""

import asyncio
import time
from itertools import pairwise
from math import inf
from typing import Any, NamedTuple

from drills.load import Load, items_of
from drills.processes import until
from drills.registry import Mlflow, Table
from drills.report import Line

PROMISED_SECONDS = 2.0


class Promotion(NamedTuple):
    """A version that MLflow confirmed as the champion, and when."""

    version: str
    at: float


async def promote(mlflow: Mlflow, load: Load, version: str) -> Promotion:
    """Promote, and wait until every client has asked after the promised time."""
    await asyncio.to_thread(mlflow.promote, version)
    promotion = Promotion(version, time.monotonic())
    latest = promotion.at + PROMISED_SECONDS
    await until(lambda: all(answers and answers[-1].sent > latest for answers in load.received), "all clients ask")
    return promotion


def check(line: Line, load: Load, tables: dict[str, Table], promotions: list[Promotion]) -> None:
    """No answer is of two versions or of none, and none is of the old version for longer than promised."""
    told = [(answer.sent, items_of(answer)) for answers in load.received for answer in answers]
    wrong = sum(not _of_one_version(items, tables) for _, items in told)
    line.hold(not wrong, f"{wrong} answers are not what the version that they name predicts")
    ends = [*promotions, Promotion("", inf)]
    late = [_lateness(told, promotion, then.at) for promotion, then in pairwise(ends)]
    line.hold(max(late) <= PROMISED_SECONDS, f"an older version still answered {max(late):.2f} s after a promotion")
    versions = " → ".join(promotion.version for promotion in promotions)
    line.saw(f"{len(told):,} answers, {versions}; the last of an older version {max(late):.2f} s after a promotion")


def _of_one_version(items: list[dict[str, Any]], tables: dict[str, Table]) -> bool:
    if len({item["model_version"] for item in items}) != 1:
        return False
    table = tables[items[0]["model_version"]]
    return all(item["prediction"] == table[item["DayOfWeek"], item["Season"], item["Holiday"]] for item in items)


def _lateness(told: list[tuple[float, list[dict[str, Any]]]], promotion: Promotion, until_then: float) -> float:
    """Seconds after a promotion at which the last question was sent that another version answered."""
    others = [
        sent - promotion.at
        for sent, items in told
        if promotion.at < sent < until_then - PROMISED_SECONDS / 2 and items[0]["model_version"] != promotion.version
    ]
    return max(others, default=0.0)
