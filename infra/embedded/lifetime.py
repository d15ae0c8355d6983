"""One stack on one home, from clearing the last one's leftovers to the end of its own last process."""

import os
import pwd
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx
from rich.console import Console

from infra.embedded import configuration, leftovers, ports, prefect_login
from infra.embedded.board import Board
from infra.embedded.home import Home, held
from infra.embedded.launch import FIRST_MODEL, Launch
from infra.embedded.prefect_login import PrefectAuth
from infra.embedded.programs import Part, shared_environment
from infra.embedded.settings import PORTS, ROOT, Settings
from infra.embedded.supervision import Supervisor

STOP_SECONDS = 3 * configuration.STOP_SECONDS


@dataclass(frozen=True)
class Stack:
    """What is to run: parts, their settings, and the environment that they are given."""

    settings: Settings
    parts: Sequence[Part]
    environment: Mapping[str, str]

    @property
    def home(self) -> Home:
        """Its folder."""
        return Home(self.settings.steam_sales_home)


def supervisor_of(stack: Stack, login: str) -> Supervisor:
    """A supervisor with its configuration written, not yet started. Its parts are told Prefect's `login`.

    In a new home Prefect spends seconds on its tables, and everything waits for it: it gets a core to itself.
    """
    home = stack.home
    all_at_once = (home.folder / "prefect" / "prefect.db").exists()
    user = pwd.getpwuid(0).pw_name if os.geteuid() == 0 else None
    text = configuration.supervisord(stack.parts, all_at_once=all_at_once, user=user)
    home.configuration.write_text(text, encoding="utf-8")
    told = {
        **shared_environment(stack.settings, stack.environment),
        configuration.PYTHON: sys.executable,
        configuration.CODE: str(ROOT),
        configuration.SOCKET: str(home.socket),
        # by the environment: the configuration is a file
        "PREFECT_SERVER_API_AUTH_STRING": login,
        "PREFECT_API_AUTH_STRING": login,
    }
    return Supervisor(home, told)


def addresses(settings: Settings) -> list[tuple[str, str, str]]:
    """Name, URL and purpose of what a person opens."""
    return [
        ("Web page", settings.web_url, "ask for a prediction, see what was asked"),
        ("API", f"{settings.api_url}/docs", "call it from a program (Swagger)"),
        ("Prefect", settings.prefect_url, "run the data and training flows, read their reports"),
        ("MLflow", settings.mlflow_url, "compare trainings and model versions"),
    ]


def run(stack: Stack, console: Console, stop: threading.Event) -> None:
    """Start everything, say where it is, watch over it until `stop`, and leave no process behind.

    Raises HomeInUseError, PortTakenError and LoginError before anything is started, StartError for a part that does not
    come up.
    """
    home, settings = stack.home, stack.settings
    home.make()
    with held(home):
        leftovers.clear(home.folder)
        ports.require_free(str(settings.steam_sales_bind), {p.upper(): getattr(settings, p) for p in PORTS})
        login = prefect_login.ensure(home.prefect_login)
        supervisor = supervisor_of(stack, login)
        board = Board(console, [*(part.title for part in stack.parts), FIRST_MODEL])
        board.open()
        try:
            _live(stack, supervisor, board, stop, PrefectAuth(settings.prefect_url, login))
        finally:
            board.close()
            board.note("Stopping.")
            supervisor.stop(STOP_SECONDS)
            board.note("Everything is stopped.")


def _live(stack: Stack, supervisor: Supervisor, board: Board, stop: threading.Event, auth: PrefectAuth) -> None:
    with httpx.Client(timeout=2, trust_env=False, auth=auth) as client:
        launch = Launch(stack.settings, stack.parts, supervisor, board, client, stop)
        launch.start()
        model = launch.await_model()
        board.close()
        if not stop.is_set():
            board.addresses(addresses(stack.settings))
            board.note(f"Prefect asks for a password once: the line in {stack.home.prefect_login}.")
            board.note("Keep it to yourself: whoever has it can run code on this machine.")
            board.note(f"State and logs are in {stack.home.folder}. Ctrl-C stops everything.")
        launch.watch(model)
