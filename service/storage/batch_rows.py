"""The rows of a batch as tuples of columns; knows no database."""

from operator import itemgetter
from typing import Any

from service.prediction.batch import Batch
from service.storage.tables import PREDICTIONS

_SHARED = tuple(column.name for column in PREDICTIONS.columns if column.name not in {"id", "created_at"})
_SHARED_VALUES = itemgetter(*_SHARED)
BATCH_COLUMNS = ("id", "created_at", *_SHARED)


def to_records(batch: Batch) -> list[tuple[Any, ...]]:
    """Return the predictions in the order of `BATCH_COLUMNS`."""
    shared = batch.rows.map(_SHARED_VALUES)
    pairs = zip(batch.ids, batch.row_index, strict=True)
    return [(prediction_id, batch.created_at, *shared[row]) for prediction_id, row in pairs]
