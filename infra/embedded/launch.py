"""Start every part, wait for the first model, then watch the stack. Uses the supervisor and HTTP only."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx

from infra.embedded.home import Home
from infra.embedded.parts import Part
from infra.embedded.readiness import FirstModel, first_model, is_ready
from infra.embedded.settings import Settings
from infra.embedded.status_display import StatusDisplay
from infra.embedded.supervision.client import ProcessState, Supervisor
from infra.embedded.supervision.restarts import MAX_STARTS, RestartTracker

FIRST_MODEL = "First model"
LOG_LINES = 15
START_POLL_SECONDS, WATCH_POLL_SECONDS = 0.2, 1.0
RESTART_FATAL_AFTER_POLLS = 30


class StartError(Exception):
    """A part did not become ready."""


def log_end(log: Path) -> str:
    """Return the path of a log and its last lines, as text."""
    lines: list[str] = []
    with suppress(FileNotFoundError):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    return "\n".join([f"Its log, {log}, ends with:", *(f"    {line}" for line in lines)])


class Launch:
    """The state of a stack while it runs."""

    def __init__(
        self,
        settings: Settings,
        parts: Sequence[Part],
        supervisor: Supervisor,
        display: StatusDisplay,
        client: httpx.Client,
        stop: threading.Event,
    ) -> None:
        self.settings, self.supervisor, self.display, self.client, self.stop = (
            settings,
            supervisor,
            display,
            client,
            stop,
        )
        self.home = Home(settings.steam_sales_home)
        self.parts = {part.name: part for part in parts}
        self.waiting = dict(self.parts)
        self.since = datetime.now(UTC)
        self.restarts = RestartTracker()

    def poll(self) -> list[ProcessState]:
        """Keep supervisord running, report restarted parts, and return the state of every part."""
        if self.supervisor.ensure_running() and self.restarts.pids:
            self.display.print_line("The supervisor was killed. Its orphans were ended, and every part starts again.")
            self.restarts = RestartTracker()
        states = self.supervisor.states()
        for state in states:
            if state.state == "STOPPED" and self.parts[state.name].starts_after not in self.waiting:
                self.supervisor.start(state)
        for name in self.restarts.update(states):
            self.display.print_line(f"{self.parts[name].title} ended and was restarted, see {self.home.log(name)}")
        return states

    def start(self) -> None:
        """Wait until every part is ready. Raises `StartError` for one that does not become ready."""
        while self.waiting and not self.stop.wait(START_POLL_SECONDS):
            self._check_starts(self.poll())
            for part in tuple(self.waiting.values()):
                self._check_part(part)
            self._check_time()

    def _check_starts(self, states: Sequence[ProcessState]) -> None:
        if self.supervisor.starts > MAX_STARTS:
            raise StartError(f"The supervisor does not start. {log_end(self.home.supervisor_output)}")
        for name in self.restarts.failed(states):
            if name in self.waiting:
                raise StartError(f"{self.parts[name].title} does not start. {log_end(self.home.log(name))}")

    def _check_part(self, part: Part) -> None:
        if is_ready(self.client, part, self.since):
            del self.waiting[part.name]
            self.display.finish(part.title, f"ready in {self.display.seconds:.1f} s")
        elif part.starts_after not in self.waiting:
            self.display.update(part.title, "starting")

    def _check_time(self) -> None:
        limit = self.settings.steam_sales_start_timeout
        for part in self.waiting.values():
            if self.display.seconds > limit:
                raise StartError(
                    f"{part.title} does not respond at {part.ready_url} within {limit:.0f} s; a slow machine needs a "
                    f"longer STEAM_SALES_START_TIMEOUT. {log_end(self.home.log(part.name))}"
                )

    def first_model(self) -> FirstModel:
        """Return the progress of the first model."""
        return first_model(self.client, self.settings.api_url, self.settings.prefect_url)

    def await_model(self) -> FirstModel:
        """Wait for the first model, or for the reason why there will be none."""
        limit = self.display.seconds + self.settings.steam_sales_model_timeout
        model = self.first_model()
        while not (
            model.is_ready or model.has_failed or self.stop.wait(START_POLL_SECONDS) or self.display.seconds > limit
        ):
            self.poll()
            self.display.update(FIRST_MODEL, model.message)
            model = self.first_model()
        message = f"ready after {self.display.seconds:.1f} s" if model.is_ready else model.message
        self.display.finish(FIRST_MODEL, message, success=model.is_ready)
        return model

    def watch(self, model: FirstModel) -> None:
        """Poll until the stop event is set. From time to time, restart parts that supervisord has given up on."""
        polls = 0
        while not self.stop.wait(WATCH_POLL_SECONDS):
            states, polls = self.poll(), polls + 1
            for state in states:
                if state.state == "FATAL" and polls % RESTART_FATAL_AFTER_POLLS == 0:
                    self.display.print_line(
                        f"{self.parts[state.name].title} does not start, see {self.home.log(state.name)}"
                    )
                    self.supervisor.start(state)
            if not model.is_ready and (model := self.first_model()).is_ready:
                self.display.print_line("The first model is ready.")
