"""Put the detectors' findings together: quiet, watching or alarm, since when and how sure. Knows arrays and dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from flows.monitoring import residuals as scale
from flows.monitoring.change_point import last_change
from flows.monitoring.detectors import LEVEL_LIMITS, NOISE_LIMITS, Track, Values, martingale, page_hinkley

Status = Literal["unknown", "quiet", "watching", "alarm"]
Change = Literal["none", "rise", "fall", "noise"]

WATCHING_SHARE = 0.5
"""From this share of its limit on, a detector's sum is shown as "watching"."""
FALSE_ALARMS_PER_YEAR = 0.05
"""Of both detectors together on independent days; measured by `make bench-watch`."""
CLEAR_STANDARD_ERRORS = 3.0
_CHANGE_POINT_REFERENCE_DAYS = 60


@dataclass(frozen=True)
class Examination:
    """What the newest days say of the champion.

    `level_share` and `noise_share` are the detectors' sums as shares of their limits; `martingale` is the second
    opinion (100 or more contradicts "nothing changed" at 1 %). `since` is the likeliest first day of the change,
    `raised_on` the day on which a detector passed its limit, `shift` the mean residual in units since the change.
    """

    status: Status
    change: Change
    days: int
    level_share: float
    noise_share: float
    martingale: float
    since: date | None = None
    raised_on: date | None = None
    shift: float | None = None
    reason: str = ""


def examine(reference: Values, days: Sequence[date], new: Values) -> Examination:
    """Examine the residuals `new`, shape (n,), of `days` in order, against `reference` residuals.

    Both are actual minus predicted in units, on days that the champion was not trained on.
    """
    try:
        usual = scale.describe(reference)
    except scale.TooFewDaysError as error:
        return Examination("unknown", "none", len(days), 0.0, 0.0, 1.0, reason=str(error))
    if not len(new):
        return Examination("quiet", "none", 0, 0.0, 0.0, 1.0, reason="no day has been sold since the training")
    level = page_hinkley(scale.signed(reference, usual), scale.signed(new, usual), LEVEL_LIMITS)
    noise = page_hinkley(*_centred_squares(reference, new, usual), NOISE_LIMITS)
    bets = martingale(scale.signed(reference, usual), scale.signed(new, usual))
    raised_on = _raised_on(days, level, noise)
    status: Status
    change: Change
    if raised_on is None:
        near = max(level.share_of_limit, noise.share_of_limit) >= WATCHING_SHARE
        status, change, since, shift = ("watching" if near else "quiet"), "none", None, None
    else:
        status = "alarm"
        change, since, shift = _describe_change(reference - usual.mean, days, new - usual.mean, days.index(raised_on))
    return Examination(
        status,
        change,
        len(days),
        round(level.share_of_limit, 3),
        round(noise.share_of_limit, 3),
        float(bets.sums[-1]),
        since=since,
        raised_on=raised_on,
        shift=shift,
    )


def _centred_squares(reference: Values, new: Values, usual: scale.Reference) -> tuple[Values, Values]:
    """Squares as deviations from the reference's mean square, in standard deviations of the reference's squares."""
    squares = scale.squared(reference, usual)
    mean, deviation = float(np.mean(squares)), float(np.std(squares, ddof=1)) or 1.0
    return (squares - mean) / deviation, (scale.squared(new, usual) - mean) / deviation


def _describe_change(
    reference: Values, days: Sequence[date], new: Values, raised: int
) -> tuple[Change, date | None, float | None]:
    """Name a change: of the level if the mean since then is clearly not zero, else of the noise alone.

    A large step passes both detectors, so their order does not tell.
    """
    since = _since(reference, new)
    if since is not None and since > raised:  # the alarm was about something earlier
        since = _since(reference, new[: raised + 1])
    if since is None:
        return "noise", None, None
    after = new[since:]
    shift = float(np.mean(after))
    if abs(shift) <= CLEAR_STANDARD_ERRORS * float(np.std(after, ddof=1)) / np.sqrt(len(after)):
        return "noise", None, None
    return ("rise" if shift > 0 else "fall"), days[since], shift


def _since(reference: Values, new: Values) -> int | None:
    """Search the newest reference days too, so that a change on the first new day is found; index into `new`."""
    before = reference[-_CHANGE_POINT_REFERENCE_DAYS:]
    split = last_change(np.concatenate([before, new]))
    return None if split is None else min(max(split - len(before), 0), len(new) - 2)


def _raised_on(days: Sequence[date], *tracks: Track) -> date | None:
    alarms = [track.first_alarm for track in tracks if track.first_alarm is not None]
    return days[min(alarms)] if alarms else None
