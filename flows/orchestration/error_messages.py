"""The sentence for a server that does not answer, or refuses. Knows the libraries' errors, not what was asked."""

import sys
from collections.abc import Iterator
from typing import cast

from flows.settings import Settings

AGAIN = "then run this again"
WORDS_LIMIT = 300
KINDS = {
    "mlflow": ("mlflow.exceptions", "MlflowException"),
    "s3": ("botocore.exceptions", "BotoCoreError"),
    "s3 answer": ("botocore.exceptions", "ClientError"),
    "web": ("aiohttp", "ClientError"),
    "time": ("fsspec.exceptions", "FSTimeoutError"),
}


def outages() -> tuple[type[Exception], ...]:
    """What libraries raise for a server's or a disk's fault; of those alone that are loaded, which takes seconds."""
    loaded = (_class(*where) for where in KINDS.values())
    return (OSError, *(kind for kind in loaded if kind))


def sentence(error: Exception, settings: Settings) -> str:
    """What to tell a person of one of `outages()`: which server, what is wrong with it, and the cure."""
    chain = list(_chain(error))
    if _any(chain, "mlflow") or _from("requests", chain):
        return _mlflow(chain, settings.mlflow_url)
    if _any(chain, "s3") or _any(chain, "s3 answer"):
        return _s3(chain, settings.aws_endpoint_url or "Amazon's address")
    if _any(chain, "web") or _any(chain, "time"):
        return _web(chain)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}. See to the rights and the space on this disk, {AGAIN}."
    return f"{_words(error)}: see to it, {AGAIN}."


def _mlflow(chain: list[BaseException], url: str) -> str:
    if any(isinstance(link, ConnectionError) for link in chain) or _named(chain, "ConnectionError", "Timeout"):
        return f"MLflow at {url} does not answer: start it (`make up`) or correct MLFLOW_TRACKING_URI, {AGAIN}."
    return f"MLflow at {url} could not do it: {_words(chain[0])}. Look at its log and at its storage, {AGAIN}."


def _s3(chain: list[BaseException], url: str) -> str:
    if any(isinstance(link, PermissionError) for link in chain) or _named(chain, "NoCredentialsError"):
        return f"S3 at {url} refuses the keys: correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, {AGAIN}."
    if _any(chain, "s3 answer"):
        return f"S3 at {url} could not do it: {_words(chain[0])}. Look at its log, {AGAIN}."
    return f"S3 at {url} does not answer: start it or correct AWS_ENDPOINT_URL, {AGAIN}."


def _web(chain: list[BaseException]) -> str:
    status = next((found for link in chain if (found := getattr(link, "status", None))), None)
    if status:
        return f"The server of the source answers with status {status}: see to it, {AGAIN}."
    if _named(chain, "ClientPayloadError"):
        return f"The server of the source broke off in the middle: see to it and to the network, {AGAIN}."
    return f"The server of the source does not answer: check the address (`SOURCE=…`) and the network, {AGAIN}."


def _class(module: str, name: str) -> type[Exception] | None:
    return cast("type[Exception] | None", getattr(sys.modules.get(module), name, None))


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _any(chain: list[BaseException], kind: str) -> bool:
    wanted = _class(*KINDS[kind])
    return wanted is not None and any(isinstance(link, wanted) for link in chain)


def _from(library: str, chain: list[BaseException]) -> bool:
    return any(type(link).__module__.partition(".")[0] == library for link in chain)


def _named(chain: list[BaseException], *names: str) -> bool:
    """Whether a class of the chain, or one it derives from, has one of the names."""
    return any(of.__name__ in names for link in chain for of in type(link).__mro__)


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:WORDS_LIMIT].rstrip(". ") or type(error).__name__
