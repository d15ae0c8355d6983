"""How users are made, listed and read, and what of their passwords is kept."""

import re
from base64 import b64encode
from hashlib import scrypt

import pytest
from argon2 import extract_parameters

from tests.webapp.auth.logins import ANA, OLGA, log_in, visiting
from webapp.auth.passwords import ARGON2_MEMORY_KIB, verify_password
from webapp.auth.users import create_entry, find_user, hash_to_verify, parse_users
from webapp.cli import create_user


def scrypt_entry(name: str, role: str, password: str) -> str:
    """An entry as versions before Argon2 made them, and `make env` makes them."""
    salt = bytes(range(16))
    digest = scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
    return f"{name}:{role}:{b64encode(salt).decode()}:{b64encode(digest).decode()}"


def test_a_user_is_made_and_their_password_verified() -> None:
    printed = create_user(["eva", "--role", "admin"], lambda _: "ten letters")
    (user,) = parse_users(re.findall(r"eva:\S+", printed)[0])
    assert (user.name, user.role) == ("eva", "admin")
    assert verify_password("ten letters", user.password_hash)
    assert not verify_password("ten letters ", user.password_hash)
    assert "ten letters" not in printed


def test_a_hash_takes_as_much_memory_as_owasp_asks_for_and_no_more() -> None:
    (user,) = parse_users(create_entry("ana", "viewer", ANA))
    made = extract_parameters(user.password_hash)
    assert (made.memory_cost, made.time_cost, made.parallelism) == (ARGON2_MEMORY_KIB, 2, 1) == (19 * 1024, 2, 1)


def test_an_entry_needs_no_quotes_in_a_shell_and_a_compose_file() -> None:
    assert re.fullmatch(r"[\w.@:=,+/-]+", create_entry("ana", "viewer", ANA))


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_an_entry_of_an_earlier_version_still_logs_in(role: str) -> None:
    with visiting(users=parse_users(scrypt_entry("ana", role, ANA))) as client:
        assert log_in(client, "ana", OLGA).status_code == 401
        assert log_in(client, "ana", ANA).status_code == 303
        assert client.get("/visitor").json() == {"name": "ana", "role": role}


@pytest.mark.parametrize(
    ("arguments", "passwords"),
    [
        (["eva"], ["short", "short"]),
        (["eva"], [ANA, OLGA]),
        (["e v a"], [ANA, ANA]),
        (["eva", "--role", "king"], [ANA]),
    ],
)
def test_a_user_that_cannot_be_is_refused(arguments: list[str], passwords: list[str]) -> None:
    typed = iter(passwords)
    with pytest.raises(SystemExit) as ended:
        create_user(arguments, lambda _: next(typed))
    assert ended.value.code == 2


GOOD = create_entry("ana", "viewer", ANA)


@pytest.mark.parametrize(
    "entries",
    [
        "ana",
        "ana:viewer:x:y",
        f"ana:king:{'A' * 22}==:{'A' * 43}=",
        "a b",
        GOOD[:-1],
        GOOD.replace("argon2id", "argon2d"),
        GOOD.replace("m=19456", "m=1945600"),
        GOOD.replace(":", "$"),
    ],
)
def test_an_entry_that_cannot_be_read_is_refused_with_its_cure(entries: str) -> None:
    with pytest.raises(ValueError, match="python -m webapp user"):
        parse_users(entries)


def test_a_name_stands_once() -> None:
    with pytest.raises(ValueError, match="one name"):
        parse_users(f"{create_entry('ana', 'viewer', ANA)} {create_entry('ana', 'admin', OLGA)}")


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert create_entry("ana", "viewer", ANA) != create_entry("ana", "viewer", ANA)


def test_a_password_is_verified_for_unknown_names_too() -> None:
    users = parse_users(f"{GOOD} {scrypt_entry('olga', 'admin', OLGA)}")
    assert find_user(users, "nobody") is None
    assert {hash_to_verify(users, f"nobody{n}") for n in range(20)} == {user.password_hash for user in users}
    assert all(hash_to_verify(users, user.name) == user.password_hash for user in users)


def test_a_user_is_shown_without_the_hash() -> None:
    assert "argon2" not in repr(parse_users(GOOD))
