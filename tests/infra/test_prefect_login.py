"""The embedded stack's password of Prefect: made once, its owner's, never weak."""

import stat
from pathlib import Path

import httpx
import pytest

from infra.embedded.prefect_login import LoginError, PrefectAuth, ensure
from infra.security.credentials import MIN_CHARACTERS
from tests.infra.conftest import Launcher


def test_it_is_made_once_for_its_owner_alone_and_differs_from_home_to_home(tmp_path: Path) -> None:
    file, other = tmp_path / "one", tmp_path / "two"
    login = ensure(file)
    assert (ensure(file), file.read_text()) == (login, f"{login}\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ensure(other) != login
    user, _, password = login.partition(":")
    assert (user, len(password) >= MIN_CHARACTERS) == ("admin", True)
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two"}


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_file_that_was_left_empty_is_made_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "login").write_text(text)
    assert ensure(tmp_path / "login").startswith("admin:")


def test_one_that_was_written_by_hand_is_kept_and_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "login"
    file.write_text("ana:4f1b8c0d9e2a7356\n")
    file.chmod(0o644)
    assert ensure(file) == "ana:4f1b8c0d9e2a7356"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["4f1b8c0d9e2a7356", "admin:pass", "admin:", ":" + 20 * "a"])
def test_a_weak_one_is_refused_with_the_cure(launch: Launcher, tmp_path: Path, text: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "prefect-login").write_text(text)
    with pytest.raises(LoginError, match="remove the file"):
        ensure(home / "prefect-login")
    stack = launch(home=home)
    assert stack.process.wait(20) == 1
    assert "remove the file" in stack.said
    assert "Traceback" not in stack.said


def test_the_launcher_says_where_it_is_and_not_what(launch: Launcher) -> None:
    stack = launch()
    stack.await_words("Ctrl-C stops everything")
    file = stack.home / "prefect-login"
    assert str(file) in stack.said
    password = file.read_text().strip().partition(":")[2]
    assert password not in stack.said
    written = [path for path in stack.home.rglob("*") if path.is_file() and path != file]
    assert not [path for path in written if password in path.read_text(errors="replace")]


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://127.0.0.1:4200/api/ready", True),
        ("http://127.0.0.1:8000/model", False),
        ("http://evil.example:4200/", False),
    ],
)
def test_it_is_sent_to_prefect_alone(url: str, sent: bool) -> None:
    auth = PrefectAuth("http://127.0.0.1:4200", "admin:secret")
    request = next(auth.auth_flow(httpx.Request("GET", url)))
    assert ("Authorization" in request.headers) == sent
