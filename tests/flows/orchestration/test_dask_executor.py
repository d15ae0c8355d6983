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

from flows.orchestration.dask_executor import ClusterError, spreading
from flows.search import Spread
from flows.training.model_selection import best_candidate
from flows.training.training_data import Grid, Recipe
from tests.flows.search.comparing import assert_same_forest, days
from tests.flows.world import RETRAIN, World
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
def spread(cluster: str) -> Iterator[Spread]:
    with spreading(cluster) as spread:
        yield spread


FOREST: Grid = {"n_estimators": [7, 12], "max_depth": [None, 3], "min_samples_split": [2, 5]}


@pytest.mark.parametrize(
    ("recipe", "rows"),
    [
        (Recipe(FOREST, 1), 255),
        (Recipe(FOREST, 1), 5003),
        (Recipe({"n_estimators": [3], "random_state": [1, 2], "max_features": [1, None]}, 1), 5003),
        (Recipe({"n_estimators": [3], "criterion": ["poisson"]}, 1, ["forest", "linear"]), 255),
    ],
    ids=["rows", "cells", "families", "rivals"],
)
def test_a_cluster_finds_what_one_process_finds_bit_for_bit(spread: Spread, recipe: Recipe, rows: int) -> None:
    features, sales = days(rows)
    same_on_both(features, sales, recipe, spread)


def test_what_has_no_fast_way_is_the_same_on_a_cluster(spread: Spread) -> None:
    features, sales = days(255)
    recipe = Recipe({"n_estimators": [3], "max_depth": [None, 2]}, 1)
    same_on_both(features.assign(Season=features["Season"].where(features.index != 3)), sales, recipe, spread)


def same_on_both(features: pd.DataFrame, sales: pd.Series, recipe: Recipe, spread: Spread) -> None:
    told: list[float] = []
    ours = best_candidate(features, sales, recipe)
    theirs = best_candidate(features, sales, recipe, lambda share, _: told.append(share), spread)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) >= len(recipe.candidates)
    timeless = ours.table.columns.drop("fit_seconds")
    pd.testing.assert_frame_equal(ours.table[timeless], theirs.table[timeless], check_exact=True)
    np.testing.assert_array_equal(ours.out_of_fold, theirs.out_of_fold)
    np.testing.assert_array_equal(ours.model.predict(features), theirs.model.predict(features))
    assert ours.notes == theirs.notes
    if ours.candidate == "forest":
        assert_same_forest(theirs.model, ours.model)


def test_both_workers_work(spread: Spread) -> None:
    assert len(set(spread(whoami, None, range(40)))) == 2


def whoami(_shared: None, _item: int) -> int:
    """The process that computes."""
    return os.getpid()


@pytest.mark.timeout(900)
def test_the_flow_logs_the_same_scores_with_a_cluster_as_without(world: World, cluster: str) -> None:
    asked = {"grid": FOREST, "seed": 5, "candidates": ["forest", "linear"]}
    before = work_of(cluster)
    assert world.start(RETRAIN, asked).ended()[0] == "COMPLETED"
    alone = world.newest()
    assert work_of(cluster) == before
    assert world.start(RETRAIN, asked, DASK_SCHEDULER=cluster).ended()[0] == "COMPLETED"
    assert work_of(cluster) > before
    assert world.newest() == alone + 1
    (scores, table), (spread_scores, spread_table) = (logged(world, f"{alone + more}") for more in (0, 1))
    assert spread_scores == scores
    pd.testing.assert_frame_equal(spread_table, table, check_exact=True)


def work_of(cluster: str) -> int:
    """How many tasks a scheduler has seen."""
    with Client(cluster, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # it has no types
        return int(client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.transition_counter))


def logged(world: World, version: str) -> tuple[dict[str, float], pd.DataFrame]:
    """Metrics of a version's run, and the scores of every grid point, but for the seconds that they took."""
    stored = world.registry.version(version)
    path = download_artifacts(
        run_id=stored.run_id, artifact_path="search/grid.csv", dst_path=f"{world.folder}/{version}",
        tracking_uri=world.mlflow_url,
    )  # fmt: skip
    return world.registry.metrics(stored), pd.read_csv(path).drop(columns="fit_seconds")


def test_a_worker_that_dies_is_replaced_by_the_others(tmp_path: Path) -> None:
    features, sales = days(255)
    recipe = Recipe(FOREST, 1)
    with ExitStack() as stack:
        address = scheduler(tmp_path, stack)
        mortal = worker(address, tmp_path, stack)
        worker(address, tmp_path, stack)
        with Client(address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # it has no types
            client.wait_for_workers(2, timeout=60)
        with spreading(address) as spread:
            killed = best_candidate(features, sales, recipe, lambda _share, _words: mortal.kill(), spread)
        assert mortal.wait(30) == -signal.SIGKILL
    expected = best_candidate(features, sales, recipe).table
    np.testing.assert_array_equal(killed.table["mean"], expected["mean"])


def test_a_scheduler_that_does_not_answer_is_named() -> None:
    (port,) = free_ports(1)
    said = f"127.0.0.1:{port}: start one with `PYTHONPATH=. dask scheduler`"
    with pytest.raises(ClusterError, match=said), dead(port):
        pass


def dead(port: int) -> AbstractContextManager[Spread]:
    """A cluster where nobody listens."""
    return spreading(f"tcp://127.0.0.1:{port}", patience=1)


def test_a_scheduler_without_workers_and_a_worker_without_the_project_are_named(tmp_path: Path) -> None:
    with ExitStack() as stack:
        address = scheduler(tmp_path, stack)
        with Client(address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]  # untyped
            with pytest.raises(ClusterError, match="has no workers: start `dask worker"):
                stack.enter_context(spreading(address, patience=1))
            worker(address, tmp_path, stack, cwd=tmp_path)
            client.wait_for_workers(1, timeout=60)
        with pytest.raises(ClusterError, match="worker cannot import the project: start it by"):
            stack.enter_context(spreading(address))


def test_a_scheduler_without_the_project_is_named(tmp_path: Path) -> None:
    with ExitStack() as stack:
        address = scheduler(tmp_path, stack, cwd=tmp_path)
        worker(address, tmp_path, stack)
        with pytest.raises(ClusterError, match="scheduler cannot import the project: start it by"):
            stack.enter_context(spreading(address, patience=60))


def test_an_address_that_is_none_is_named() -> None:
    with pytest.raises(ClusterError, match="No Dask scheduler answers at what://is this"), spreading("what://is this"):
        pass


def test_without_the_extra_it_is_named() -> None:
    without = "import sys; sys.modules['distributed'] = None"
    code = f"{without}\nfrom flows.orchestration.dask_executor import *\nwith spreading('tcp://x:1'): pass"
    failed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "install the extra `scale`" in failed.stderr.splitlines()[-1]
