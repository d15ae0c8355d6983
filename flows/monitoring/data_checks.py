"""Plain checks of the newest days: broken data is no change of sales. Knows dates and arrays only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

STALE_DAYS = 7
RECENT_DAYS = 28
MAX_MISSING_DAYS = 5
CONSTANT_DAYS = 7
MIN_MISMATCHED_DAYS = 3
MAX_MISMATCHED_SHARE = 0.05
MIN_COVERED_DAYS = 20
COVERAGE_STANDARD_ERRORS = 3.0

BROKEN_CODES = frozenset({"all_zero", "all_equal"})


@dataclass(frozen=True)
class Problem:
    """What is wrong with the data. `code` names the kind; a problem that `blocks` forbids a training."""

    code: str
    days: int
    message: str
    blocks: bool = True


def find_constant_days(sales: NDArray[np.float64]) -> Problem | None:
    """Return a problem if the newest `CONSTANT_DAYS` of `sales`, shape (n,) in the order of days, are all equal."""
    recent = sales[-CONSTANT_DAYS:]
    if len(recent) < CONSTANT_DAYS or np.ptp(recent) > 0:
        return None
    if recent[0] == 0:
        return Problem("all_zero", CONSTANT_DAYS, f"nothing was sold on the newest {CONSTANT_DAYS} days")
    return Problem("all_equal", CONSTANT_DAYS, f"the newest {CONSTANT_DAYS} days all sold {recent[0]:g} units")


def find_problems(days: Sequence[date], sales: NDArray[np.float64], today: date) -> list[Problem]:
    """Check all days of the data, sorted and distinct, with what was sold on each."""
    problems = [find_constant_days(sales)]
    if (age := (today - days[-1]).days) > STALE_DAYS:
        problems.append(Problem("stale", age, f"the newest day is {days[-1]}, {age} days ago"))
    span = min(RECENT_DAYS, (days[-1] - days[0]).days + 1)
    missing = span - sum((days[-1] - day).days < span for day in days[-span:])
    if missing > MAX_MISSING_DAYS:
        problems.append(Problem("missing", missing, f"{missing} of the newest {span} days are missing"))
    return [problem for problem in problems if problem]


def find_code_mismatch(mismatched: int, days: int) -> Problem | None:
    """Return a problem if the file's codes of new days are not those of the calendar that the API answers by."""
    if mismatched < MIN_MISMATCHED_DAYS or mismatched < MAX_MISMATCHED_SHARE * days:
        return None
    return Problem("codes", mismatched, f"the codes of {mismatched} of {days} new days are not the calendar's", False)


def find_low_coverage(inside: NDArray[np.bool_], level: float) -> Problem | None:
    """Return a problem if clearly fewer of the new days, shape (n,), lie in their interval than its level promises."""
    days = len(inside)
    if days < MIN_COVERED_DAYS:
        return None
    share, error = float(np.mean(inside)), float(np.sqrt(level * (1 - level) / days))
    if share >= level - COVERAGE_STANDARD_ERRORS * error:
        return None
    return Problem("coverage", days, f"{share:.0%} of {days} new days lie in their {level:.0%} interval", False)
