"""Run the whole system in the foreground until Ctrl-C: `python -m infra.embedded`."""

import signal
import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType

from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from infra.embedded.home import HomeInUseError
from infra.embedded.launch import StartError
from infra.embedded.parts import Part, parts
from infra.embedded.ports import PortTakenError
from infra.embedded.prefect_login import LoginError
from infra.embedded.settings import Settings, inherit_environment
from infra.embedded.stack import Stack, run


def stop_on_signal() -> threading.Event:
    """Return an event that Ctrl-C, SIGTERM and SIGHUP set. A second Ctrl-C interrupts the orderly stop."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    return stop


def format_errors(error: ValidationError) -> str:
    """Return a line for each invalid setting, beginning with the name of its variable."""
    return "\n".join(f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}".lstrip(": ") for e in error.errors())


def main(make_parts: Callable[[Settings], Sequence[Part]] = parts) -> int:
    """Return exit code 0 after an orderly stop, 1 if the stack could not start, 2 if a setting is invalid."""
    stop = stop_on_signal()
    try:
        settings = Settings()
        run(Stack(settings, make_parts(settings), inherit_environment()), Console(), stop)
    except ValidationError as error:
        return print_error(format_errors(error), 2)
    except (HomeInUseError, LoginError, PortTakenError, StartError) as error:
        return print_error(str(error), 1)
    return 0


def print_error(text: str, code: int) -> int:
    """Print a message to stderr and return the exit code."""
    Console(stderr=True).print(Text(text), soft_wrap=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
