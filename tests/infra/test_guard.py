"""The guard lets the stack come up only where its secrets keep others out. The guard runs as the container runs it."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError

from infra.compose import new_env
from infra.compose.guard import refusal
from infra.compose.settings import ADDRESSES, ContainerSettings, Exporter, Guard, Mlflow, Prefect, Setup
from infra.security.credentials import DEVELOPMENT_PREFIX, require_api_keys, require_web_users, weakness
from service.security.api_keys import format_entry as key_entry
from service.security.api_keys import parse_keys
from tests.infra.test_compose_file import environment_of
from webapp.auth.users import create_entry, parse_users

STRONG = "4f1b8c0d9e2a7356"
KEY, USER = key_entry("page", ["read", "predict"], STRONG), create_entry("ana", "viewer", STRONG)
# as the page makes users, and as `make env` does
USERS = [USER, f"ana:admin:{'A' * 22}==:{'A' * 43}="]
CHANGES: list[Callable[[str], str]] = [
    lambda user: f" {user}\n", lambda user: f"{user} x", lambda user: f"{user},{user}", lambda user: user[:-1],
    lambda user: user.replace(":", "$"), lambda user: user.replace("ana:", "ana:king:"),
    lambda user: user.replace("A=", "_="), lambda user: user.replace("19456", "999999"),
]  # fmt: skip
NONE = [" ", "\t \n", "\r\n", "\u00a0", "\u200b", ",", " , ", ";", '""', "''", "-", "none"]
SECRETS = [name for name in Guard.model_fields if name not in ADDRESSES]


@pytest.fixture
def new(tmp_path: Path) -> dict[str, str]:
    """What `make env` writes, as far as the guard is told of it."""
    new_env.write(tmp_path / ".env")
    written = dotenv_values(tmp_path / ".env")
    return {name.upper(): written[name.upper()] or "" for name in SECRETS}


def guard(variables: dict[str, str], address: str) -> subprocess.CompletedProcess[str]:
    """Run the guard on these variables, and no others."""
    return subprocess.run(
        [sys.executable, "-m", "infra.compose.guard"],
        env=variables | {name.upper(): address for name in ADDRESSES},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("POSTGRES_PASSWORD", STRONG, None),
        ("POSTGRES_PASSWORD", "", "is empty"),
        ("POSTGRES_PASSWORD", 40 * " ", "is empty"),
        ("POSTGRES_PASSWORD", "development-postgres", "public development secret"),
        ("POSTGRES_PASSWORD", STRONG[:-1], "fewer than 16 characters"),
        ("POSTGRES_PASSWORD", STRONG[:-1] + 9 * " ", "fewer than 16 characters"),
        ("POSTGRES_PASSWORD", 40 * "'", "different characters"),
        ("PREFECT_SERVER_API_AUTH_STRING", f"admin:{STRONG}", None),
        ("PREFECT_SERVER_API_AUTH_STRING", "a-name-that-is-long-enough:short", "fewer than 16 characters"),
        ("PREFECT_SERVER_API_AUTH_STRING", "admin:development-prefect", "public development secret"),
        ("API_KEYS", KEY, None),
        ("API_KEYS", "", "is empty"),
        ("WEB_USERS", USER, None),
    ],
)
def test_a_weak_secret_is_named_with_its_reason(name: str, value: str, why: str | None) -> None:
    assert (weakness(name, value) is None) == (why is None)
    reason = refusal({name: value}, loopback=False)
    assert (reason is None) == (why is None)
    assert reason is None or (why is not None and why in reason and name in reason and "make env" in reason)
    assert refusal({name: value}, loopback=True) is None


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1", True), ("::1", True), ("localhost", True),
        ("0.0.0.0", False), ("::", False), ("10.0.0.7", False), ("host.example", False), (" ", False),
    ],
)  # fmt: skip
def test_loopback_is_known_by_address(address: str, loopback: bool, new: dict[str, str]) -> None:
    here = {name.lower(): value for name, value in new.items()} | dict.fromkeys(ADDRESSES, "127.0.0.1")
    for door in ADDRESSES:
        assert Guard.model_validate(here | {door: address}).loopback is loopback


def test_new_secrets_satisfy_the_guard_and_no_two_are_alike(new: dict[str, str]) -> None:
    assert guard(new, "0.0.0.0").returncode == 0
    assert len(set(new.values())) == len(new)


@pytest.mark.parametrize("name", [name.upper() for name in SECRETS])
def test_beyond_loopback_every_secret_is_wanted(name: str, new: dict[str, str]) -> None:
    for variables in (new | {name: ""}, {other: value for other, value in new.items() if other != name}):
        done = guard(variables, "0.0.0.0")
        assert done.returncode == 1
        assert name in done.stderr
        assert "Traceback" not in done.stderr


def test_as_cloned_it_comes_up_on_loopback_and_nowhere_else() -> None:
    cloned = {name: value for name, value in environment_of("guard").items() if name.lower() not in ADDRESSES}
    assert guard(cloned | {"API_KEYS": "", "WEB_USERS": ""}, "127.0.0.1").returncode == 0
    assert guard(cloned, "0.0.0.0").returncode == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize(
    ("name", "cure"), [("API_KEYS", "python -m service key"), ("WEB_USERS", "python -m webapp user")]
)
def test_what_is_set_and_none_is_refused_on_loopback_too(
    address: str, name: str, cure: str, new: dict[str, str]
) -> None:
    done = guard(new | {name: " \n"}, address)
    assert done.returncode == 1
    assert name in done.stderr
    assert cure in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", [*NONE, KEY, f" {KEY}\n", f"{KEY} x", f"{KEY},{KEY}", KEY[:-1]])
def test_the_guard_and_the_api_decide_alike_on_keys(text: str) -> None:
    assert read_by(lambda: require_api_keys(SecretStr(text))) == read_by(lambda: parse_keys(text))


@pytest.mark.parametrize("text", [*NONE, *USERS, *(change(user) for user in USERS for change in CHANGES)])
def test_the_guard_and_the_page_decide_alike_on_users(text: str) -> None:
    assert read_by(lambda: require_web_users(SecretStr(text))) == read_by(lambda: parse_users(text))


def read_by(reader: object) -> bool:
    """Whether something was found."""
    assert callable(reader)
    with suppress(ValueError):
        return bool(reader())
    return False


@pytest.mark.parametrize(
    ("service", "settings", "name", "strong"),
    [
        ("prefect", Prefect, "PREFECT_SERVER_API_AUTH_STRING", f"admin:{STRONG}"),
        ("mlflow", Mlflow, "MLFLOW_TRACKING_PASSWORD", STRONG),
    ],
)
def test_a_server_without_a_password_starts_only_where_this_machine_alone_reaches_it(
    service: str, settings: type[ContainerSettings], name: str, strong: str
) -> None:
    """Nobody tells a pod who reaches it: where its Secret lacks the key, it does not start."""
    given = {
        name.lower(): value for name, value in environment_of(service).items() if name.lower() in settings.model_fields
    }
    pod = {variable: value for variable, value in given.items() if variable not in ADDRESSES}
    settings.model_validate(given)
    for where in (pod, given | {"bind_address": "0.0.0.0"}, given | {"proxy_address": "10.0.0.7"}):
        for weak in (
            None,
            "pass",
            f"{DEVELOPMENT_PREFIX}-{STRONG}",
            strong.replace(STRONG, f"{DEVELOPMENT_PREFIX}-{STRONG}"),
        ):
            with pytest.raises(ValidationError, match=name):
                settings.model_validate(where | {name.lower(): weak})
        settings.model_validate(where | {name.lower(): strong})


@pytest.mark.parametrize("module", ["prefect_server", "mlflow_server"])
def test_such_a_server_says_in_a_sentence_why_it_does_not_start(module: str) -> None:
    given = environment_of(module.removesuffix("_server")) | dict.fromkeys(map(str.upper, ADDRESSES), "0.0.0.0")
    done = subprocess.run(
        [sys.executable, "-m", f"infra.compose.{module}"],
        env=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "is empty, and other machines can connect to the server" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("service", "settings"), [("setup", Setup), ("mlflow", Mlflow), ("exporter", Exporter)])
def test_a_blank_secret_is_refused_by_whoever_reads_it(service: str, settings: type[ContainerSettings]) -> None:
    given = {name.lower(): value for name, value in environment_of(service).items()}
    secrets = [name for name, field in settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    assert secrets
    for name in secrets:
        with pytest.raises(ValidationError, match="set and blank"):
            settings.model_validate(given | {name: " \t"})
