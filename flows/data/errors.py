"""The one error of this package; knows nothing of what raises or shows it."""


class DataError(ValueError):
    """A fault of the file: one sentence that names the column, the row and the cure."""
