"""Flows in processes of their own, forked from one that has the libraries imported: seconds less for each."""

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
# imports only: no frame is touched, or polars would start threads, of which a fork has none
HEAVY = ["flows.etl", "flows.retrain", "flows.rollback", "flows.tracking.runs", "mlflow.sklearn", "skops.io", "s3fs",
         "mlflow.pyfunc.scoring_server", "sklearn.model_selection", "matplotlib.backends.backend_agg",
         "tests.flows.preloaded"]  # fmt: skip
STUCK_SECONDS = 45  # after which a child says where it is
PATIENCE_SECONDS = 120


def run_flow(where: str, parameters: Mapping[str, Any], environment: Mapping[str, str], out: Path) -> None:
    """Run `module:flow` and write its final state; what it says goes into a file beside."""
    os.environ.update(environment)
    said = os.open(out.with_suffix(".log"), os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    faulthandler.dump_traceback_later(STUCK_SECONDS, file=said)
    os.dup2(said, sys.stdout.fileno())
    os.dup2(said, sys.stderr.fileno())
    module, _, name = where.partition(":")
    state = getattr(import_module(module), name)(**parameters, return_state=True)
    out.write_text(json.dumps({"type": state.type.value, "message": state.message}))


def warm(_nothing: None = None) -> None:
    """Do nothing: the first child makes the server import what is heavy."""


class Child:
    """One flow in its own process."""

    def __init__(self, process: BaseProcess, out: Path) -> None:
        self.process, self.out = process, out

    @property
    def said(self) -> str:
        return self.out.with_suffix(".log").read_text()

    def ended(self, seconds: float = PATIENCE_SECONDS) -> tuple[str, str]:
        """Type and message of the final state."""
        self.process.join(seconds)
        assert self.out.exists(), self.said
        state = json.loads(self.out.read_text())
        return state["type"], state["message"]

    def killed(self, seconds: float = PATIENCE_SECONDS) -> bool:
        """Whether it ended by a signal, without a final state."""
        self.process.join(seconds)
        return not self.out.exists() and (self.process.exitcode or 0) < 0


def start(where: str, parameters: Mapping[str, Any], environment: Mapping[str, str], out: Path) -> Child:
    """A child that runs a flow, already on its way."""
    process = FORK.Process(target=run_flow, args=(where, dict(parameters), dict(environment), out), daemon=True)
    process.start()
    return Child(process, out)
