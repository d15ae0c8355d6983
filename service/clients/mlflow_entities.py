"""Reads tags and metrics in MLflow's JSON; asks nobody anything."""

from collections.abc import Mapping
from typing import Any


def tags_of(entity: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of a version, or of a run's `data`, by key."""
    return {tag["key"]: tag["value"] for tag in entity.get("tags", [])}


def metrics_of(run: Mapping[str, Any]) -> dict[str, float]:
    """Return the finite metrics of a run."""
    return {metric["key"]: metric["value"] for metric in run["data"].get("metrics", []) if _is_finite(metric["value"])}


def _is_finite(value: object) -> bool:
    # MLflow writes NaN as a word
    return isinstance(value, float | int) and abs(value) < float("inf")
