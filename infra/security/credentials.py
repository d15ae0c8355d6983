"""Check secrets: formats, blank values and weak ones. Pure, reads no setting.

The rooms read API_KEYS and WEB_USERS themselves and are not imported here; a test compares both ways to read them.
"""

import re

from pydantic import SecretStr

DEVELOPMENT_PREFIX = "development"  # of every secret in docker-compose.yml
MIN_CHARACTERS, MIN_DISTINCT_CHARACTERS = 16, 8
API_KEY = re.compile(r"[\w.-]{1,64}:[a-z+]+:[0-9a-f]{64}")
# a name, a role, and a hash of the password: by Argon2, as the page makes them, or by scrypt, as `make env` does
WEB_USER = re.compile(
    r"[\w.@-]{1,64}:(viewer|admin):"
    r"(argon2id:v=19:m=[0-9]{1,5},t=[0-9],p=[0-9]:[A-Za-z0-9+/]{22}:[A-Za-z0-9+/]{43}"
    r"|[A-Za-z0-9+/]{22}==:[A-Za-z0-9+/]{43}=)"
)
# what the settings hold of these is a digest: its length says nothing of the secret's
DIGEST_VARIABLES = ("API_KEYS", "WEB_USERS")


def require_not_blank(secret: SecretStr | None) -> SecretStr | None:
    """Return a secret that has a character other than a blank. ValueError for one that has none."""
    if secret is not None and not secret.get_secret_value().strip():
        raise ValueError("it is set and blank: write the secret, or remove the variable")
    return secret


def require_api_keys(entries: SecretStr | None) -> SecretStr | None:
    """Return the text of API_KEYS that holds keys only. ValueError where it is set and holds none, or anything else."""
    return _require_entries(entries, API_KEY, "key", "python -m service key")


def require_web_users(entries: SecretStr | None) -> SecretStr | None:
    """Return the text of WEB_USERS that holds users only. ValueError as `holding_keys`."""
    return _require_entries(entries, WEB_USER, "user", "python -m webapp user")


def _require_entries(entries: SecretStr | None, entry: re.Pattern[str], what: str, maker: str) -> SecretStr | None:
    found = entries.get_secret_value().split() if entries is not None else None
    if found is not None and not (found and all(map(entry.fullmatch, found))):
        raise ValueError(
            f"it is set and does not hold {what}s as `{maker}` shows them: make one, or remove the variable"
        )
    return entries


def weakness(name: str, value: str) -> str | None:
    """Return why the secret in variable `name` is weak, or None. A user name before `:` does not count."""
    if not value.strip():
        return "is empty"
    if name in DIGEST_VARIABLES:
        return None
    secret = value.partition(":")[2] if name.endswith("AUTH_STRING") and ":" in value else value
    if secret.startswith(DEVELOPMENT_PREFIX):
        return "is a public development secret"
    if len(secret.strip()) < MIN_CHARACTERS:
        return f"has fewer than {MIN_CHARACTERS} characters"
    return (
        f"has fewer than {MIN_DISTINCT_CHARACTERS} different characters"
        if len(set(secret)) < MIN_DISTINCT_CHARACTERS
        else None
    )
