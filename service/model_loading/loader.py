"""Turns the files of a registered model into a champion, or refuses it; what reads the model itself is given."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeAlias

import yaml
from pydantic import ValidationError

from domain.calendar import ALL_CODES, Calendar, Overrides, calendar_of, in_force
from service.errors import ModelRefusedError
from service.prediction.champion import FEATURES, Champion, Findings
from service.prediction.date_features import date_features, model_dates

Tabulate: TypeAlias = Callable[[bytes, Sequence[str], Sequence[tuple[int, ...]]], list[float]]
"""From model.skops, the columns it takes and rows of them to its predictions, in units, as `worker` computes them."""


def load_champion(
    version: str, sha256: str, mlmodel: bytes, model: bytes, overrides: Overrides, tabulate: Tabulate
) -> Champion:
    """The champion in the files `MLmodel` and `model.skops` of a version; a dated one's codes are its calendar's.

    Raises:
        ModelRefusedError: the digest, a type in the file, the columns, the metadata or a prediction is wrong.
    """
    if hashlib.sha256(model).hexdigest() != sha256:
        raise ModelRefusedError(f"version {version}: model.skops is not the file its sha256 tag describes")
    findings = read_findings(version, mlmodel)
    dated = findings.features != FEATURES
    calendar = calendar_of(in_force(findings.calendar, overrides).rule)
    try:
        predictions = tabulate(model, findings.features, dated_inputs(calendar) if dated else ALL_CODES)
    except ModelRefusedError as error:
        raise ModelRefusedError(f"version {version}: {error}") from None
    beside = {"version": version, "sha256": sha256, "calendar_name": calendar.name if dated else None}
    try:
        return Champion(predictions=predictions, **beside, **findings.model_dump())
    except ValidationError as error:
        raise ModelRefusedError(f"version {version}: {error}") from None


def read_findings(version: str, mlmodel: bytes) -> Findings:
    """`metadata.steam_sales` of an `MLmodel` file, checked."""
    try:
        metadata = yaml.safe_load(mlmodel)["metadata"]["steam_sales"]
        if "features" not in metadata:
            raise ModelRefusedError(f"version {version}: its metadata.steam_sales names no features")
        return Findings.model_validate(metadata)
    except (yaml.YAMLError, KeyError, TypeError, ValidationError) as error:
        raise ModelRefusedError(f"version {version}: its metadata.steam_sales is not as agreed: {error!r}") from None


def dated_inputs(calendar: Calendar) -> list[tuple[int, ...]]:
    """What a dated model takes, for each of `model_dates`."""
    return [(*calendar.codes_of(day), *date_features(day)) for day in model_dates()]
