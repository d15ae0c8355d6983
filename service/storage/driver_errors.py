"""Translates the errors of database drivers; knows no statement."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.errors import AlreadyStoredError, HistoryUnavailableError


@contextmanager
def translate_driver_errors(*more: type[Exception]) -> Iterator[None]:
    """Raise HistoryUnavailableError or AlreadyStoredError for what a driver raises, `more` included."""
    kinds: tuple[type[Exception], ...] = (DBAPIError, PoolTimeoutError, OSError, *more)
    try:
        yield
    except kinds as error:
        cause = getattr(error, "orig", None) or error
        if isinstance(error, IntegrityError):
            raise AlreadyStoredError(str(cause)) from error
        raise HistoryUnavailableError(f"{type(cause).__name__}: {cause}") from error
