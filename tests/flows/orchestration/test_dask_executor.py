"""The search on a real Dask scheduler with two workers: the same bits, and plain words where it cannot be."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from distributed import Client
from mlflow.artifacts import download_artifacts

from flows.orchestration.dask_executor import DaskClusterError, open_executor
from flows.search import Executor
from flows.training.model_selection import select_best_candidate
from flows.training.training_data import Grid, TrainingConfig
from tests.flows.flow_environment import RETRAIN, FlowEnvironment
from tests.flows.search.grid_search_comparison import assert_same_forest, days
from tests.infra.launched import free_ports

ROOT = Path(__file__).parents[3]


@contextmanager
def process(folder: Path, *words: str, cwd: Path = ROOT) -> Iterator[subprocess.Popen[bytes]]:
    """A part of Dask, killed with all it started at the end."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "false"}
    with (folder / "dask.log").open("ab") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=cwd, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield running
    finally:
        with suppress(ProcessLookupError):  # it was killed before
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def scheduler(folder: Path, stack: ExitStack, cwd: Path = ROOT) -> str:
    """Address of a scheduler on loopback."""
    (port,) = free_ports(1)
    options = ("--host", "127.0.0.1", "--port", f"{port}", "--no-dashboard", "--no-show")
    stack.enter_context(process(folder, "distributed.cli.dask_scheduler", *options, cwd=cwd))
    return f"tcp://127.0.0.1:{port}"


def worker(address: str, folder: Path, stack: ExitStack, cwd: Path = ROOT) -> subprocess.Popen[bytes]:
    """A worker with two threads, to find what they share."""
    options = ("--host", "127.0.0.1", "--nthreads", "2", "--no-nanny", "--no-dashboard", "--memory-limit", "0")
    local = ("--local-directory", f"{folder / 'dask'}")
    return stack.enter_context(process(folder, "distributed.cli.dask_worker", address, *options, *local, cwd=cwd))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a scheduler with two workers."""
    folder = tmp_path_factory.mktemp("dask")
    with ExitStack() as stack:
        address = scheduler(folder, stack)
        for _ in range(2):
            worker(address, folder, stack)
        with Client(address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # it has no types
            client.wait_for_workers(2, timeout=60)
        yield address


@pytest.fixture(scope="module")
def executor(cluster: str) -> Iterator[Executor]:
    with open_executor(cluster) as executor:
        yield executor


FOREST: Grid = {"n_estimators": [7, 12], "max_depth": [None, 3], "min_samples_split": [2, 5]}


@pytest.mark.parametrize(
    ("config", "rows"),
    [
        (TrainingConfig(FOREST, 1), 255),
        (TrainingConfig(FOREST, 1), 5003),
        (TrainingConfig({"n_estimators": [3], "random_state": [1, 2], "max_features": [1, None]}, 1), 5003),
        (TrainingConfig({"n_estimators": [3], "criterion": ["poisson"]}, 1, ["forest", "linear"]), 255),
    ],
    ids=["rows", "cells", "families", "rivals"],
)
def test_a_cluster_finds_what_one_process_finds_bit_for_bit(
    executor: Executor, config: TrainingConfig, rows: int
) -> None:
    features, sales = days(rows)
    same_on_both(features, sales, config, executor)


def test_what_has_no_fast_way_is_the_same_on_a_cluster(executor: Executor) -> None:
    features, sales = days(255)
    config = TrainingConfig({"n_estimators": [3], "max_depth": [None, 2]}, 1)
    same_on_both(features.assign(Season=features["Season"].where(features.index != 3)), sales, config, executor)


def same_on_both(features: pd.DataFrame, sales: pd.Series, config: TrainingConfig, executor: Executor) -> None:
    shares: list[float] = []
    ours = select_best_candidate(features, sales, config)
    theirs = select_best_candidate(features, sales, config, lambda share, _: shares.append(share), executor)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) >= len(config.candidates)
    timeless = ours.table.columns.drop("fit_seconds")
    pd.testing.assert_frame_equal(ours.table[timeless], theirs.table[timeless], check_exact=True)
    np.testing.assert_array_equal(ours.out_of_fold, theirs.out_of_fold)
    np.testing.assert_array_equal(ours.model.predict(features), theirs.model.predict(features))
    assert ours.notes == theirs.notes
    if ours.candidate == "forest":
        assert_same_forest(theirs.model, ours.model)


def test_both_workers_work(executor: Executor) -> None:
    assert len(set(executor(whoami, None, range(40)))) == 2


def whoami(_shared: None, _item: int) -> int:
    """The process that computes."""
    return os.getpid()


@pytest.mark.timeout(900)
def test_the_flow_logs_the_same_scores_with_a_cluster_as_without(environment: FlowEnvironment, cluster: str) -> None:
    parameters = {"grid": FOREST, "seed": 5, "candidates": ["forest", "linear"]}
    before = work_of(cluster)
    assert environment.start(RETRAIN, parameters).result()[0] == "COMPLETED"
    alone = environment.newest()
    assert work_of(cluster) == before
    assert environment.start(RETRAIN, parameters, DASK_SCHEDULER=cluster).result()[0] == "COMPLETED"
    assert work_of(cluster) > before
    assert environment.newest() == alone + 1
    (scores, table), (spread_scores, spread_table) = (logged(environment, f"{alone + more}") for more in (0, 1))
    assert spread_scores == scores
    pd.testing.assert_frame_equal(spread_table, table, check_exact=True)


def work_of(cluster: str) -> int:
    """How many tasks a scheduler has seen."""
    with Client(cluster, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # it has no types
        return int(client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.transition_counter))


def logged(environment: FlowEnvironment, version: str) -> tuple[dict[str, float], pd.DataFrame]:
    """Metrics of a version's run, and the scores of every grid point, but for the seconds that they took."""
    stored = environment.registry.get(version)
    path = download_artifacts(
        run_id=stored.run_id, artifact_path="search/grid.csv", dst_path=f"{environment.folder}/{version}",
        tracking_uri=environment.mlflow_url,
    )  # fmt: skip
    return environment.registry.metrics(stored), pd.read_csv(path).drop(columns="fit_seconds")


