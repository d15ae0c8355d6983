"""What `make env` writes is what the API takes for keys and the page for a user."""

from pathlib import Path

from dotenv import dotenv_values

from infra.compose import new_env
from service.security.api_keys import find_key, parse_keys
from webapp.accounts import admitted
from webapp.accounts import parse as parse_accounts


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
    accounts = parse_accounts(told["WEB_USERS"] or "")
    account = admitted(accounts, "admin", told["WEB_ADMIN_PASSWORD"] or "")
    assert account is not None
    assert account.role == "admin"
    assert admitted(accounts, "admin", "wrong password") is None
