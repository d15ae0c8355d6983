"""`python -m infra.embedded`: the whole system in the foreground, until Ctrl-C."""

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
from infra.embedded.lifetime import Stack, run
from infra.embedded.ports import PortTakenError
from infra.embedded.prefect_login import LoginError
from infra.embedded.programs import Part, parts
from infra.embedded.settings import Settings, inherited


def told_to_stop() -> threading.Event:
    """Set by Ctrl-C, SIGTERM and a closed terminal; a second Ctrl-C interrupts the orderly stop."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    return stop


def sentences(error: ValidationError) -> str:
    """What is wrong with the settings, a line each, by the name of the variable."""
    return "\n".join(f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}".lstrip(": ") for e in error.errors())


def main(parts_of: Callable[[Settings], Sequence[Part]] = parts) -> int:
    """Exit code 0 after an orderly stop, 1 where the stack could not start, 2 where a setting is wrong."""
    stop = told_to_stop()
    try:
        settings = Settings()
        run(Stack(settings, parts_of(settings), inherited()), Console(), stop)
    except ValidationError as error:
        return complain(sentences(error), 2)
    except (HomeInUseError, LoginError, PortTakenError, StartError) as error:
        return complain(str(error), 1)
    return 0


def complain(text: str, code: int) -> int:
    """Say on stderr why it ends; the exit code."""
    Console(stderr=True).print(Text(text), soft_wrap=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
