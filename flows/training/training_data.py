"""What a training is fed. Knows names and digests, nothing of models."""

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from typing import NamedTuple

import polars as pl

from flows.storage.data_store import Manifest
from flows.training.candidates import Candidate

Value = int | float | str | bool | None | list[int]  # a list: a value of monotonic_cst
Grid = dict[str, list[Value]]


class TrainingData(NamedTuple):
    """One version of the data, both sides of its split, and the address of its folder."""

    manifest: Manifest
    url: str
    train: pl.DataFrame
    test: pl.DataFrame


class Recipe(NamedTuple):
    """What a training is asked for: the forest's grid, the seed, who competes, and on which columns."""

    grid: Grid
    seed: int = 42
    candidates: Sequence[Candidate] = ("forest",)
    date_features: bool = False


def fingerprint(manifest: Manifest, recipe: Recipe, code: str) -> str:
    """SHA-256 in hex of all that decides which model comes out; `code` is the version of ours."""
    rows = {name: manifest.files[name] for name in ("train.csv", "test.csv")}
    return hashlib.sha256(
        json.dumps([rows, *recipe, code, version("scikit-learn")], sort_keys=True).encode()
    ).hexdigest()
