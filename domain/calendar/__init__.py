"""One rule that turns a date into weekday, season and holiday, for training and serving alike. Needs `holidays`."""

from domain.calendar.codes import (
    ALL_CODES,
    FIRST_DATE,
    HOLIDAYS,
    LAST_DATE,
    SEASONS,
    WEEKDAYS,
    Calendar,
    Codes,
    calendar_of,
    season_of,
)
from domain.calendar.rule import CalendarFit, CalendarInForce, CalendarRule, Event, Overrides, in_force
from domain.calendar.week import WeekStart, iso_weekday

__all__ = [
    "ALL_CODES",
    "FIRST_DATE",
    "HOLIDAYS",
    "LAST_DATE",
    "SEASONS",
    "WEEKDAYS",
    "Calendar",
    "CalendarFit",
    "CalendarInForce",
    "CalendarRule",
    "Codes",
    "Event",
    "Overrides",
    "WeekStart",
    "calendar_of",
    "in_force",
    "iso_weekday",
    "season_of",
]
