"""For all tests: on the machine that guards the project, a test that does not run is a failure."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

INCURABLE = ("on macOS only", "needs a container registry")  # how a reason begins that no such machine can cure


@pytest.fixture(autouse=True, scope="module")
def _same_environment() -> Iterator[None]:
    """What a module leaves in the environment, as MLflow does with its address, is no business of the next."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str | None:
    """Why it was skipped; None for what ran, and for what was expected to fail and did."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return None
    longrepr = report.longrepr
    return str(longrepr[2] if isinstance(longrepr, tuple) else longrepr).removeprefix("Skipped: ")


class NotRun:
    """Gathers the skips that something could cure. Reports reach it from other processes too."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        reason = reason_of(report)
        if os.environ.get("CI") == "true" and reason is not None and not reason.startswith(INCURABLE):
            self.lines.append(f"{report.nodeid}: {reason}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.lines and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in self.lines:
            terminalreporter.write_line(f"NOT RUN {line}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the processes that pytest-xdist starts report to this one
        config.pluginmanager.register(NotRun())


def _folder_with_fixtures(root: Path, nodeid: str) -> str:
    """Return the nearest folder above a test that has a `conftest.py`, which is where servers are started."""
    folders = PurePosixPath(nodeid.partition("::")[0]).parents
    return str(next(folder for folder in folders if (root / folder / "conftest.py").exists()))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Run the tests below one `conftest.py` in one process: they share its servers."""
    from xdist.scheduler import LoadScopeScheduling

    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = partial(_folder_with_fixtures, config.rootpath)
    return scheduler
