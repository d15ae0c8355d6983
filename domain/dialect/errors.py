"""The one error of a table that cannot be used. Depends on nothing."""


class DataError(ValueError):
    """A fault of the table: one sentence that says what is wrong, where, and the cure."""
