"""Break a running API under load and print a line for each drill: `python -m drills.serving`.

Everything runs on 127.0.0.1 and in a temporary folder, which is deleted. The exit status is 1 if a drill failed.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable

from drills.processes import DrillError
from drills.result import DrillResult
from drills.serving.clock_change import clock_change
from drills.serving.database_outage import database_outage
from drills.serving.environment import Environment, drill_environment
from drills.serving.full_disk import full_disk
from drills.serving.kill import kill
from drills.serving.mlflow_outage import mlflow_outage
from drills.serving.promotion_latency import promotion_latency

DRILLS: dict[str, Callable[[Environment], AsyncIterator[DrillResult]]] = {
    "kill": kill,
    "database": database_outage,
    "mlflow": mlflow_outage,
    "disk": full_disk,
    "clock": clock_change,
    "freshness": promotion_latency,
}


async def run(names: list[str], rounds: int, connections: int) -> list[DrillResult]:
    """Run the drills and print each result at once. SIGTERM cancels them, after which the servers are stopped."""
    if task := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    results: list[DrillResult] = []
    async with drill_environment(rounds, connections) as environment:
        for name in names:
            started = time.monotonic()
            try:
                async for result in DRILLS[name](environment):
                    results.append(result)
                    print(result, flush=True)
            except DrillError as error:
                results.append(DrillResult(name, "the drill runs to its end", failures=[str(error)]))
                print(results[-1], flush=True)
            print(f"  {name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return results


def main() -> None:
    """Parse the command line, run the drills and exit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=DRILLS, default=list(DRILLS), help="run these drills only")
    parser.add_argument("--rounds", type=int, default=20, help="number of kills on each database")
    parser.add_argument("--connections", type=int, default=16, help="number of concurrent clients, at least 7")
    options = parser.parse_args()
    logging.disable(logging.INFO)
    try:
        results = asyncio.run(run(options.only, options.rounds, max(7, options.connections)))
    except (asyncio.CancelledError, KeyboardInterrupt):
        sys.exit("Interrupted: all servers are stopped; some drills did not run.")
    failed = sum(bool(result.failures) for result in results)
    not_run = sum(bool(result.skip_reason) for result in results)
    load = f"load average of the last five minutes: {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores"
    print(f"{len(results)} drills: {failed} failed, {not_run} not run; {load}.")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
