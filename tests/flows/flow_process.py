"""Runs flows in processes forked from one that has imported the libraries already: each starts seconds faster."""

import faulthandler
import json
import multiprocessing
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

FORK = multiprocessing.get_context("forkserver")
# imports only: touching a data frame would start polars threads, which do not survive a fork
HEAVY = ["flows.etl", "flows.retrain", "flows.rollback", "flows.watch", "flows.tracking.runs",
         "mlflow.sklearn", "skops.io", "s3fs",
         "mlflow.pyfunc.scoring_server", "sklearn.model_selection", "matplotlib.backends.backend_agg",
         "tests.flows.forkserver_preload"]  # fmt: skip
TRACEBACK_SECONDS = 45  # after which a process dumps its tracebacks
TIMEOUT_SECONDS = 120


def run_flow(where: str, parameters: Mapping[str, Any], environment: Mapping[str, str], out: Path) -> None:
    """Run `module:flow` and write its final state; its output goes to a log file beside."""
    os.environ.update(environment)
    log = os.open(out.with_suffix(".log"), os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    faulthandler.dump_traceback_later(TRACEBACK_SECONDS, file=log)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    module, _, name = where.partition(":")
    state = getattr(import_module(module), name)(**parameters, return_state=True)
    out.write_text(json.dumps({"type": state.type.value, "message": state.message}))


def warm(_nothing: None = None) -> None:
    """Do nothing. The first process makes the forkserver import the libraries."""


class FlowProcess:
    """A flow that runs in its own process."""

    def __init__(self, process: BaseProcess, out: Path) -> None:
        self.process, self.out = process, out

    @property
    def log(self) -> str:
        return self.out.with_suffix(".log").read_text()

    def result(self, seconds: float = TIMEOUT_SECONDS) -> tuple[str, str]:
        """Wait, then return type and message of the final state."""
        self.process.join(seconds)
        assert self.out.exists(), self.log
        state = json.loads(self.out.read_text())
        return state["type"], state["message"]

    def was_killed(self, seconds: float = TIMEOUT_SECONDS) -> bool:
        """Wait, then return whether a signal ended it before a final state."""
        self.process.join(seconds)
        return not self.out.exists() and (self.process.exitcode or 0) < 0


def start(where: str, parameters: Mapping[str, Any], environment: Mapping[str, str], out: Path) -> FlowProcess:
    """Start a process that runs a flow."""
    process = FORK.Process(target=run_flow, args=(where, dict(parameters), dict(environment), out), daemon=True)
    process.start()
    return FlowProcess(process, out)
