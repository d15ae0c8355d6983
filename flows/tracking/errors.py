"""Sorts MLflow's errors into what is absent and what failed."""

from collections.abc import Iterator
from contextlib import contextmanager

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import ErrorCode

from flows.errors import CurableError


def _code(name: str) -> str:
    return str(ErrorCode.Name(ErrorCode.Value(name)))


NOT_FOUND_CODES = {_code("RESOURCE_DOES_NOT_EXIST"), _code("NOT_FOUND")}
INVALID_CODE = _code("INVALID_PARAMETER_VALUE")  # for a model without this alias, and for a version that is no number
ALREADY_EXISTS_CODE = _code("RESOURCE_ALREADY_EXISTS")


def is_absent(error: MlflowException) -> bool:
    """Return whether MLflow says that the entity does not exist, or that its name cannot exist."""
    return error.error_code in NOT_FOUND_CODES | {INVALID_CODE}


class RegistryError(CurableError):
    """The registry lacks what was requested, or holds a file other than the one stored."""


class MlflowUnavailableError(CurableError):
    """MLflow does not answer."""


def is_not_found(error: MlflowException) -> bool:
    """Return whether MLflow says that the entity does not exist."""
    return error.error_code in NOT_FOUND_CODES


@contextmanager
def reachable(url: str) -> Iterator[None]:
    """Turn a failed call into one sentence. Raises MlflowUnavailableError."""
    try:
        yield
    except MlflowException as error:
        raise MlflowUnavailableError(f"MLflow at {url} does not answer: is `make up` running?") from error


@contextmanager
def absent_ignored() -> Iterator[None]:
    """Ignore that a version or run no longer exists, or was deleted and cannot be changed."""
    try:
        yield
    except MlflowException as error:
        if not is_absent(error):
            raise