def test_a_worker_that_dies_is_replaced_by_the_others(tmp_path: Path) -> None:
    features, sales = days(255)
    config = TrainingConfig(FOREST, 1)
    with ExitStack() as stack:
        address = scheduler(tmp_path, stack)
        mortal = worker(address, tmp_path, stack)
        worker(address, tmp_path, stack)
        with Client(address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # it has no types
            client.wait_for_workers(2, timeout=60)
        with open_executor(address) as executor:
            killed = select_best_candidate(features, sales, config, lambda _share, _words: mortal.kill(), executor)
        assert mortal.wait(30) == -signal.SIGKILL
    expected = select_best_candidate(features, sales, config).table
    np.testing.assert_array_equal(killed.table["mean"], expected["mean"])


def test_a_scheduler_that_does_not_answer_is_named() -> None:
    (port,) = free_ports(1)
    said = f"127.0.0.1:{port}: start one with `PYTHONPATH=. dask scheduler`"
    with pytest.raises(DaskClusterError, match=said), dead(port):
        pass


def dead(port: int) -> AbstractContextManager[Executor]:
    """A cluster where nobody listens."""
    return open_executor(f"tcp://127.0.0.1:{port}", timeout=1)


def test_a_scheduler_without_workers_and_a_worker_without_the_project_are_named(tmp_path: Path) -> None:
    with ExitStack() as stack:
        address = scheduler(tmp_path, stack)
        with Client(address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # untyped
            with pytest.raises(DaskClusterError, match="has no workers: start `dask worker"):
                stack.enter_context(open_executor(address, timeout=1))
            worker(address, tmp_path, stack, cwd=tmp_path)
            client.wait_for_workers(1, timeout=60)
        with pytest.raises(DaskClusterError, match="worker cannot import the project: start it by"):
            stack.enter_context(open_executor(address))


def test_a_scheduler_without_the_project_is_named(tmp_path: Path) -> None:
    with ExitStack() as stack:
        address = scheduler(tmp_path, stack, cwd=tmp_path)
        worker(address, tmp_path, stack)
        with pytest.raises(DaskClusterError, match="scheduler cannot import the project: start it by"):
            stack.enter_context(open_executor(address, timeout=60))


def test_an_address_that_is_none_is_named() -> None:
    with (
        pytest.raises(DaskClusterError, match="No Dask scheduler answers at what://is this"),
        open_executor("what://is this"),
    ):
        pass


def test_without_the_extra_it_is_named() -> None:
    without = "import sys; sys.modules['distributed'] = None"
    code = f"{without}\nfrom flows.orchestration.dask_executor import *\nwith open_executor('tcp://x:1'): pass"
    failed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "install the extra `scale`" in failed.stderr.splitlines()[-1]
