"""The inputs of a training, and their fingerprint. Knows names and digests, no models."""

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from typing import Literal, NamedTuple

import polars as pl

from flows.storage.data_store import Manifest
from flows.training.candidates import Candidate

GridValue = int | float | str | bool | None | list[int]  # a list: a value of monotonic_cst
Grid = dict[str, list[GridValue]]


class TrainingData(NamedTuple):
    """One data version: its manifest, the URL of its folder, and both sides of its split."""

    manifest: Manifest
    url: str
    train: pl.DataFrame
    test: pl.DataFrame


class TrainingConfig(NamedTuple):
    """The parameters of a training: the forest's grid, the seed, the candidates, and whether to use date features."""

    grid: Grid
    seed: int = 42
    candidates: Sequence[Candidate] = ("forest",)
    date_features: bool | Literal["auto"] = False


def training_fingerprint(manifest: Manifest, config: TrainingConfig, code: str) -> str:
    """Return the SHA-256, in hex, of everything that determines the model; `code` is the version of our code."""
    rows = {name: manifest.files[name] for name in ("train.csv", "test.csv")}
    # the rule travels with the model, and may change though no row does: an event to come, say
    calendar = manifest.calendar.model_dump(mode="json") if manifest.calendar else None
    return hashlib.sha256(
        json.dumps([rows, calendar, *config, code, version("scikit-learn")], sort_keys=True).encode()
    ).hexdigest()
