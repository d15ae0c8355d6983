"""The error of this package."""


class SearchError(ValueError):
    """The grid or the table cannot be searched. The message is one sentence with the cause."""
