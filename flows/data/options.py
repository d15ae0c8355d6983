"""What a person may ask of the data step: a frozen form, each field bounded; reads nothing."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Split = Literal["stable", "random", "chronological"]
Aggregate = Literal["none", "sum", "mean", "keep"]
DateOrder = Literal["auto", "day_first", "month_first"]
Decimal = Literal["auto", "point", "comma"]
Hemisphere = Literal["north", "south"]


class Options(BaseModel):
    """How a file is read, checked, split and filtered. Shares are fractions of 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    split: Split = Field(
        "stable",
        description="stable: by date, a day never changes side as data grows; "
        "random: the rows of scikit-learn's train_test_split; chronological: the last days are the test.",
    )
    test_size: float = Field(0.3, gt=0, lt=1, description="Share of the data that goes to the test set.")
    seed: int = Field(42, ge=0, lt=2**32, description="Seed of the stable and of the random split.")
    date_order: DateOrder = Field(
        "auto", description="Order of day and month in dates such as 03/04/2024; auto: as the file decides."
    )
    decimal: Decimal = Field(
        "auto", description="Decimal mark in Sales; the other mark then groups thousands. auto: as the file decides."
    )
    weekday_base: Literal[0, 1] = Field(
        1, description="1: DayOfWeek is 1 (Monday) to 7 (Sunday); 0: it is 0 (Monday) to 6 (Sunday)."
    )
    derive_from_date: bool = Field(
        False, description="Take DayOfWeek and Season from Date instead of the file; Holiday stays the file's."
    )
    hemisphere: Hemisphere = Field("north", description="Whose seasons Date is held against, or gives.")
    aggregate: Aggregate = Field(
        "none",
        description="Several rows a date: none refuses them, sum and mean make one row of them, keep leaves them.",
    )
    max_bad_rows: float = Field(0.02, ge=0, le=1, description="Share of quarantined rows above which the run fails.")
    max_outliers: float = Field(
        0.05, ge=0, le=1, description="Share of train removed as outliers above which the run fails."
    )
    iqr_factor: float = Field(
        1.5, gt=0, le=100, description="Rows of train further than this many IQR from the quartiles are outliers."
    )
    earliest: date = Field(date(2000, 1, 1), description="Dates before this one are out of range.")
    today: date | None = Field(
        None, description="Dates after this one are in the future, and refused; none: the future is not checked."
    )
    min_rows: int = Field(30, ge=5, description="Fewest rows, after checking, that are worth a model.")
