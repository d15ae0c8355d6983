"""The real launcher and the real supervisord on small servers: what is killed comes back, and all of it stops."""

import signal
from pathlib import Path

import httpx
import psutil

from tests.infra.conftest import Launcher
from tests.infra.launched import Launched, until

READY = "Ctrl-C stops everything"


def answers(stack: Launched, variable: str) -> bool:
    """Whether the part at this port answers."""
    try:
        return httpx.get(f"http://127.0.0.1:{stack.environment[variable]}/").is_success
    except httpx.HTTPError:
        return False


def test_starts_in_a_folder_of_any_name_and_stops_without_a_rest(tmp_path: Path, launch: Launcher) -> None:
    stack = launch(home=tmp_path / "my 100% 'own'; \"stack\" #1")
    stack.await_words(READY)
    assert answers(stack, "API_PORT")
    assert answers(stack, "WEB_PORT")
    assert psutil.Process(stack.pid("answering")).environ()["STEAM_SALES_HOME"] == str(stack.home)
    assert {log.name for log in (stack.home / "logs").iterdir()} == {"api.log", "web.log", "supervisord.log"}
    assert stack.home.stat().st_mode & 0o077 == 0
    assert stack.stop() == 0
    assert stack.said.endswith("Everything is stopped.\n")
    assert not stack.processes()


def test_a_killed_part_is_back_also_in_a_folder_too_deep_for_a_socket(tmp_path: Path, launch: Launcher) -> None:
    stack = launch(home=tmp_path / ("deep" * 30))
    stack.await_words(READY)
    killed = stack.pid("parent")
    psutil.Process(killed).kill()
    until(lambda: stack.pid("parent") not in {0, killed} and answers(stack, "WEB_PORT"))
    stack.await_words("Web page ended and was restarted")


def test_a_killed_supervisor_is_back_and_its_orphans_are_gone(launch: Launcher) -> None:
    stack = launch()
    stack.await_words(READY)
    before = {process.pid for process in stack.processes()}
    psutil.Process(stack.pid("supervisord")).kill()
    stack.await_words("The supervisor was killed")
    until(lambda: answers(stack, "API_PORT") and answers(stack, "WEB_PORT"))
    assert before.isdisjoint(process.pid for process in stack.processes())
    assert stack.stop() == 0
    assert not stack.processes()


def test_a_killed_launcher_takes_everything_with_it(launch: Launcher) -> None:
    stack = launch()
    stack.await_words(READY)
    stack.process.kill()
    until(lambda: not stack.processes())


def test_leftovers_of_the_same_home_are_cleared_at_the_next_start(launch: Launcher) -> None:
    first = launch()
    first.await_words(READY)
    orphan = first.pid("parent")
    psutil.Process(first.pid("supervisord")).suspend()
    first.process.kill()
    ports = {name: first.environment[name] for name in ("API_PORT", "WEB_PORT")}
    second = launch(**ports)
    second.await_words(READY)
    assert not psutil.pid_exists(orphan)
    assert second.stop() == 0


def test_a_second_ctrl_c_does_not_wait_for_a_part_that_will_not_stop(launch: Launcher) -> None:
    stack = launch("stubborn")
    stack.await_words(READY)
    stack.process.send_signal(signal.SIGINT)
    stack.await_words("Stopping")
    stack.process.send_signal(signal.SIGINT)
    assert stack.process.wait(5) == 0
    assert not stack.processes()
