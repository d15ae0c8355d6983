"""Turns the files of a registered model into a champion, or refuses it; the only file that knows scikit-learn."""

import gc
import hashlib
from collections.abc import Sequence

import yaml
from pydantic import ValidationError

from service.champion import FEATURES, Champion, Findings
from service.dates import date_features, model_dates
from service.days import ALL_CODES, Calendar
from service.errors import ModelRefusedError

# Ours, never the list in the model's own file: that one was written by whoever wrote the model.
TRUSTED_TYPES = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor", "sklearn.tree._tree.Tree"]


def warm_up() -> None:
    """Import what loading needs, some three seconds, so that a promotion need not wait for it."""
    import pandas  # noqa: F401
    import skops.io  # noqa: F401

    # What has been imported lives as long as the process: no collection need walk it again.
    gc.collect()
    gc.freeze()


def load_champion(version: str, sha256: str, mlmodel: bytes, model: bytes, calendar: Calendar) -> Champion:
    """The champion in the files `MLmodel` and `model.skops` of a version; a dated one's codes are the calendar's.

    Raises:
        ModelRefusedError: the digest, a type in the file, the columns, the metadata or a prediction is wrong.
    """
    if hashlib.sha256(model).hexdigest() != sha256:
        raise ModelRefusedError(f"version {version}: model.skops is not the file its sha256 tag describes")
    findings = read_findings(version, mlmodel)
    dated = findings.features != FEATURES
    predictions = tabulate(version, model, findings.features, dated_inputs(calendar) if dated else ALL_CODES)
    beside = {"version": version, "sha256": sha256, "calendar": calendar.name if dated else None}
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


def tabulate(version: str, model: bytes, columns: Sequence[str], inputs: Sequence[tuple[int, ...]]) -> list[float]:
    """The pipeline's predictions of `inputs`, in units, in their order."""
    try:
        return _predict_all(model, columns, inputs)
    except Exception as error:  # a damaged or planted file may raise anything while it is read
        raise ModelRefusedError(f"version {version}: model.skops cannot serve: {error!r}") from error


def _predict_all(model: bytes, columns: Sequence[str], inputs: Sequence[tuple[int, ...]]) -> list[float]:
    import pandas as pd
    from skops.io import loads

    pipeline = loads(model, trusted=TRUSTED_TYPES)
    table = pd.DataFrame(inputs, columns=list(columns))
    return [float(units) for units in pipeline.predict(table)]
