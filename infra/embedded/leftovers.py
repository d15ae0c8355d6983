"""Processes of a stack that outlived their supervisor, known by a mark in their environment."""

import os
from collections.abc import Iterable
from pathlib import Path

import psutil

from infra.embedded.programs import MARKER

ROUNDS = 5


def _belongs(process: psutil.Process, home: Path) -> bool:
    try:
        return process.environ().get(MARKER) == str(home) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def of(home: Path) -> list[psutil.Process]:
    """Every live process of the stack on `home`, but for this one."""
    return [p for p in psutil.process_iter() if p.pid != os.getpid() and _belongs(p, home)]


def _end(processes: Iterable[psutil.Process], *, kill: bool) -> None:
    for process in processes:
        try:
            process.kill() if kill else process.terminate()
        except psutil.NoSuchProcess:
            continue


def clear(home: Path, grace: float = 3.0) -> int:
    """End every process of the stack on `home`, by force after `grace` seconds; how many there were.

    Several rounds: a supervisor among them may start one while it is being ended.
    """
    count = 0
    for _ in range(ROUNDS):
        found = of(home)
        if not found:
            return count
        count += len(found)
        _end(found, kill=False)
        _, alive = psutil.wait_procs(found, timeout=grace)
        _end(alive, kill=True)
        psutil.wait_procs(alive, timeout=grace)
    raise RuntimeError(f"These processes of the stack cannot be ended: {[p.pid for p in of(home)]}")
