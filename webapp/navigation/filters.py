"""Which predictions a reader of *Registro* looks for, as it stands in the address. Knows no Gradio, no HTTP library."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from urllib.parse import parse_qs, urlencode

_FIRST, _LAST = date(1970, 1, 2), date(2199, 12, 30)


@dataclass(frozen=True)
class Filters:
    """None where it does not matter; both days are inside."""

    since: date | None = None
    until: date | None = None
    weekday: int | None = None
    season: int | None = None
    holiday: int | None = None
    version: str | None = None

    def __bool__(self) -> bool:
        """Whether anything is filtered."""
        return self != Filters()

    @property
    def address(self) -> str:
        """The part of an address after the question mark, "" where nothing is filtered."""
        return urlencode({name: value for name, value in vars(self).items() if value is not None})

    def params(self, zone: tzinfo) -> dict[str, str]:
        """What the API is asked, where days begin and end as the clock in `zone` shows it."""
        asked = {
            "since": self.since and _midnight(self.since, zone),
            "until": self.until and _midnight(self.until + timedelta(days=1), zone),
            "DayOfWeek": self.weekday,
            "Season": self.season,
            "Holiday": self.holiday,
            "model_version": self.version,
        }
        return {name: str(value) for name, value in asked.items() if value is not None}


def parse(search: str | None) -> Filters:
    """Read what stands in an address; what makes no sense there is as if it were left out."""
    given = {name: values[-1].strip() for name, values in parse_qs((search or "").removeprefix("?")).items()}
    return Filters(
        since=_day(given.get("since")),
        until=_day(given.get("until")),
        weekday=_code(given.get("weekday"), range(1, 8)),
        season=_code(given.get("season"), range(1, 5)),
        holiday=_code(given.get("holiday"), range(2)),
        version=given.get("version", "")[:32] or None,
    )


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None


def _code(text: str | None, codes: Iterable[int]) -> int | None:
    return next((code for code in codes if str(code) == text), None)


def _midnight(day: date, zone: tzinfo) -> str:
    return datetime.combine(day, time(), zone).astimezone(UTC).isoformat().replace("+00:00", "Z")
