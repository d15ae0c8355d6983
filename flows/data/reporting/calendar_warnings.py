"""What a person should know of the calendar rule of accepted data. Works on cells, never on rows."""

from collections.abc import Iterable

import polars as pl

from domain.calendar.codes import season_of
from domain.calendar.fit import Found
from flows.data.options import Options
from flows.data.reporting.report import Notice
from flows.data.schema import INPUTS
from flows.data.table import ParsedTable

MAX_EXAMPLES = 10
MAX_NAMED_COUNTRIES = 5
_AS_GIVEN = "; it is taken as the file gives it (derive_from_date takes it from Date)."


def calendar_warnings(parsed: ParsedTable, calendar: Found, options: Options) -> tuple[Notice, ...]:
    """Return where the columns of the file disagree with its rule, and what was decided without them."""
    return (
        *_derived(parsed, calendar, options),
        *_weekdays(parsed),
        *_seasons(parsed, calendar.fit.rule.hemisphere),
        *_holidays(parsed, calendar),
        *_as_good(calendar, options),
        *_events(options),
    )


def _notice(code: str, count: int, message: str, examples: Iterable[object] = ()) -> list[Notice]:
    return [Notice(code=code, count=count, message=message, examples=tuple(map(str, examples)))]


def _derived(parsed: ParsedTable, calendar: Found, options: Options) -> list[Notice]:
    lacking = [name for name in INPUTS if name not in parsed.present]
    choose = "" if options.holidays_country else "; set holidays_country if it is sold elsewhere"
    choose = choose if "Holiday" in lacking else ""
    message = f"Taken from Date: {', '.join(lacking)} ({calendar.fit.rule}{choose})."
    return _notice("inputs_from_date", len(lacking), message)


def _weekdays(parsed: ParsedTable) -> list[Notice]:
    if "DayOfWeek" not in parsed.present:
        return []
    wrong = parsed.cells.filter(pl.col("Date").dt.weekday() != pl.col("DayOfWeek"))
    message = f"DayOfWeek disagrees with the calendar in {_of(wrong, parsed)}{_shift(wrong)}{_AS_GIVEN}"
    return _notice("weekday_against_calendar", int(wrong["n"].sum()), message, _days(wrong))


def _shift(wrong: pl.DataFrame) -> str:
    ahead = wrong.select((pl.col("DayOfWeek") - pl.col("Date").dt.weekday()) % 7).to_series().unique()
    return f", by {ahead[0]} day{'s' * (ahead[0] > 1)} in each" if ahead.len() == 1 else ""


def _seasons(parsed: ParsedTable, hemisphere: str) -> list[Notice]:
    if "Season" not in parsed.present:
        return []
    seasons = {month: season_of(month, hemisphere) for month in range(1, 13)}
    season = pl.col("Date").dt.month().replace_strict(seasons, return_dtype=pl.Int8)
    wrong = parsed.cells.filter(season != pl.col("Season"))
    message = (
        f"Season disagrees with the calendar of the {hemisphere} in {_of(wrong, parsed)}: "
        f"1 is summer, 2 autumn, 3 winter, 4 spring{_AS_GIVEN}"
    )
    return _notice("season_against_calendar", int(wrong["n"].sum()), message, _days(wrong))


def _holidays(parsed: ParsedTable, calendar: Found) -> list[Notice]:
    unknown = calendar.unknown_holidays
    message = (
        f"{len(unknown)} holidays of the file are none by its calendar ({calendar.fit.rule}): list dates of your own "
        "in options.events, those to come too, or a Date is answered without them."
    )
    share = calendar.fit.followed.get("Holiday", 1.0)
    disagree = f"Holiday agrees with its calendar ({calendar.fit.rule}) on {share:.1%} of the days only."
    wrong = round((1 - share) * parsed.cells["Date"].n_unique())
    return [
        *_notice("holidays_of_no_calendar", len(unknown), message, unknown[:MAX_EXAMPLES]),
        *_notice("holiday_against_calendar", 0 if unknown else wrong, disagree),
    ]


def _as_good(calendar: Found, options: Options) -> list[Notice]:
    if options.holidays_country or not calendar.as_good:
        return []
    others = ", ".join(calendar.as_good[:MAX_NAMED_COUNTRIES])
    message = f"Holidays are those of {calendar.fit.rule.country}, and of {others} too: set holidays_country."
    return _notice("country_not_decided", len(calendar.as_good), message)


def _events(options: Options) -> list[Notice]:
    message = f"{len(options.events)} events of your own count as holidays, in training and for a Date."
    return _notice("own_events", len(options.events), message, [event.start for event in options.events[:MAX_EXAMPLES]])


def _of(some: pl.DataFrame, parsed: ParsedTable) -> str:
    return f"{some['n'].sum():,} of {parsed.rows_kept:,} rows"


def _days(cells: pl.DataFrame) -> pl.Series:
    return cells["Date"].unique().sort().head(MAX_EXAMPLES)
