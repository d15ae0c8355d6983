"""Spreads a search over a Dask cluster. Knows Dask, nothing of what is searched."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import distributions
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

from flows.errors import CurableError
from flows.search.executor import Spread, here

if TYPE_CHECKING:
    from distributed import Client

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")

PATIENCE_SECONDS = 10
LIBRARIES = ("numpy", "pandas", "scikit-learn")


class ClusterError(CurableError):
    """The cluster cannot be used; the message says what to do."""


@contextmanager
def spreading(address: str | None, patience: float = PATIENCE_SECONDS) -> Iterator[Spread]:
    """Where to compute: on the cluster of the Dask scheduler at `address`, in this process where it is None.

    A scheduler, and then its first worker, is waited for `patience` seconds.

    Raises:
        ClusterError: Dask is not installed, no scheduler or worker answers, or they are other than this.
    """
    if address is None:
        yield here
        return
    with _connected(address, patience) as client:
        _check(client, address, patience)
        yield _by(client)


def _connected(address: str, patience: float) -> "Client":
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError("DASK_SCHEDULER is set, but Dask is not installed: install the extra `scale`.") from error
    try:
        return Client(address, timeout=patience, set_as_default=False)  # type: ignore[no-untyped-call]  # untyped
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"No Dask scheduler answers at {address}: start one with `PYTHONPATH=. dask scheduler` in the "
            "project's folder, or unset DASK_SCHEDULER to search on one machine."
        ) from error


def _check(client: "Client", address: str, patience: float) -> None:
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError as error:
        raise ClusterError(
            f"The Dask scheduler at {address} has no workers: start `dask worker {address}` in the "
            "project's folder, with PYTHONPATH=. before it."
        ) from error
    # the scheduler reads what it hands on
    if client.run_on_scheduler(find_spec, "flows") is None:  # type: ignore[no-untyped-call]  # untyped
        raise _stranger("The Dask scheduler", "scheduler")
    if None in client.run(find_spec, "flows").values():
        raise _stranger("A Dask worker", f"worker {address}")
    ours = versions()
    for worker, theirs in client.run(versions).items():
        if theirs != ours:
            raise ClusterError(f"The Dask worker {worker} has {theirs}, this process {ours}: install the same.")


def _stranger(who: str, words: str) -> ClusterError:
    return ClusterError(
        f"{who} cannot import the project: start it by `PYTHONPATH=. dask {words}` in the project's folder, "
        "with the extras `flows` and `scale` installed."
    )


def versions() -> dict[str, str | None]:
    """Of the libraries that a score depends on, to the last bit; None for one that is not there."""
    return {name: next((found.version for found in distributions(name=name)), None) for name in LIBRARIES}


def _by(client: "Client") -> Spread:
    def spread(function: Callable[[S, T], R], shared: S, items: Sequence[T]) -> Iterator[R]:
        everywhere = client.scatter(shared, broadcast=True, hash=False)  # type: ignore[no-untyped-call]  # untyped
        # not pure: equal work by name is not looked up, it is done
        futures = [client.submit(function, everywhere, item, pure=False) for item in items]
        while futures:
            yield futures.pop(0).result()

    return spread
