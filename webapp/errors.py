"""The ways in which asking the API can fail, as a reader meets them. Knows no HTTP library and no text."""

from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    """What went wrong. Every kind has a message with its cure in each language."""

    UNREACHABLE = "unreachable"
    TOO_SLOW = "too-slow"
    NO_MODEL = "no-model"
    DATES_ONLY = "dates-only"
    NO_EVALUATION = "no-evaluation"
    MLFLOW_AWAY = "mlflow-unavailable"
    PIPELINE_AWAY = "pipeline-unavailable"
    BAD_INPUT = "bad-input"
    NOT_FOUND = "not-found"
    REFUSED = "refused"
    TOO_MANY = "too-many"
    UNAVAILABLE = "unavailable"
    BROKEN = "broken"


@dataclass(frozen=True)
class FieldFault:
    """One field that the API would not take, and its words for why; in a batch also the row, from 1.

    `code` is the reason in a word that stays the same however the message is worded, where the API has one.
    """

    field: str
    message: str
    row: int | None = None
    code: str | None = None


@dataclass(frozen=True)
class Failure:
    """One failed call: its kind, the HTTP status (None when no answer came) and the faults of single fields.

    `wait` is after how many seconds the API wants to be asked again, where it says so.
    """

    kind: FailureKind
    status: int | None = None
    faults: tuple[FieldFault, ...] = ()
    wait: int | None = None


class ApiError(Exception):
    """The API gave no usable answer; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.kind.value)
        self.failure = failure
