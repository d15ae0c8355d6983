"""The clock of predictions: no two have the same time; knows no database."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import time_ns

_log = logging.getLogger(__name__)
_MICROSECONDS_A_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """Times of predictions, strictly ascending; use one clock for a process.

    If the system's clock is set back, this one continues from its last time, a microsecond for each prediction, until
    the system's has caught up. So ids stay in the order of creation (RFC 9562, section 6.2).
    """

    def __init__(self, system: Callable[[], int] = time_ns) -> None:
        """`system` returns nanoseconds since 1970."""
        self._system = system
        self._last = 0
        self._set_back = False
        self._second = 0
        self._text = ""

    def now(self) -> tuple[int, str]:
        """Microseconds since 1970, and the same as text, as `PendingRecord` has it."""
        moment = self._system() // 1000
        if moment <= self._last:
            self._warn_if_set_back(self._last - moment)
            moment = self._last + 1
        second, rest = divmod(moment, _MICROSECONDS_A_SECOND)
        if rest == 0:  # elsewhere it would be written without its zeros
            moment, rest = moment + 1, 1
        if second != self._second:
            self._second, self._text = second, datetime.fromtimestamp(second, UTC).isoformat()[:-6]
        self._last = moment
        return moment, f"{self._text}.{rest:06d}Z"

    def utc_now(self) -> datetime:
        """Return the time in UTC."""
        return _EPOCH + timedelta(microseconds=self.now()[0])

    def _warn_if_set_back(self, behind: int) -> None:
        if behind > _MICROSECONDS_A_SECOND and not self._set_back:
            text = "the clock was set back by %d s: predictions carry the moment before that, until it has caught up"
            _log.warning(f"{text} or the service is restarted", behind // _MICROSECONDS_A_SECOND)
        self._set_back = behind > _MICROSECONDS_A_SECOND
