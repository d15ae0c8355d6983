"""Runs a search on a Dask cluster. Knows Dask, not what is searched."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import distributions
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

from flows.errors import CurableError
from flows.search.executor import Executor, run_locally

if TYPE_CHECKING:
    from distributed import Client

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")

CONNECT_TIMEOUT_SECONDS = 10
SCORING_LIBRARIES = ("numpy", "pandas", "scikit-learn")


class DaskClusterError(CurableError):
    """The cluster cannot be used."""


@contextmanager
def open_executor(address: str | None, timeout: float = CONNECT_TIMEOUT_SECONDS) -> Iterator[Executor]:
    """Where to compute: on the cluster of the Dask scheduler at `address`, in this process where it is None.

    A scheduler, and then its first worker, is waited for `timeout` seconds.

    Raises:
        DaskClusterError: Dask is not installed, no scheduler or worker answers, or they are other than this.
    """
    if address is None:
        yield run_locally
        return
    with _connect(address, timeout) as client:
        _check_workers(client, address, timeout)
        yield _executor_on(client)


def _connect(address: str, timeout: float) -> "Client":
    try:
        from distributed import Client
    except ImportError as error:
        raise DaskClusterError(
            "DASK_SCHEDULER is set, but Dask is not installed: install the extra `scale`."
        ) from error
    try:
        return Client(address, timeout=timeout, set_as_default=False)  # type: ignore[no-untyped-call]  # untyped
    except (OSError, ValueError) as error:
        raise DaskClusterError(
            f"No Dask scheduler answers at {address}: start one with `PYTHONPATH=. dask scheduler` in the "
            "project's folder, or unset DASK_SCHEDULER to search on one machine."
        ) from error


def _check_workers(client: "Client", address: str, timeout: float) -> None:
    try:
        client.wait_for_workers(1, timeout=timeout)
    except TimeoutError as error:
        raise DaskClusterError(
            f"The Dask scheduler at {address} has no workers: start `dask worker {address}` in the "
            "project's folder, with PYTHONPATH=. before it."
        ) from error
    # the scheduler deserialises the tasks too
    if client.run_on_scheduler(find_spec, "flows") is None:  # type: ignore[no-untyped-call]  # untyped
        raise _project_missing("The Dask scheduler", "scheduler")
    if None in client.run(find_spec, "flows").values():
        raise _project_missing("A Dask worker", f"worker {address}")
    ours = library_versions()
    for worker, theirs in client.run(library_versions).items():
        if theirs != ours:
            raise DaskClusterError(f"The Dask worker {worker} has {theirs}, this process {ours}: install the same.")


def _project_missing(who: str, arguments: str) -> DaskClusterError:
    return DaskClusterError(
        f"{who} cannot import the project: start it by `PYTHONPATH=. dask {arguments}` in the project's folder, "
        "with the extras `flows` and `scale` installed."
    )


def library_versions() -> dict[str, str | None]:
    """Return the versions of the libraries that scores depend on to the last bit; None for a missing one."""
    return {name: next((found.version for found in distributions(name=name)), None) for name in SCORING_LIBRARIES}


def _executor_on(client: "Client") -> Executor:
    def run(function: Callable[[S, T], R], shared: S, items: Sequence[T]) -> Iterator[R]:
        shared_future = client.scatter(shared, broadcast=True, hash=False)  # type: ignore[no-untyped-call]  # untyped
        # not pure: Dask computes equal calls again instead of looking up their results
        futures = [client.submit(function, shared_future, item, pure=False) for item in items]
        while futures:
            yield futures.pop(0).result()

    return run
