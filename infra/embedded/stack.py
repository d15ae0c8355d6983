"""Run one stack on one home, from ending orphans of an earlier one to the end of its own last process."""

import os
import pwd
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx
from rich.console import Console

from infra.embedded import ports, prefect_login
from infra.embedded.home import Home, lock_home
from infra.embedded.launch import FIRST_MODEL, Launch
from infra.embedded.parts import Part, shared_environment
from infra.embedded.prefect_login import PrefectAuth
from infra.embedded.settings import PORTS, ROOT, Settings
from infra.embedded.status_display import StatusDisplay
from infra.embedded.supervision import config, orphans
from infra.embedded.supervision.client import Supervisor

STOP_SECONDS = 3 * config.STOP_SECONDS


@dataclass(frozen=True)
class Stack:
    """The parts to run, their settings, and the environment that they inherit."""

    settings: Settings
    parts: Sequence[Part]
    environment: Mapping[str, str]

    @property
    def home(self) -> Home:
        """The folder of the stack."""
        return Home(self.settings.steam_sales_home)


def make_supervisor(stack: Stack, login: str) -> Supervisor:
    """Write the configuration of a supervisor and return it, not yet started. Its parts get Prefect's `login`.

    In a new home Prefect creates its tables first, for seconds, and everything waits for it: it gets a core to itself.
    """
    home = stack.home
    all_at_once = (home.folder / "prefect" / "prefect.db").exists()
    user = pwd.getpwuid(0).pw_name if os.geteuid() == 0 else None
    text = config.supervisord_config(stack.parts, all_at_once=all_at_once, user=user)
    home.supervisor_config.write_text(text, encoding="utf-8")
    variables = {
        **shared_environment(stack.settings, stack.environment),
        config.PYTHON: sys.executable,
        config.CODE: str(ROOT),
        config.SOCKET: str(home.socket),
        # by the environment: the configuration is a file
        "PREFECT_SERVER_API_AUTH_STRING": login,
        "PREFECT_API_AUTH_STRING": login,
    }
    return Supervisor(home, variables)


def addresses(settings: Settings) -> list[tuple[str, str, str]]:
    """Return name, URL and purpose of what a user opens."""
    return [
        ("Web page", settings.web_url, "ask for a prediction, see what was asked"),
        ("API", f"{settings.api_url}/docs", "call it from a program (Swagger)"),
        ("Prefect", settings.prefect_url, "run the data and training flows, read their reports"),
        ("MLflow", settings.mlflow_url, "compare trainings and model versions"),
    ]


def run(stack: Stack, console: Console, stop: threading.Event) -> None:
    """Start everything, print the addresses, watch until `stop` is set, and end every process.

    Raises HomeInUseError, PortTakenError and LoginError before anything is started, StartError for a part that does not
    come up.
    """
    home, settings = stack.home, stack.settings
    home.create_folders()
    with lock_home(home):
        orphans.terminate(home.folder)
        ports.require_free(str(settings.steam_sales_bind), {p.upper(): getattr(settings, p) for p in PORTS})
        login = prefect_login.ensure(home.prefect_login)
        supervisor = make_supervisor(stack, login)
        display = StatusDisplay(console, [*(part.title for part in stack.parts), FIRST_MODEL])
        display.start()
        try:
            _run_until_stopped(stack, supervisor, display, stop, PrefectAuth(settings.prefect_url, login))
        finally:
            display.stop()
            display.print_line("Stopping.")
            supervisor.stop(STOP_SECONDS)
            display.print_line("Everything is stopped.")


def _run_until_stopped(
    stack: Stack, supervisor: Supervisor, display: StatusDisplay, stop: threading.Event, auth: PrefectAuth
) -> None:
    with httpx.Client(timeout=2, trust_env=False, auth=auth) as client:
        launch = Launch(stack.settings, stack.parts, supervisor, display, client, stop)
        launch.start()
        model = launch.await_model()
        display.stop()
        if not stop.is_set():
            display.print_addresses(addresses(stack.settings))
            display.print_line(f"Prefect asks for a password once: the line in {stack.home.prefect_login}.")
            display.print_line("Keep it to yourself: whoever has it can run code on this machine.")
            display.print_line(f"State and logs are in {stack.home.folder}. Ctrl-C stops everything.")
        launch.watch(model)
