"""What `make env` writes is what the API takes for keys and the page for a user."""

from pathlib import Path

from dotenv import dotenv_values

from infra.compose import new_env
from service.security.api_keys import find_key, parse_keys
from webapp.auth.passwords import verify_password
from webapp.auth.users import find_user, parse_users


def test_the_api_knows_the_keys_of_a_new_env_file(tmp_path: Path) -> None:
    new_env.write(tmp_path / ".env")
    told = dotenv_values(tmp_path / ".env")
    keys = parse_keys(told["API_KEYS"] or "")
    opened = {name: find_key(keys, told[name] or "") for name in new_env.KEYS}
    assert {name: key and (key.name, "+".join(sorted(key.scopes))) for name, key in opened.items()} == {
        "API_KEY": ("page", "admin"),
        "API_WATCH_KEY": ("watch", "read"),
        "API_ADMIN_KEY": ("admin", "admin"),
    }


def test_the_page_knows_the_user_of_a_new_env_file(tmp_path: Path) -> None:
    new_env.write(tmp_path / ".env")
    told = dotenv_values(tmp_path / ".env")
    user = find_user(parse_users(told["WEB_USERS"] or ""), "admin")
    assert user is not None
    assert user.role == "admin"
    assert verify_password(told["WEB_ADMIN_PASSWORD"] or "", user.password_hash)
    assert not verify_password("wrong password", user.password_hash)
