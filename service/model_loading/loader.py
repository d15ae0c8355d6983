"""Turns the files of a registered model into a champion, or refuses it; starts no process itself."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeAlias

import yaml
from pydantic import ValidationError

from domain.calendar import ALL_CODES, Calendar, Overrides, calendar_of, in_force
from service.errors import ModelRefusedError
from service.prediction.champion import FEATURES, Champion, TrainingMetadata
from service.prediction.date_features import date_features, model_dates

PredictTable: TypeAlias = Callable[[bytes, Sequence[str], Sequence[tuple[int, ...]]], list[float]]
"""Called with a model.skops, its columns and rows of them; returns its predictions in units, as `worker` does."""


def load_champion(
    version: str, sha256: str, mlmodel: bytes, model: bytes, overrides: Overrides, predict: PredictTable
) -> Champion:
    """Build the champion from the files `MLmodel` and `model.skops` of a version.

    A model that was trained on dates is tabulated for every date, with the codes of its own calendar.

    Raises:
        ModelRefusedError: the digest, a type in the file, the columns, the metadata or a prediction is wrong.
    """
    if hashlib.sha256(model).hexdigest() != sha256:
        raise ModelRefusedError(f"version {version}: model.skops is not the file its sha256 tag describes")
    training = parse_metadata(version, mlmodel)
    dated = training.features != FEATURES
    calendar = calendar_of(in_force(training.calendar, overrides).rule)
    try:
        predictions = predict(model, training.features, date_inputs(calendar) if dated else ALL_CODES)
    except ModelRefusedError as error:
        raise ModelRefusedError(f"version {version}: {error}") from None
    identity = {"version": version, "sha256": sha256, "calendar_name": calendar.name if dated else None}
    try:
        return Champion(predictions=predictions, **identity, **training.model_dump())
    except ValidationError as error:
        raise ModelRefusedError(f"version {version}: {error}") from None


def parse_metadata(version: str, mlmodel: bytes) -> TrainingMetadata:
    """Read and check `metadata.steam_sales` of an `MLmodel` file; raises ModelRefusedError."""
    try:
        metadata = yaml.safe_load(mlmodel)["metadata"]["steam_sales"]
        if "features" not in metadata:
            raise ModelRefusedError(f"version {version}: its metadata.steam_sales names no features")
        return TrainingMetadata.model_validate(metadata)
    except (yaml.YAMLError, KeyError, TypeError, ValidationError) as error:
        raise ModelRefusedError(f"version {version}: its metadata.steam_sales is not as agreed: {error!r}") from None


def date_inputs(calendar: Calendar) -> list[tuple[int, ...]]:
    """Build the inputs of a model trained on dates, one row for each of `model_dates`."""
    return [(*calendar.codes_of(day), *date_features(day)) for day in model_dates()]
