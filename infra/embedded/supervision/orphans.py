"""Find and end the processes of a stack, which a variable in their environment marks."""

import os
from collections.abc import Iterable
from pathlib import Path

import psutil

from infra.embedded.parts import STACK_VARIABLE

MAX_ROUNDS = 5


def _is_of_stack(process: psutil.Process, home: Path) -> bool:
    try:
        return process.environ().get(STACK_VARIABLE) == str(home) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def find(home: Path) -> list[psutil.Process]:
    """Return every live process of the stack on `home`, except this one."""
    return [p for p in psutil.process_iter() if p.pid != os.getpid() and _is_of_stack(p, home)]


def _signal(processes: Iterable[psutil.Process], *, kill: bool) -> None:
    for process in processes:
        try:
            process.kill() if kill else process.terminate()
        except psutil.NoSuchProcess:
            continue


def terminate(home: Path, grace: float = 3.0) -> int:
    """End every process of the stack on `home` and return their number. Kills those that live after `grace` seconds.

    A supervisor may start another process while it ends, so this takes up to `MAX_ROUNDS` rounds.
    """
    count = 0
    for _ in range(MAX_ROUNDS):
        found = find(home)
        if not found:
            return count
        count += len(found)
        _signal(found, kill=False)
        _, alive = psutil.wait_procs(found, timeout=grace)
        _signal(alive, kill=True)
        psutil.wait_procs(alive, timeout=grace)
    raise RuntimeError(f"These processes of the stack cannot be ended: {[p.pid for p in find(home)]}")
