"""The calendar rule as data: which days are holidays, whose seasons they fall in. Knows no date's codes."""

from datetime import date
from typing import Annotated, Literal, NamedTuple, Self

from holidays import list_supported_countries
from pydantic import BaseModel, ConfigDict, Field, model_validator

Hemisphere = Literal["north", "south"]
Weekday = Annotated[int, Field(ge=1, le=7)]
SUNDAY = 7
MAX_EVENTS = 1_000
MAX_EVENT_DAYS = 400


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Event(_Frozen):
    """Days of the user's own that count as holidays: a sale event, a launch."""

    start: date = Field(description="first day")
    end: date | None = Field(None, description="last day; the first day if left out")
    name: str = Field("", max_length=100, description="shown beside a forecast")

    @property
    def last(self) -> date:
        """The last day."""
        return self.end or self.start

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 <= (self.last - self.start).days < MAX_EVENT_DAYS:
            raise ValueError(f"an event ends on its first day or later, and lasts at most {MAX_EVENT_DAYS} days")
        return self


class CalendarRule(_Frozen):
    """What turns a date into weekday, season and holiday. The weekday is always that of ISO 8601."""

    country: str | None = Field("US", description="country whose public holidays count, ISO 3166; null: none count")
    subdivision: str | None = Field(None, description="state or region, ISO 3166-2 without the country")
    hemisphere: Hemisphere = Field("north", description="whose seasons; they turn on the 1st of Mar, Jun, Sep, Dec")
    weekly: tuple[Weekday, ...] = Field((SUNDAY,), description="weekdays that always count as holidays, 7 = Sunday")
    events: tuple[Event, ...] = Field((), max_length=MAX_EVENTS, description="days of the user's own that count")

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = list_supported_countries(include_aliases=False)
        if self.country is not None and self.country not in known:
            raise ValueError(f"no such country: {self.country}; write its ISO 3166 code, for example US or ES")
        if self.subdivision and self.subdivision not in known.get(self.country or "", ()):
            raise ValueError(f"no such subdivision of {self.country}: {self.subdivision}")
        return self

    def __str__(self) -> str:
        """The rule in words."""
        place = f"{self.country}-{self.subdivision}" if self.subdivision else self.country
        holidays = [f"public holidays of {place}"] if place else []
        holidays += [f"each {_NAMES[day - 1]}" for day in sorted(set(self.weekly))]
        holidays += [f"{len(self.events)} dates of your own"] if self.events else []
        return f"{' and '.join(holidays) or 'no holidays'}, seasons of the {self.hemisphere}"


_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class CalendarFit(_Frozen):
    """A rule, where it comes from, and how well the data follows it."""

    rule: CalendarRule
    origin: Literal["file", "options", "default"] = Field(
        description="file: found in the file's own columns; options: set by hand; default: neither"
    )
    followed: dict[str, float] = Field(
        default_factory=dict, description="share of days, 0 to 1, on which a column of the file agrees with the rule"
    )
    warning: str | None = Field(None, description="why answers by date may not be those of the data, if they may not")


class CalendarInForce(CalendarFit):
    """The rule that answers a `Date`."""

    overridden: tuple[str, ...] = Field((), description="settings of the API that replace a part of the model's rule")


class Overrides(NamedTuple):
    """Settings of the API that go before a model's rule; None leaves it to the model."""

    country: str | None = None
    hemisphere: Hemisphere | None = None
    sundays: bool | None = None


def in_force(fit: CalendarFit | None, overrides: Overrides = Overrides()) -> CalendarInForce:  # noqa: B008 - immutable
    """Return the rule to answer by; a model without one goes on with that of earlier releases: US, north, Sundays."""
    fit = fit or CalendarFit(rule=CalendarRule(), origin="default")
    rule = fit.rule
    changes: dict[str, dict[str, object]] = {}
    if overrides.country is not None:
        changes["HOLIDAYS_COUNTRY"] = {"country": overrides.country, "subdivision": None}
    if overrides.hemisphere is not None:
        changes["HEMISPHERE"] = {"hemisphere": overrides.hemisphere}
    if overrides.sundays is not None:
        others = tuple(day for day in rule.weekly if day != SUNDAY)
        changes["SUNDAYS_ARE_HOLIDAYS"] = {"weekly": (*others, SUNDAY) if overrides.sundays else others}
    for change in changes.values():
        rule = rule.model_copy(update=change)
    told = fit.model_dump() | {"rule": rule.model_dump(), "overridden": tuple(changes)}
    return CalendarInForce.model_validate(told)
