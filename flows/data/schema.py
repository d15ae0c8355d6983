"""The schema of a row that is fit for training. Knows no file, no text and no option."""

import dataframely as dy

COLUMNS = ("Date", "DayOfWeek", "Season", "Holiday", "Sales")
INPUTS = ("DayOfWeek", "Season", "Holiday")
POSSIBLE_INPUTS = 7 * 4 * 2


class Day(dy.Schema):
    """A row fit for training: `Sales` in units, codes as in the product's page (1 = Monday, 1 = summer).

    `Sales` may be 0, and below 0 where more was given back than sold.
    """

    Date = dy.Date(nullable=False)
    DayOfWeek = dy.Int8(nullable=False, min=1, max=7)
    Season = dy.Int8(nullable=False, min=1, max=4)
    Holiday = dy.Int8(nullable=False, min=0, max=1)
    Sales = dy.Float64(nullable=False, min=-1e12, max=1e12)
