"""1, 2 and 4 APIs, Prefect workers and Dask workers of the production stack: `python -m benchmarks.scaling`.

Starts the stack in containers, in a project of its own, and removes it. The connections are shared out evenly among the
APIs by the load generator itself, so no proxy's cost is in the figures.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from benchmarks.serving_load import Load, load
from benchmarks.serving_requests import KINDS
from tests.compose.containers import PATIENCE_SECONDS, Containers
from tests.infra.launched import until

NUMBERS = (1, 2, 4)
CONNECTIONS = 64
# a search took 93 s on one Dask worker where ten other processes wanted the two cores
RUNS_SECONDS = 900
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
RUN = "rollback_sales_data/steam-sales"
TRAINING = "retrain_and_promote_sales_model/steam-sales"
SEARCH = "search, train and score"
GRID = {
    "n_estimators": [100, 200, 400],
    "max_depth": [None, 3, 5, 10],
    "min_samples_split": [2, 5, 10, 20],
    "min_samples_leaf": [1, 2, 5],
}


@contextmanager
def stack() -> Iterator[Containers]:
    """All of it, with one of each."""
    with TemporaryDirectory() as name, httpx.Client(timeout=60, trust_env=False) as client:
        containers = Containers("steam-sales-scaling", Path(name) / ".env", client)
        containers.tell(MORE_APIS="0", MORE_WORKERS="0", DASK_WORKERS="1", COMPOSE_PROFILES="scale")
        try:
            containers.up()
            yield containers
        finally:
            containers.down()


def scale(containers: Containers, **numbers: int) -> None:
    """So many of each service; what runs already stays as it is."""
    words = [word for name, number in numbers.items() for word in ("--scale", f"{name.replace('_', '-')}={number}")]
    containers.compose("up", "--no-recreate", "--wait", "--wait-timeout", str(PATIENCE_SECONDS), *words)


def addresses(containers: Containers) -> list[str]:
    """Of every API, on the stack's network."""
    ids = containers.compose("ps", "--quiet", "api", "api-more").stdout.split()
    networks = f"{containers.name}_default"
    found = json.loads(containers.engine("inspect", *ids))
    return [one["NetworkSettings"]["Networks"][networks]["IPAddress"] for one in found]


def ask(urls: Sequence[str], seconds: float, folder: str) -> Load:
    """What all of them answered together, each asked on its share of the connections at the same time."""
    share = CONNECTIONS // len(urls)

    def one(number: int) -> Load:
        own = Path(folder) / str(number)
        own.mkdir(exist_ok=True)
        return load(urls[number], KINDS["distinct bodies"], share, seconds, own)

    with ThreadPoolExecutor(len(urls)) as pool:
        loads = list(pool.map(one, range(len(urls))))
    slowest = max(loads, key=lambda each: each.p99)
    return Load(sum(each.rate for each in loads), slowest.p50, slowest.p99, sum(each.bad for each in loads))


def apis(containers: Containers, rounds: int, seconds: float) -> Iterator[str]:
    """A line for each number of APIs."""
    yield from ("| APIs | predictions a second | times | p99 ms, of the slowest |", "| ---: | ---: | ---: | ---: |")
    first = 0.0
    with TemporaryDirectory() as folder:
        for number in NUMBERS:
            scale(containers, api_more=number - 1)
            urls = [f"http://{address}:8000/predict/" for address in addresses(containers)]
            ask(urls, 1, folder)
            loads = [ask(urls, seconds, folder) for _ in range(rounds)]
            rate = median(each.rate for each in loads)
            first = first or rate
            p99 = median(each.p99 for each in loads)
            yield f"| {len(urls)} | {rate:,.0f} | {rate / first:.2f} | {p99:.1f} |"
    scale(containers, api_more=0)


def finished(containers: Containers, runs: Sequence[str]) -> list[dict[str, Any]]:
    """The runs, once all have ended."""

    def ended() -> list[dict[str, Any]]:
        found = containers.prefect("POST", "/flow_runs/filter", json={"flow_runs": {"id": {"any_": list(runs)}}})
        return [run for run in found if run["state_type"] in FINAL]

    until(lambda: len(ended()) == len(runs), RUNS_SECONDS)
    assert {run["state_type"] for run in ended()} == {"COMPLETED"}
    return ended()


def queue(containers: Containers, deployment: str, number: int, **parameters: Any) -> list[str]:
    """Ask for runs of a deployment; their ids."""
    found = containers.prefect("GET", f"/deployments/name/{deployment}")["id"]
    # as many at once as there are workers for, which the deployment itself does not allow
    url = f"{containers.url('prefect')}/api/deployments/{found}"
    containers.client.patch(url, json={"concurrency_limit": None}).raise_for_status()
    path, body = f"/deployments/{found}/create_flow_run", {"parameters": parameters}
    return [str(containers.prefect("POST", path, json=body)["id"]) for _ in range(number)]


def workers(containers: Containers, runs: int) -> Iterator[str]:
    """A line for each number of workers."""
    yield from ("| Prefect workers | short runs a minute | times |", "| ---: | ---: | ---: |")
    version, first = json.loads(containers.text("data", "current.json"))["version"], 0.0
    for number in NUMBERS:
        scale(containers, worker_more=number - 1)
        began = time.monotonic()
        finished(containers, queue(containers, RUN, runs, version=version))
        rate = runs / (time.monotonic() - began) * 60
        first = first or rate
        yield f"| {number} | {rate:.1f} | {rate / first:.2f} |"
    scale(containers, worker_more=0)


def searches(containers: Containers) -> Iterator[str]:
    """A line for a search without a cluster, and one for each number of its workers."""
    yield from ("| Dask workers | seconds of the search | times |", "| ---: | ---: | ---: |")
    alone = searched(containers)
    yield f"| none: in the run itself | {alone:.1f} | 1.00 |"
    with containers.env_file.open("a") as file:
        file.write("DASK_SCHEDULER=tcp://dask-scheduler:8786\n")
    containers.compose("up", "--wait", "worker")
    for number in NUMBERS:
        scale(containers, dask_worker=number)
        seconds = searched(containers)
        yield f"| {number} | {seconds:.1f} | {alone / seconds:.2f} |"


def searched(containers: Containers) -> float:
    """Seconds of the search in a training with a larger grid and all candidates."""
    asked = {"grid": GRID, "candidates": ["forest", "linear", "boosting"]}
    (run,) = finished(containers, queue(containers, TRAINING, 1, **asked))
    wanted = {"task_runs": {"flow_run_id": {"any_": [run["id"]]}}}
    tasks = containers.prefect("POST", "/task_runs/filter", json=wanted)
    return float(next(task["total_run_time"] for task in tasks if task["name"].startswith(SEARCH)))


def main() -> None:
    """Print the three tables, in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--only", choices=["apis", "workers", "searches"])
    words = parser.parse_args()
    with stack() as containers:
        tables = {
            "apis": apis(containers, words.rounds, words.seconds),
            "workers": workers(containers, words.runs),
            "searches": searches(containers),
        }
        for table in tables.values() if words.only is None else [tables[words.only]]:
            for line in table:
                print(line, flush=True)
            print()
    print(f"{words.rounds} rounds of {words.seconds:g} s at {CONNECTIONS} connections; {os.cpu_count()} cores in all.")


if __name__ == "__main__":
    main()
