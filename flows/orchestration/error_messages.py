"""Turns an outage of a server or disk into one sentence with the cure. Knows the libraries' error classes."""

import sys
from collections.abc import Iterator
from typing import cast

from flows.settings import Settings

TRY_AGAIN = "then run this again"
MAX_DETAIL_CHARS = 300
ERROR_CLASSES = {
    "mlflow": ("mlflow.exceptions", "MlflowException"),
    "s3": ("botocore.exceptions", "BotoCoreError"),
    "s3 answer": ("botocore.exceptions", "ClientError"),
    "web": ("aiohttp", "ClientError"),
    "time": ("fsspec.exceptions", "FSTimeoutError"),
}


def outage_types() -> tuple[type[Exception], ...]:
    """Return the error classes for outages of servers and disks. Does not import a library that is not classes yet."""
    classes = (_loaded_class(*where) for where in ERROR_CLASSES.values())
    return (OSError, *(kind for kind in classes if kind))


def outage_message(error: Exception, settings: Settings) -> str:
    """Describe an error of `outages()`: which server, what is wrong with it, and the cure."""
    chain = list(_chain(error))
    if _contains(chain, "mlflow") or _comes_from("requests", chain):
        return _mlflow_message(chain, settings.mlflow_url)
    if _contains(chain, "s3") or _contains(chain, "s3 answer"):
        return _s3_message(chain, settings.aws_endpoint_url or "Amazon's address")
    if _contains(chain, "web") or _contains(chain, "time"):
        return _source_message(chain)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}. See to the rights and the space on this disk, {TRY_AGAIN}."
    return f"{_detail(error)}: see to it, {TRY_AGAIN}."


def _mlflow_message(chain: list[BaseException], url: str) -> str:
    if any(isinstance(link, ConnectionError) for link in chain) or _has_class_named(
        chain, "ConnectionError", "Timeout"
    ):
        return f"MLflow at {url} does not answer: start it (`make up`) or correct MLFLOW_TRACKING_URI, {TRY_AGAIN}."
    return f"MLflow at {url} could not do it: {_detail(chain[0])}. Look at its log and at its storage, {TRY_AGAIN}."


def _s3_message(chain: list[BaseException], url: str) -> str:
    if any(isinstance(link, PermissionError) for link in chain) or _has_class_named(chain, "NoCredentialsError"):
        return (
            f"S3 at {url} refuses the keys: correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or grant them the "
            f"rights that docs/compose.md lists (s3:ListBucket, too), {TRY_AGAIN}."
        )
    if _contains(chain, "s3 answer"):
        return f"S3 at {url} could not do it: {_detail(chain[0])}. Look at its log, {TRY_AGAIN}."
    return f"S3 at {url} does not answer: start it or correct AWS_ENDPOINT_URL, {TRY_AGAIN}."


def _source_message(chain: list[BaseException]) -> str:
    status = next((found for link in chain if (found := getattr(link, "status", None))), None)
    if status:
        return f"The server of the source answers with status {status}: see to it, {TRY_AGAIN}."
    if _has_class_named(chain, "ClientPayloadError"):
        return f"The server of the source broke off in the middle: see to it and to the network, {TRY_AGAIN}."
    return f"The server of the source does not answer: check the address (`SOURCE=…`) and the network, {TRY_AGAIN}."


def _loaded_class(module: str, name: str) -> type[Exception] | None:
    return cast("type[Exception] | None", getattr(sys.modules.get(module), name, None))


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _contains(chain: list[BaseException], kind: str) -> bool:
    error_class = _loaded_class(*ERROR_CLASSES[kind])
    return error_class is not None and any(isinstance(link, error_class) for link in chain)


def _comes_from(library: str, chain: list[BaseException]) -> bool:
    return any(type(link).__module__.partition(".")[0] == library for link in chain)


def _has_class_named(chain: list[BaseException], *names: str) -> bool:
    """Return whether a class of the chain, or one of its base classes, has one of the names."""
    return any(of.__name__ in names for link in chain for of in type(link).__mro__)


def _detail(error: BaseException) -> str:
    return " ".join(str(error).split())[:MAX_DETAIL_CHARS].rstrip(". ") or type(error).__name__
