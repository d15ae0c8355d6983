"""Turns the files of a registered model into a champion, or refuses it; the only file that knows scikit-learn."""

import gc
import hashlib

import yaml
from pydantic import ValidationError

from service.champion import FEATURES, Champion, Findings
from service.days import ALL_CODES
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


def load_champion(version: str, sha256: str, mlmodel: bytes, model: bytes) -> Champion:
    """The champion in the files `MLmodel` and `model.skops` of a version.

    Raises:
        ModelRefusedError: the digest, a type in the file, the columns, the metadata or a prediction is wrong.
    """
    if hashlib.sha256(model).hexdigest() != sha256:
        raise ModelRefusedError(f"version {version}: model.skops is not the file its sha256 tag describes")
    findings = read_findings(version, mlmodel)
    predictions = tabulate(version, model)
    try:
        return Champion(version=version, sha256=sha256, predictions=predictions, **findings.model_dump())
    except ValidationError as error:
        raise ModelRefusedError(f"version {version}: {error}") from None


def read_findings(version: str, mlmodel: bytes) -> Findings:
    """`metadata.steam_sales` of an `MLmodel` file, checked."""
    try:
        metadata = yaml.safe_load(mlmodel)["metadata"]["steam_sales"]
        if tuple(metadata["features"]) != FEATURES:
            raise ModelRefusedError(f"version {version}: takes {metadata['features']}, not {list(FEATURES)}")
        return Findings.model_validate(metadata)
    except (yaml.YAMLError, KeyError, TypeError, ValidationError) as error:
        raise ModelRefusedError(f"version {version}: its metadata.steam_sales is not as agreed: {error!r}") from None


def tabulate(version: str, model: bytes) -> list[float]:
    """The pipeline's predictions of `ALL_CODES`, in units, in their order."""
    try:
        return _predict_all(model)
    except Exception as error:  # a damaged or planted file may raise anything while it is read
        raise ModelRefusedError(f"version {version}: model.skops cannot serve: {error!r}") from error


def _predict_all(model: bytes) -> list[float]:
    import pandas as pd
    from skops.io import loads

    pipeline = loads(model, trusted=TRUSTED_TYPES)
    inputs = pd.DataFrame(ALL_CODES, columns=list(FEATURES))
    return [float(units) for units in pipeline.predict(inputs)]
