"""Asks of registered versions what the API asks before it serves one, and finds the champion that passes."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from domain.calendar import Overrides
from domain.servable import TRUSTED_TYPES, NotServableError, check_servable, proxied_path
from flows.tracking.model_registry import ModelRegistry
from flows.tracking.versions import ALIAS, ModelVersion

MAX_REASON_CHARS = 300


class UsableChampion(NamedTuple):
    """A version that can serve, None if there is none; `reason` says why it is not the one at the alias, if so."""

    version: ModelVersion | None
    reason: str = ""


def check_version(registry: ModelRegistry, version: ModelVersion) -> None:
    """Raise NotServableError if the API would refuse the version."""
    proxied_path(registry.artifact_uri(version))
    with tempfile.TemporaryDirectory() as folder:
        mlmodel, model = registry.download(version, Path(folder))
        if missing := [path.name for path in (mlmodel, model) if not path.is_file()]:
            raise NotServableError(f"its files are gone: {', '.join(missing)}")
        check_servable(version.sha256, mlmodel.read_bytes(), model.read_bytes(), predict_table, Overrides())


def predict_table(model: bytes, columns: Sequence[str], inputs: Sequence[tuple[int, ...]]) -> list[float]:
    """Predict units for rows of inputs with the content of model.skops. Raises NotServableError."""
    import pandas as pd
    from skops.io import loads

    try:
        pipeline = loads(model, trusted=TRUSTED_TYPES)
        return [float(units) for units in pipeline.predict(pd.DataFrame(inputs, columns=list(columns)))]
    except Exception as error:  # a damaged or planted file may raise anything while it is read
        raise NotServableError(f"model.skops cannot serve: {error!r}") from error


def why_not_servable(registry: ModelRegistry, version: ModelVersion) -> str:
    """Return why the API would refuse the version, in at most MAX_REASON_CHARS; empty if it would serve it."""
    try:
        check_version(registry, version)
    except NotServableError as error:
        return " ".join(str(error).split())[:MAX_REASON_CHARS]
    return ""


def find_usable_champion(registry: ModelRegistry) -> UsableChampion:
    """Return the champion if it can serve, else the last former champion that can."""
    champion = registry.champion()
    fault = why_not_servable(registry, champion) if champion else ""
    if champion and not fault:
        return UsableChampion(champion)
    former = registry.recent_champions(1)
    if champion is None and not former:
        return UsableChampion(None)
    reason = f"version {champion.version}, the champion, cannot be served any more: {fault}" if champion else ""
    reason = reason or f"no version is at the alias {ALIAS} any more; the last one was version {former[0]}"
    others = (version for version in registry.former_champions() if version != champion)
    usable = next((version for version in others if not why_not_servable(registry, version)), None)
    return UsableChampion(usable, reason)
