"""The one error of this package; knows nothing of what raises or shows it."""

from domain.dialect.errors import DataError

__all__ = ["DataError"]
