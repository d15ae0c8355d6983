"""Predicts many requests at once, each distinct one once; pure, knows no HTTP and no database."""

from collections.abc import Callable, Sequence
from datetime import datetime

from service.batches.rows import CheckedRow, CheckedRows, ensure_valid
from service.prediction.batch import Batch, UniqueRows
from service.prediction.ids import new_id, new_ids
from service.prediction.predict import Row, build_row, matches_request
from service.prediction.predictor import Predictor

NewIds = Callable[[datetime, int], list[str]]


class BatchPredictor:
    """Predicts the chunks of one batch with one model; no request is predicted twice."""

    def __init__(self, predictor: Predictor, trace_id: str | None = None) -> None:
        self.predictor = predictor
        self._trace_id = trace_id
        self._requests: Sequence[CheckedRow] = ()
        self._rows = UniqueRows()

    def predict(self, rows: CheckedRows, now: datetime, new_ids: NewIds = new_ids) -> Batch:
        """Predict at `now` (UTC), in the order of the rows; raises BadInputError as `ensure_valid` does."""
        ensure_valid(rows, self.predictor)
        if rows.unique is not self._requests:
            self._requests, self._rows = rows.unique, UniqueRows()
        shared_id = self._rows[0]["id"] if self._rows else new_id(now)
        for request in rows.unique[len(self._rows) :]:
            assert not isinstance(request, tuple), "ensure_valid has raised"
            self._rows.append(build_row(request, self.predictor, now, shared_id, self._trace_id))
        return Batch(self._rows, rows.row_index, new_ids(now, len(rows)), now)


def match_requests(stored: Sequence[Row], rows: CheckedRows) -> bool:
    """Return whether stored rows are the answers to all requests, in their order."""
    if len(stored) != len(rows):
        return False
    pairs = ((row, rows.unique[place]) for row, place in zip(stored, rows.row_index, strict=True))
    return all(not isinstance(request, tuple) and matches_request(row, request) for row, request in pairs)
