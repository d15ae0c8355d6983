"""Holds what the clients were told against what the history has."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import httpx

from drills.api import Api
from drills.load import Load
from drills.report import Line

Item = dict[str, Any]


def stored(api: Api) -> list[Item]:
    """Every prediction that the history has, as the API exports it."""
    with (
        httpx.Client(base_url=api.url, timeout=60) as client,
        client.stream("GET", "/registry/export", params={"format": "ndjson"}) as answer,
    ):
        answer.raise_for_status()
        return [json.loads(line) for line in answer.iter_lines()]


def compare(line: Line, loads: Iterable[Load], kept: list[Item]) -> None:
    """Every prediction told is stored once and unaltered, and no key has two."""
    told = [item for load in loads for item in load.items()]
    by_id = {item["id"]: item for item in kept}
    line.hold(len(by_id) == len(kept), f"{len(kept) - len(by_id)} ids are in the history twice")
    lost = sum(item["id"] not in by_id for item in told)
    line.hold(not lost, f"{lost} predictions that were answered are not in the history")
    altered = sum(by_id.get(item["id"], item) != item for item in told)
    line.hold(not altered, f"{altered} are not in the history as they were answered")
    doubled = sum(count > 1 for count in Counter(item["Date"] for item in kept if item["Date"]).values())
    line.hold(not doubled, f"{doubled} idempotency keys have more than one prediction")
    unheard = len(by_id.keys() - {item["id"] for item in told})
    line.saw(f"{len(told):,} predictions answered, each stored once as answered; {unheard:,} stored but never heard of")


def only_refused(line: Line, load: Load) -> None:
    """Clients saw answers and problem documents of status 503 with Retry-After, and nothing else."""
    line.hold(not load.cut, f"{load.cut} requests were cut off")
    line.hold(not load.strange, f"strange answers: {dict(load.strange.most_common(3))}")
