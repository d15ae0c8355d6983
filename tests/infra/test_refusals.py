"""A start that cannot succeed ends with one sentence that names the cure, and leaves nothing running."""

import socket

import pytest

from tests.infra.conftest import Launcher


def test_a_part_that_dies_at_once_is_named_with_the_end_of_its_log(launch: Launcher) -> None:
    stack = launch("dying")
    assert stack.process.wait(30) == 1
    assert "Web page does not start. Its log" in stack.said
    assert "no more coffee" in stack.said
    assert not stack.processes()


def test_a_taken_port_is_named_with_its_holder_and_its_variable(launch: Launcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        stack = launch(API_PORT=port)
        assert stack.process.wait(20) == 1
    assert f"Port {port} is taken by " in stack.said
    assert "set API_PORT to a free port" in stack.said


def test_a_home_in_use_is_refused_and_left_alone(launch: Launcher) -> None:
    first = launch()
    first.await_words("Ctrl-C stops everything")
    running = {process.pid for process in first.processes()}
    second = launch()
    assert second.process.wait(20) == 1
    assert "set STEAM_SALES_HOME to another folder" in second.said
    assert {process.pid for process in first.processes()} == running


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"API_PORT": "70000"}, "API_PORT: Input should be less than or equal to 65535"),
        ({"API_PORT": "7001", "WEB_PORT": "7001"}, "API_PORT and WEB_PORT are both 7001: change one"),
        ({"STEAM_SALES_BIND": "0.0.0.0"}, "0.0.0.0 is reached from other machines"),
    ],
)
def test_a_wrong_setting_is_one_sentence(launch: Launcher, variables: dict[str, str], sentence: str) -> None:
    stack = launch(**variables)
    assert stack.process.wait(20) == 2
    assert sentence in stack.said
    assert "Traceback" not in stack.said
