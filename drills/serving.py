"""Does to a running API what may happen to one, under load, and says of each drill what was seen.

`python -m drills.serving` takes everything on 127.0.0.1 and in a temporary folder, and leaves nothing behind.
It ends with status 1 where a drill failed.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable

from drills.clock import clock
from drills.database import database
from drills.freshness import freshness
from drills.full_disk import full_disk
from drills.kill import kill
from drills.mlflow_away import mlflow_away
from drills.processes import DrillError
from drills.report import Line
from drills.stage import Stage, staged

DRILLS: dict[str, Callable[[Stage], AsyncIterator[Line]]] = {
    "kill": kill,
    "database": database,
    "mlflow": mlflow_away,
    "disk": full_disk,
    "clock": clock,
    "freshness": freshness,
}


async def run(names: list[str], rounds: int, connections: int) -> list[Line]:
    """The lines of these drills, each printed as soon as it is known; told to end, it cleans up first."""
    if this := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    lines: list[Line] = []
    async with staged(rounds, connections) as stage:
        for name in names:
            started = time.monotonic()
            try:
                async for line in DRILLS[name](stage):
                    lines.append(line)
                    print(line, flush=True)
            except DrillError as error:
                lines.append(Line(name, "the drill runs to its end", faults=[str(error)]))
                print(lines[-1], flush=True)
            print(f"  {name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return lines


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=DRILLS, default=list(DRILLS), help="these drills")
    parser.add_argument("--rounds", type=int, default=20, help="how often the API is killed, on each database")
    parser.add_argument("--connections", type=int, default=16, help="clients that ask at once, 7 at least")
    asked = parser.parse_args()
    logging.disable(logging.INFO)
    try:
        lines = asyncio.run(run(asked.only, asked.rounds, max(7, asked.connections)))
    except (asyncio.CancelledError, KeyboardInterrupt):
        sys.exit("Told to end: what was started is stopped, and not all drills were done.")
    failed = sum(bool(line.faults) for line in lines)
    left_out = sum(bool(line.skipped) for line in lines)
    busy = f"{os.getloadavg()[1]:.1f} processes wanted to run on {os.cpu_count()} cores in the last five minutes"
    print(f"{len(lines)} lines: {failed} failed, {left_out} not run; {busy}.")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
