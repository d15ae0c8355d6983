"""Predicts many questions at once, each distinct one once; pure, knows no HTTP and no database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeVar

from msgspec.json import encode

from service.errors import BadInputError
from service.prediction.export import csv_line_end, csv_lines, format_utc
from service.prediction.ids import new_id, new_ids, to_uuid_strings
from service.prediction.predict import Row, build_row, matches_request, to_response_dict
from service.prediction.predictor import Predictor
from service.prediction.requests import CodesRequest, DateRequest

T = TypeVar("T")
_SHARED = (
    "Date",
    "DayOfWeek",
    "Season",
    "Holiday",
    "prediction",
    "model_version",
    "seen_in_training",
    "level",
    "lower",
    "upper",
    "trace_id",
)
_SHARED_VALUES = itemgetter(*_SHARED)
BATCH_COLUMNS = ("id", "created_at", *_SHARED)


@dataclass(frozen=True)
class Asked:
    """Many questions: the distinct ones, and which of them each row asks."""

    questions: Sequence[CodesRequest | DateRequest]
    """Of one part after the other it is the same list, which grows."""
    which: Sequence[int]
    new: int = 0
    """How many of the questions the parts before asked."""


class Kinds(list[Row]):
    """Distinct predictions, which may become more; what is made of one is made once.

    Their `id` and `created_at` say nothing.
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        super().__init__(rows)
        self._made: dict[Callable[[Row], Any], list[Any]] = {}

    def each(self, make: Callable[[Row], T]) -> list[T]:
        """What `make` makes of each of them."""
        made = self._made.setdefault(make, [])
        made.extend(map(make, self[len(made) :]))
        return made


@dataclass(frozen=True)
class Batch:
    """Many predictions made by one model at one moment: the distinct rows, and which of them goes by each id."""

    kinds: Kinds
    which: Sequence[int]
    ids: Sequence[str]
    """As 32 hexadecimal digits; they are of this moment, and ascend in the order asked."""
    moment: datetime

    def __len__(self) -> int:
        """How many predictions."""
        return len(self.ids)

    def records(self) -> list[tuple[Any, ...]]:
        """The rows with their ids, in the order of `BATCH_COLUMNS`."""
        shared = self.kinds.each(_SHARED_VALUES)
        return [(name, self.moment, *shared[kind]) for kind, name in zip(self.which, self.ids, strict=True)]


class Predicting:
    """What one model predicts of parts that come one after the other: no question is predicted twice."""

    def __init__(self, predictor: Predictor, trace_id: str | None = None) -> None:
        self.predictor = predictor
        self._trace_id = trace_id
        self._questions: Sequence[CodesRequest | DateRequest] = ()
        self._kinds = Kinds()

    def batch(self, asked: Asked, now: datetime, ids: Callable[[datetime, int], list[str]] = new_ids) -> Batch:
        """The predictions made `now` (UTC), in the order asked; raises BadInputError as `check` does."""
        check(asked, self.predictor)
        if asked.questions is not self._questions:
            self._questions, self._kinds = asked.questions, Kinds()
        known = self._kinds
        shared = known[0]["id"] if known else new_id(now)
        new = asked.questions[len(known) :]
        known.extend(build_row(question, self.predictor, now, shared, self._trace_id) for question in new)
        return Batch(known, asked.which, ids(now, len(asked.which)), now)


def predict_all(
    asked: Asked,
    predictor: Predictor,
    now: datetime,
    ids: Callable[[datetime, int], list[str]] = new_ids,
) -> Batch:
    """The predictions of all that is asked; see `Predicting`."""
    return Predicting(predictor).batch(asked, now, ids)


def check(asked: Asked, predictor: Predictor, above: int = 0) -> None:
    """Return where this model can be asked all that is new; `above` rows came before these.

    Raises:
        BadInputError: names the first row, from 1, that it cannot.
    """
    if not predictor.dated:
        return
    for kind, question in enumerate(asked.questions[asked.new :], asked.new):
        if fault := predictor.rejection(question.Date if isinstance(question, DateRequest) else None):
            raise BadInputError([replace(fault, row=above + asked.which.index(kind) + 1)])


def answered_by(rows: Sequence[Row], asked: Asked) -> bool:
    """Whether these are the answers to all of it, in its order."""
    return len(rows) == len(asked.which) and all(
        matches_request(row, asked.questions[kind]) for row, kind in zip(rows, asked.which, strict=True)
    )


def as_json(batch: Batch | Sequence[Row]) -> bytes:
    """`{"items": [...]}`, each item as POST /predict/ answers it."""
    if not isinstance(batch, Batch):
        return encode({"items": [to_response_dict(row) for row in batch]})
    around = [_around(kind, batch.moment) for kind in batch.kinds]
    named = zip(to_uuid_strings(batch.ids), map(around.__getitem__, batch.which), strict=True)
    return f'{{"items":[{",".join([f"{start}{name}{end}" for name, (start, end) in named])}]}}'.encode()


def _around(kind: Row, moment: datetime) -> list[str]:
    return encode(to_response_dict(kind | {"created_at": moment})).decode().split(str(kind["id"]))


def as_csv(batch: Batch | Sequence[Row]) -> str:
    """A line for each prediction, as the registry is exported."""
    if not isinstance(batch, Batch):
        return csv_lines(batch)
    moment, ends = format_utc(batch.moment), batch.kinds.each(csv_line_end)
    named = zip(to_uuid_strings(batch.ids), batch.which, strict=True)
    return "".join([f"{name},{moment},{ends[kind]}" for name, kind in named])
