"""The one error of this package; knows nothing of what raises or shows it."""


class SearchError(ValueError):
    """The grid or the table is not one that can be searched; one sentence that names what and why."""
