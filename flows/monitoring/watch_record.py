"""The result of a watch as data: what the API, `make status` and the next watch read. Knows no server."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from flows.monitoring.data_checks import Problem
from flows.monitoring.examine import FALSE_ALARMS_PER_YEAR, Change, Examination, Status

WATCH_TAG = "steam_sales.watch"
MAX_PROBLEMS = 10


class ProblemNote(BaseModel):
    """A problem of the data: its kind, the number of days, and a sentence in English."""

    model_config = ConfigDict(frozen=True)

    code: str
    days: int
    message: str


class WatchRecord(BaseModel):
    """What the last watch found. Times are UTC; shares are of the limit at which an alarm is raised.

    `decision` says what the watch did about it; `decision_id` is the cause that a training was started by, empty if
    none was. `reported` names what has been sent to a person, so that it is sent once.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: Status
    change: Change
    champion: str | None
    checked_at: datetime
    watched_from: date | None = None
    last_day: date | None = None
    days: int = 0
    level_share: float = 0.0
    noise_share: float = 0.0
    martingale: float = 1.0
    since: date | None = None
    raised_on: date | None = None
    shift: float | None = None
    shift_share: float | None = None
    false_alarms_per_year: float = FALSE_ALARMS_PER_YEAR
    reason: str = ""
    problems: tuple[ProblemNote, ...] = ()
    decision: str = ""
    decision_id: str = ""
    reported: tuple[str, ...] = ()

    @property
    def reportable(self) -> tuple[str, ...]:
        """Name what a person should hear of: an alarm by its champion and day, a problem by its kind."""
        alarm = [f"alarm {self.champion} {self.raised_on}"] if self.status == "alarm" else []
        return (*alarm, *sorted(problem.code for problem in self.problems))

    @property
    def has_news(self) -> bool:
        """Whether any of it has not been reported. What went away and comes again is news."""
        return not set(self.reportable) <= set(self.reported)


def notes_of(problems: list[Problem]) -> tuple[ProblemNote, ...]:
    """Return the problems as they are stored."""
    return tuple(ProblemNote(code=p.code, days=p.days, message=p.message) for p in problems[:MAX_PROBLEMS])


def record_of(found: Examination, champion: str, checked_at: datetime, **rest: object) -> WatchRecord:
    """Put an examination into a record."""
    fields = {name: value for name, value in vars(found).items() if name in WatchRecord.model_fields}
    return WatchRecord.model_validate(fields | {"champion": champion, "checked_at": checked_at} | rest)
