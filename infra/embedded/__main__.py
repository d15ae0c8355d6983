"""`python -m infra.embedded`: the whole system in the foreground, until Ctrl-C."""

import os
import pwd
import signal
import sys
import threading
from collections.abc import Mapping
from types import FrameType

import httpx
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from infra.embedded import configuration, leftovers, ports
from infra.embedded.board import Board
from infra.embedded.home import Home, HomeInUseError, held
from infra.embedded.launch import FIRST_MODEL, Launch, StartError
from infra.embedded.programs import parts, shared_environment
from infra.embedded.settings import PORTS, ROOT, Settings, inherited
from infra.embedded.supervision import Supervisor

STOP_SECONDS = 3 * configuration.STOP_SECONDS


def told_to_stop() -> threading.Event:
    """Set by Ctrl-C, SIGTERM and a closed terminal; a second Ctrl-C interrupts the orderly stop."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    return stop


def supervisor_for(settings: Settings, environment: Mapping[str, str]) -> Supervisor:
    """A supervisor with its configuration written, not yet started."""
    home = Home(settings.steam_sales_home)
    user = pwd.getpwuid(0).pw_name if os.geteuid() == 0 else None
    home.configuration.write_text(configuration.supervisord(parts(settings), user), encoding="utf-8")
    told = {
        **shared_environment(settings, environment),
        configuration.PYTHON: sys.executable,
        configuration.SOCKET: str(home.socket),
    }
    return Supervisor(home.folder, home.configuration, home.socket, told, ROOT)


def addresses(settings: Settings) -> list[tuple[str, str, str]]:
    """Name, URL and purpose of what a person opens."""
    return [
        ("Web page", settings.web_url, "ask for a prediction, see what was asked"),
        ("API", f"{settings.api_url}/docs", "call it from a program (Swagger)"),
        ("Prefect", settings.prefect_url, "run the data and training flows, read their reports"),
        ("MLflow", settings.mlflow_url, "compare trainings and model versions"),
    ]


def live(settings: Settings, supervisor: Supervisor, board: Board, stop: threading.Event) -> None:
    """Start everything, say where it is, and watch over it."""
    with httpx.Client(timeout=2, trust_env=False) as client:
        launch = Launch(settings, supervisor, board, client, stop)
        launch.start()
        model = launch.await_model()
        board.close()
        if not stop.is_set():
            board.addresses(addresses(settings))
            board.note(f"State and logs are in {settings.steam_sales_home}. Ctrl-C stops everything.")
        launch.watch(model)


def run(settings: Settings, environment: Mapping[str, str], console: Console, stop: threading.Event) -> None:
    """One stack on one home, from clearing the last one's leftovers to its own last process."""
    home = Home(settings.steam_sales_home)
    home.make()
    with held(home):
        leftovers.clear(home.folder)
        ports.require_free(str(settings.steam_sales_bind), {p.upper(): getattr(settings, p) for p in PORTS})
        supervisor = supervisor_for(settings, environment)
        board = Board(console, [*(part.title for part in parts(settings)), FIRST_MODEL])
        board.open()
        try:
            live(settings, supervisor, board, stop)
        finally:
            board.close()
            board.note("Stopping.")
            supervisor.stop(STOP_SECONDS)
            board.note("Everything is stopped.")


def sentences(error: ValidationError) -> str:
    """What is wrong with the settings, a line each, by the name of the variable."""
    return "\n".join(f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}".lstrip(": ") for e in error.errors())


def main() -> int:
    """Exit code 0 after an orderly stop, 1 where the stack could not start, 2 where a setting is wrong."""
    stop = told_to_stop()
    complaints = Console(stderr=True)
    try:
        run(Settings(), inherited(), Console(), stop)
    except ValidationError as error:
        complaints.print(Text(sentences(error)), soft_wrap=True)
        return 2
    except (HomeInUseError, ports.PortTakenError, StartError) as error:
        complaints.print(Text(str(error)), soft_wrap=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
