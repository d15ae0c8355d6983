"""What is noted in passing is counted as prometheus_client counts it."""

import re

from prometheus_client import REGISTRY, generate_latest

from service.telemetry.request_metrics import RouteCounter, count_response

SECONDS = (0.0, 0.0004, 0.0005, 0.0006, 0.02, 59.0, 100.0)


def counted(path: str) -> dict[str, float]:
    """The lines of a route without its name."""
    found = re.findall(
        rf"^(steam_sales_\S*path=\"{path}\"\S*) (\S+)$", generate_latest(REGISTRY).decode(), re.MULTILINE
    )
    return {name.replace(path, ""): float(value) for name, value in found if "_created" not in name}


def test_what_was_noted_is_counted_once_and_as_if_it_had_been_observed() -> None:
    counter = RouteCounter("POST", "/noted")
    for seconds in SECONDS:
        counter.record(200, seconds)
        count_response("POST", "/observed", 200, seconds)
    counter.flush()
    counter.flush()
    assert counted("/noted") == counted("/observed")
    assert sum(counted("/noted").values()) > len(SECONDS)
