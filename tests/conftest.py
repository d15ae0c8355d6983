"""For all tests: on the machine that guards the project, a test that does not run is a failure."""

import os
from collections.abc import Generator, Iterator

import pytest

INCURABLE = ("on macOS only", "needs a container registry")  # how a reason begins that no such machine can cure

skipped = pytest.StashKey[list[str]]()


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


def pytest_configure(config: pytest.Config) -> None:
    config.stash[skipped] = []


def _note(config: pytest.Config, report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = reason_of(report)
    if os.environ.get("CI") == "true" and reason is not None and not reason.startswith(INCURABLE):
        config.stash[skipped].append(f"{report.nodeid}: {reason}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _note(item.config, report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _note(collector.config, report)
    return report


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if session.config.stash[skipped] and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash[skipped]:
        terminalreporter.write_line(f"NOT RUN {line}", red=True)
