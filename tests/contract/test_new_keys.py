"""The keys that `make env` writes are keys as the API knows them."""

from pathlib import Path

from dotenv import dotenv_values

from infra.compose import new_env
from service.keys import find, parse


def test_the_api_knows_the_keys_of_a_new_env_file(tmp_path: Path) -> None:
    new_env.write(tmp_path / ".env")
    told = dotenv_values(tmp_path / ".env")
    keys = parse(told["API_KEYS"] or "")
    opened = {name: find(keys, told[name] or "") for name in new_env.KEYS}
    assert {name: key and (key.name, "+".join(sorted(key.scopes))) for name, key in opened.items()} == {
        "API_KEY": ("page", "admin"),
        "API_WATCH_KEY": ("watch", "read"),
        "API_ADMIN_KEY": ("admin", "admin"),
    }
