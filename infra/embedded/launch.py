"""One life of the stack: start every part, follow the first model, then watch. Asks and tells; starts no process."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx

from infra.embedded.board import Board
from infra.embedded.home import Home
from infra.embedded.programs import Part
from infra.embedded.readiness import Model, first_model, is_ready
from infra.embedded.settings import Settings
from infra.embedded.supervision import State, Supervisor
from infra.embedded.watch import STARTS, Roll

FIRST_MODEL = "First model"
LOG_LINES = 15
QUICK, CALM = 0.2, 1.0  # seconds between two looks, while starting and later
REVIVE_LOOKS = 30


class StartError(Exception):
    """A part did not come up."""


def log_end(log: Path) -> str:
    """Which log to read, and its last lines."""
    lines: list[str] = []
    with suppress(FileNotFoundError):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    return "\n".join([f"Its log, {log}, ends with:", *(f"    {line}" for line in lines)])


class Launch:
    """Everything that is known of a stack while it runs."""

    def __init__(
        self,
        settings: Settings,
        parts: Sequence[Part],
        supervisor: Supervisor,
        board: Board,
        client: httpx.Client,
        stop: threading.Event,
    ) -> None:
        self.settings, self.supervisor, self.board, self.client, self.stop = settings, supervisor, board, client, stop
        self.home = Home(settings.steam_sales_home)
        self.parts = {part.name: part for part in parts}
        self.waiting = dict(self.parts)
        self.since = datetime.now(UTC)
        self.roll = Roll()

    def look(self) -> list[State]:
        """Keep supervisord alive and tell of parts that ended and came back; the state of every part."""
        if self.supervisor.keep() and self.roll.pids:
            self.board.note("The supervisor was killed: what it left is cleared, and every part starts again.")
            self.roll = Roll()
        states = self.supervisor.states()
        for state in states:
            if state.state == "STOPPED" and self.parts[state.name].after not in self.waiting:
                self.supervisor.start(state)
        for name in self.roll.call(states):
            self.board.note(f"{self.parts[name].title} ended and was started again, see {self.home.log(name)}")
        return states

    def start(self) -> None:
        """Wait until every part answers. Raises `StartError` for one that does not."""
        while self.waiting and not self.stop.wait(QUICK):
            self._check_starts(self.look())
            for part in tuple(self.waiting.values()):
                self._ask(part)
            self._check_time()

    def _check_starts(self, states: Sequence[State]) -> None:
        if self.supervisor.starts > STARTS:
            raise StartError(f"The supervisor does not start. {log_end(self.home.complaints)}")
        for name in self.roll.hopeless(states):
            if name in self.waiting:
                raise StartError(f"{self.parts[name].title} does not start. {log_end(self.home.log(name))}")

    def _ask(self, part: Part) -> None:
        if is_ready(self.client, part, self.since):
            del self.waiting[part.name]
            self.board.done(part.title, f"ready in {self.board.seconds:.1f} s")
        elif part.after not in self.waiting:
            self.board.say(part.title, "starting")

    def _check_time(self) -> None:
        limit = self.settings.steam_sales_start_timeout
        for part in self.waiting.values():
            if self.board.seconds > limit:
                raise StartError(
                    f"{part.title} has not answered at {part.answers} within {limit:.0f} s; a slow machine needs a "
                    f"longer STEAM_SALES_START_TIMEOUT. {log_end(self.home.log(part.name))}"
                )

    def model(self) -> Model:
        """How far the first model is."""
        return first_model(self.client, self.settings.api_url, self.settings.prefect_url)

    def await_model(self) -> Model:
        """Wait for the first model, or for the reason why it does not come."""
        limit = self.board.seconds + self.settings.steam_sales_model_timeout
        model = self.model()
        while not (model.there or model.failed or self.stop.wait(QUICK) or self.board.seconds > limit):
            self.look()
            self.board.say(FIRST_MODEL, model.says)
            model = self.model()
        said = f"answers after {self.board.seconds:.1f} s" if model.there else model.says
        self.board.done(FIRST_MODEL, said, well=model.there)
        return model

    def watch(self, model: Model) -> None:
        """Stay until told to stop; give what supervisord has given up on another chance now and then."""
        looks = 0
        while not self.stop.wait(CALM):
            states, looks = self.look(), looks + 1
            for state in states:
                if state.state == "FATAL" and looks % REVIVE_LOOKS == 0:
                    self.board.note(f"{self.parts[state.name].title} does not start, see {self.home.log(state.name)}")
                    self.supervisor.start(state)
            if not model.there and (model := self.model()).there:
                self.board.note("The first model answers.")
