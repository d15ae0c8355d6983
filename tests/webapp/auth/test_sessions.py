"""A session ends on the server: by a logout, another password or role, its time, and however a server starts again."""

import stat
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.webapp.auth.logins import ANA, OLGA, USERS, log_in, visiting
from webapp.auth.sessions import MAX_SESSIONS_BY_USER
from webapp.auth.users import create_entry, parse_users


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "webapp" / "sessions.json"


def is_alive(client: TestClient, cookie: str) -> bool:
    """Whether a cookie that somebody kept still opens the page."""
    client.cookies.clear()
    return client.get("/config", headers={"Cookie": f"session={cookie}"}).status_code == 200


def test_a_stolen_session_ends_with_the_logout_here_and_after_a_restart(file: Path) -> None:
    with visiting(file=file) as client:
        log_in(client, "ana", ANA)
        stolen = client.cookies["session"]
        assert client.post("/logout").headers["location"] == "./login"
        assert not is_alive(client, stolen)
    with visiting(file=file) as client:
        assert not is_alive(client, stolen)


def test_a_session_outlives_a_restart(file: Path) -> None:
    with visiting(file=file) as client:
        log_in(client, "ana", ANA)
        cookie = client.cookies["session"]
    with visiting(file=file) as client:
        assert is_alive(client, cookie)


def test_without_a_file_it_does_not() -> None:
    with visiting() as client:
        log_in(client, "ana", ANA)
        cookie = client.cookies["session"]
    with visiting() as client:
        assert not is_alive(client, cookie)


@pytest.mark.parametrize(
    ("role", "password"), [("viewer", OLGA), ("admin", ANA), ("viewer", ANA)], ids=["password", "role", "made anew"]
)
def test_another_password_or_role_ends_the_sessions_of_that_user_alone(file: Path, role: str, password: str) -> None:
    with visiting(file=file) as client:
        log_in(client, "ana", ANA)
        ana = client.cookies["session"]
        client.cookies.clear()
        log_in(client, "olga", OLGA)
        olga = client.cookies["session"]
    changed = parse_users(create_entry("ana", "admin" if role == "admin" else "viewer", password))
    with visiting(file=file, users=(*changed, USERS[1])) as client:
        assert not is_alive(client, ana)
        assert is_alive(client, olga)
    with visiting(file=file, users=USERS[1:]) as client:
        assert not is_alive(client, ana)


def test_a_login_ends_the_session_before_it(file: Path) -> None:
    with visiting(file=file) as client:
        log_in(client, "ana", ANA)
        before = client.cookies["session"]
        log_in(client, "olga", OLGA)
        now = client.cookies["session"]
        assert is_alive(client, now)
        assert not is_alive(client, before)


def test_a_user_has_a_limited_number_of_sessions(file: Path) -> None:
    with visiting(file=file) as client:
        cookies = []
        for _ in range(MAX_SESSIONS_BY_USER + 1):
            client.cookies.clear()
            log_in(client, "ana", ANA)
            cookies.append(client.cookies["session"])
        alive = [is_alive(client, cookie) for cookie in cookies]
    assert alive == [False] + [True] * MAX_SESSIONS_BY_USER


def test_the_file_is_its_owners_and_of_no_use_to_a_thief(file: Path) -> None:
    with visiting(file=file) as client:
        log_in(client, "ana", ANA)
        cookie = client.cookies["session"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    digest = next(iter(file.read_text().split('"')[1:2]))
    assert digest not in cookie
    assert USERS[0].password_hash not in file.read_text()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"x": 1}', '{"x": ["ana"]}', '{"x": ["ana", "b", "c"]}'])
def test_a_file_that_cannot_be_read_ends_all_sessions(file: Path, text: str) -> None:
    with visiting(file=file) as client:
        log_in(client, "ana", ANA)
        cookie = client.cookies["session"]
    file.write_text(text)
    with visiting(file=file) as client:
        assert not is_alive(client, cookie)
        assert log_in(client, "ana", ANA).status_code == 303


def test_where_no_file_can_be_written_sessions_end_with_the_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "webapp").write_text("a file stands where the folder should")
    file = tmp_path / "webapp" / "sessions.json"
    with visiting(file=file) as client:
        log_in(client, "ana", ANA)
        cookie = client.cookies["session"]
        assert is_alive(client, cookie)
    assert "cannot be written" in caplog.text
    with visiting(file=file) as client:
        assert not is_alive(client, cookie)
