"""`make drill-stack`: the engine itself ends and starts again, under load and during a training."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.compose.containers import Containers
from tests.compose.loading import Load, ask_for_training, settled, state, stored
from tests.infra.launched import until

pytestmark = pytest.mark.drill

PIDS = Path("/var/run/docker.pid")
MANAGER_SECONDS = 15  # after which nobody but us will start it again


def engine() -> psutil.Process:
    if not PIDS.exists() or os.getuid():
        pytest.skip("the engine is not of this machine, or this is not root: nobody may restart it from here")
    return psutil.Process(int(PIDS.read_text()))


def restart(old: psutil.Process) -> None:
    """End the engine as a shutdown does; start it as it was, where no service manager does."""
    command, environment = old.cmdline(), old.environ()
    old.send_signal(signal.SIGTERM)
    old.wait(120)
    try:
        until(lambda: PIDS.exists() and psutil.pid_exists(int(PIDS.read_text())), MANAGER_SECONDS)
    except AssertionError:
        PIDS.unlink(missing_ok=True)
        # by a shell, so that it is nobody's child
        again = ["sh", "-c", '"$@" </dev/null >/dev/null 2>&1 &', "sh", *command]
        subprocess.run(again, env=environment, start_new_session=True, check=True)


def answers(stack: Containers) -> bool:
    try:
        return bool(stack.engine("ps", "--quiet"))
    except subprocess.CalledProcessError:
        return False


def test_the_engine_is_restarted_and_the_stack_comes_back_with_it(as_cloned: Containers) -> None:
    ours, running = (set(text.split()) for text in (
        as_cloned.compose("ps", "--quiet", "--no-trunc").stdout, as_cloned.engine("ps", "--quiet", "--no-trunc")
    ))  # fmt: skip
    if running - ours:
        pytest.skip("other containers run on this engine")
    load = Load(as_cloned.url("api"))
    with load.on():
        run = ask_for_training(as_cloned)
        restart(engine())
        until(lambda: answers(as_cloned), 120)
        settled(as_cloned, load, run)
    sys.stdout.write(
        f"\nengine: {state(as_cloned, run)['type']}, {len(load.answered)} answered, refused {set(load.refused)}\n"
    )
    assert load.refused
    assert stored(as_cloned, load.answered)
