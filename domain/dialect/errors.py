"""The one error of a table that cannot be used. Depends on nothing."""


class DataError(ValueError):
    """A fault of the table: one sentence that says what is wrong, where, and the cure.

    `columns` are the columns of the table, if its header was read.
    """

    columns: tuple[str, ...] = ()
