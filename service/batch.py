"""Predicts many questions at once, each distinct one once; pure, knows no HTTP and no database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from msgspec.json import encode

from service.champion import Predictor
from service.days import Codes
from service.errors import BadInputError
from service.export import csv_lines, ends_of, moment_of
from service.ids import new_id, new_ids
from service.models import StoredPrediction
from service.predicting import Row, answers, predict, said
from service.questions import ByCodes, ByDate

_SHARED = tuple(name for name in StoredPrediction.model_fields if name not in {"id", "created_at", "Date"})
_SHARED_VALUES = itemgetter(*_SHARED)
BATCH_COLUMNS = ("id", "created_at", "Date", *_SHARED)


@dataclass(frozen=True)
class Asked:
    """Many questions: the distinct ones, and which of them each row asks."""

    questions: Sequence[ByCodes | ByDate]
    which: Sequence[int]


@dataclass(frozen=True)
class Batch:
    """Many predictions made by one model at one moment: the distinct rows, and which of them goes by each id."""

    kinds: Sequence[Row]
    """All have one `id`, which names no prediction, and one `created_at`."""
    which: Sequence[int]
    ids: Sequence[str]
    """As 32 hexadecimal digits; they ascend in the order asked."""

    def __len__(self) -> int:
        """How many predictions."""
        return len(self.ids)

    def records(self, stored: Callable[[Any], Any] = lambda value: value) -> list[tuple[Any, ...]]:
        """The rows with their ids, in the order of `BATCH_COLUMNS`, moment and dates as `stored` makes them."""
        if not self.kinds:
            return []
        moment = stored(self.kinds[0]["created_at"])
        shared = [(moment, stored(kind["Date"]), *_SHARED_VALUES(kind)) for kind in self.kinds]
        return [(name, *shared[kind]) for kind, name in zip(self.which, self.ids, strict=True)]


def predict_all(
    asked: Asked,
    predictor: Predictor,
    codes_of: Callable[[date], Codes],
    now: datetime,
    ids: Callable[[datetime, int], list[str]] = new_ids,
) -> Batch:
    """The predictions made `now` (UTC), in the order asked; raises BadInputError as `check` does."""
    check(asked, predictor)
    shared = new_id(now)
    kinds = [predict(question, predictor, codes_of, now, shared) for question in asked.questions]
    return Batch(kinds, asked.which, ids(now, len(asked.which)))


def check(asked: Asked, predictor: Predictor, above: int = 0) -> None:
    """Return where this model can be asked all of it; `above` rows came before these.

    Raises:
        BadInputError: names the first row, from 1, that it cannot.
    """
    if not predictor.dated:
        return
    for kind, question in enumerate(asked.questions):
        if fault := predictor.refusal(question.Date if isinstance(question, ByDate) else None):
            raise BadInputError([replace(fault, row=above + asked.which.index(kind) + 1)])


def answered_by(rows: Sequence[Row], asked: Asked) -> bool:
    """Whether these are the answers to all of it, in its order."""
    return len(rows) == len(asked.which) and all(
        answers(row, asked.questions[kind]) for row, kind in zip(rows, asked.which, strict=True)
    )


def as_json(batch: Batch | Sequence[Row]) -> bytes:
    """`{"items": [...]}`, each item as POST /predict/ answers it."""
    if not isinstance(batch, Batch):
        return encode({"items": [said(row) for row in batch]})
    shared = str(batch.kinds[0]["id"]) if batch.kinds else ""
    around = [encode(said(kind)).decode().split(shared) for kind in batch.kinds]
    return f'{{"items":[{",".join(_named(around, batch))}]}}'.encode()


def as_csv(batch: Batch | Sequence[Row]) -> str:
    """A line for each prediction, as the registry is exported."""
    if not isinstance(batch, Batch):
        return csv_lines(batch)
    moment = moment_of(batch.kinds[0]["created_at"]) if batch.kinds else ""
    return "".join(_named([["", f",{moment},{end}"] for end in ends_of(batch.kinds)], batch))


def _named(around: list[list[str]], batch: Batch) -> list[str]:
    return [
        f"{around[kind][0]}{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:]}{around[kind][1]}"
        for kind, name in zip(batch.which, batch.ids, strict=True)
    ]
