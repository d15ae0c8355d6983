"""The options of the data step: a frozen form, each field bounded. Reads nothing."""

from datetime import date
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, model_validator

from domain.calendar import CalendarRule, Event, WeekStart
from domain.calendar.fit import NO_COUNTRY, Choices
from domain.calendar.rule import MAX_EVENTS, Hemisphere
from domain.dialect.dates import DateOrder
from domain.dialect.numbers import Decimal
from flows.parameters import FlowParameters

SplitMethod = Literal["stable", "random", "chronological"]
Aggregate = Literal["none", "sum", "mean", "last", "keep"]
OutlierRule = Literal["by_kind", "iqr", "none"]


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"no such time zone: {name}; write it as Europe/Madrid or America/Los_Angeles")
    return name


def _known_country(code: str | None) -> str | None:
    if code not in (None, NO_COUNTRY):
        CalendarRule(country=code)
    return code


class Options(FlowParameters):
    """How a file is read, checked, split and filtered. Shares are fractions of 1."""

    split: SplitMethod = Field(
        "stable",
        description="stable: by date, a day never changes side as data grows; "
        "random: the rows of scikit-learn's train_test_split; chronological: the last days are the test.",
    )
    test_size: float = Field(0.3, gt=0, lt=1, description="Share of the data that goes to the test set.")
    seed: int = Field(42, ge=0, lt=2**32, description="Seed of the stable and of the random split.")
    date_column: str = Field("", max_length=200, description="The column of days; empty: found by name and content.")
    sales_column: str = Field(
        "",
        max_length=200,
        description="The column of units sold; *: each row is one unit; empty: found by name and content.",
    )
    sheet: str = Field(
        "", max_length=200, description="The sheet of a workbook or the file of an archive; empty: the only table."
    )
    days_in_columns: bool = Field(
        False, description="The table has a column a day: it is turned, and sales_column names one of its rows."
    )
    date_order: DateOrder = Field(
        "auto",
        description="Order of day and month (and year) in dates such as 03/04/2024; auto: as the file decides.",
    )
    decimal: Decimal = Field(
        "auto", description="Decimal mark in Sales; the other mark then groups thousands. auto: as the file decides."
    )
    weekday_base: Literal[0, 1] = Field(1, description="The lowest number of DayOfWeek: 1 to 7, or 0 to 6.")
    week_starts: WeekStart = Field(
        "auto",
        description="The weekday that has the lowest number; auto: Monday, and an error if another one fits all rows.",
    )
    derive_from_date: bool = Field(
        False, description="Take DayOfWeek and Season from Date instead of the file; Holiday stays the file's."
    )
    hemisphere: Hemisphere | None = Field(None, description="Whose seasons Date gives; found in the file if empty.")
    holidays_country: Annotated[str | None, AfterValidator(_known_country)] = Field(
        None,
        description="Country whose public holidays count, ISO 3166 code, or none; "
        "found in the file if empty, US where the file has no column Holiday.",
    )
    holidays_subdivision: str | None = Field(None, description="State or region of that country, ISO 3166-2.")
    sundays_are_holidays: bool | None = Field(
        None, description="Whether Sundays count as holidays; found in the file if empty."
    )
    events: tuple[Event, ...] = Field(
        (), max_length=MAX_EVENTS, description="Dates of your own that count as holidays: sale events, launches."
    )
    aggregate: Aggregate = Field(
        "none",
        description="Several rows a date: none refuses them unless all but one are returns, sum and mean make one "
        "row of them, last takes the last one in the file, keep leaves them.",
    )
    missing_days: Literal["unknown", "zero"] = Field(
        "unknown", description="What a day without a row means: nothing is known of it, or nothing was sold."
    )
    max_bad_rows: float = Field(0.02, ge=0, le=1, description="Share of quarantined rows above which the run fails.")
    outliers: OutlierRule = Field(
        "by_kind",
        description="by_kind: a day is held against days of its kind and time; iqr: a row against all Sales; "
        "none: nothing is left out.",
    )
    max_outliers: float = Field(
        0.05, ge=0, le=1, description="Share of train removed as outliers above which the run fails."
    )
    iqr_factor: float = Field(
        1.5,
        gt=0,
        le=1e6,
        description="With outliers=iqr: rows of train further than this many IQR from the quartiles are outliers.",
    )
    earliest: date = Field(date(2000, 1, 1), description="Dates before this one are out of range.")
    today: date | None = Field(
        None, description="Dates after this one are in the future, and refused; none: the future is not checked."
    )
    min_rows: int = Field(30, ge=5, description="Fewest rows, after checking, that are worth a model.")
    time_zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        "America/Los_Angeles", description="Time zone of the days; those of Steam are Pacific."
    )
    max_lost_days: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Share of the current version's days that may be missing in a new one of its kind.",
    )

    @model_validator(mode="after")
    def _known_region(self) -> Self:
        if self.holidays_subdivision:
            CalendarRule(country=self.choices.country or "US", subdivision=self.holidays_subdivision)
        return self

    @property
    def choices(self) -> Choices:
        """What these options say of the calendar rule."""
        return Choices(
            self.holidays_country,
            self.holidays_subdivision,
            self.hemisphere,
            self.sundays_are_holidays,
            self.events,
        )

    @classmethod
    def of_version(cls, stored: dict[str, Any]) -> Self:
        """Return the options of an earlier version of the data; one made before a rule could be chosen used iqr."""
        return cls.model_validate({"outliers": "iqr"} | stored)
