"""What a training is fed. Knows names and digests, nothing of models."""

import hashlib
import json
from typing import NamedTuple

import polars as pl

from flows.storage import Manifest

Value = int | float | str | bool | None
Grid = dict[str, list[Value]]


class TrainingData(NamedTuple):
    """One version of the data, both sides of its split, and the address of its folder."""

    manifest: Manifest
    url: str
    train: pl.DataFrame
    test: pl.DataFrame


def fingerprint(manifest: Manifest, grid: Grid, seed: int) -> str:
    """SHA-256 in hex of all that decides which model comes out."""
    rows = {name: manifest.files[name] for name in ("train.csv", "test.csv")}
    return hashlib.sha256(json.dumps([rows, grid, seed], sort_keys=True).encode()).hexdigest()
